from collections.abc import Sequence
from dataclasses import replace

import pytest

from assist.domain.client import ClientProfile
from assist.domain.client_marks import marks_of, runs_of_profile
from assist.domain.draft_checks import Finding, FindingKind, OtherClient, check_draft
from assist.domain.known_texts import KnownTexts, read_known_texts
from knowledge_base.models import Article, ArticleId, Audience, Passage, PassageId

LARKSPUR = ClientProfile.model_validate(
    {
        "name": "Larkspur Home",
        "contacts": {
            "phone": "020 7946 0123",
            "email": "help@larkspur.example.com",
            "website": "https://www.larkspur.example.com",
        },
    }
)
TIDEWELL = ClientProfile.model_validate(
    {
        "name": "Tidewell Mobile & Broadband",
        "brand_names": ["Beacon 7", "Oceanic"],
        "greeting": "Ask me about mobile plans, fiber internet, roaming or your router today.",
        "contacts": {
            "phone": "+1 312-555-0142",
            "email": "help@tidewell.example.com",
            "website": "https://tidewell.example.com",
        },
    }
)
HOME = ClientProfile.model_validate(
    {"name": "Home", "contacts": {"website": "https://home.example.org"}}
)
NOTHING = KnownTexts()
PUBLIC = "Delivery to your home takes 3 to 5 working days and costs £39. Returns are free."
INTERNAL = (
    "Agents may grant a goodwill credit of up to £75 without asking a supervisor first. "
    "The override code is LANTERN-2 and the desk is on 0800 496 0991."
)


def passage(number: int, text: str, audience: Audience) -> Passage:
    article = Article(ArticleId(f"a{number}"), "Title", audience=audience)
    return Passage(PassageId(number), article, 0, text)


OWN = read_known_texts(
    LARKSPUR, [passage(1, PUBLIC, Audience.PUBLIC), passage(2, INTERNAL, Audience.INTERNAL)]
)


def other(profile: ClientProfile, texts: KnownTexts = NOTHING) -> OtherClient:
    return OtherClient(profile.name, marks_of(profile), runs_of_profile(profile), lambda: texts)


def check(text: str, own: KnownTexts = OWN, said: Sequence[str] = ()) -> list[Finding]:
    return list(check_draft(text, own, [other(TIDEWELL), other(HOME)], said))


def found(text: str, own: KnownTexts = OWN) -> list[tuple[FindingKind, str]]:
    return [(finding.kind, finding.text) for finding in check(text, own)]


class TestOtherClients:
    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("Thank you for calling Tidewell Mobile & Broadband.", "Tidewell Mobile & Broadband"),
            ("your tidewell bill", "tidewell"),
            ("See TIDEWELL.example.com/help", "TIDEWELL.example.com"),
            ("Write to billing@tidewell.example.com", "tidewell.example.com"),
            ("Call 312 555 0142", "312 555 0142"),
            ("Call +1 (312) 555-0142 now", "+1 (312) 555-0142"),
            ("Restart the Beacon 7 router", "Beacon 7"),
            ("the oceanic plan", "oceanic"),
            ("Look at home.example.org", "home.example.org"),
        ],
    )
    def test_what_names_another_client_is_found(self, text: str, place: str) -> None:
        [finding] = check(text)
        assert (finding.kind, finding.text) == (FindingKind.OTHER_CLIENT, place)
        assert not finding.may_confirm

    @pytest.mark.parametrize(
        "text",
        [
            "Home delivery takes 3 to 5 days, straight to your Home.",
            "Larkspur Home is on 020 7946 0123 and larkspur.example.com.",
            "A mobile phone with broadband",
            "Tidewells are no client, nor is a beacon 7 miles away",
            "Is there anything else I can help with?",
        ],
    )
    def test_common_words_and_the_own_client_are_not_found(self, text: str) -> None:
        assert found(text) == []

    def test_the_message_names_the_other_client(self) -> None:
        [finding] = check("Welcome to Tidewell")
        assert "Tidewell Mobile & Broadband, another client" in finding.message

    def test_a_client_whom_the_reader_does_not_serve_is_not_named(self) -> None:
        unnamed = replace(other(TIDEWELL), name="")
        [finding] = check_draft("Write to billing@tidewell.example.com", OWN, [unnamed])
        assert finding.message.startswith("This names another client: ")

    def test_a_name_that_the_own_knowledge_uses_is_not_found(self) -> None:
        partner = passage(3, "We work with Tidewell for broadband.", Audience.PUBLIC)
        assert found("Ask Tidewell about it", read_known_texts(LARKSPUR, [partner])) == []

    def test_a_name_that_its_owner_writes_in_lower_case_is_a_common_word(self) -> None:
        client = ClientProfile(name="Sprout")
        lower = read_known_texts(client, [passage(3, "Let it sprout.", Audience.PUBLIC)])
        [finding] = check_draft("Try Sprout", OWN, [other(client)])
        assert finding.text == "Sprout"
        assert check_draft("Try Sprout", OWN, [other(client, lower)]) == ()

    def test_a_name_of_common_words_counts_in_its_own_spelling_only(self) -> None:
        client = ClientProfile(name="Southern Energy")
        assert check_draft("southern energy is cheap", OWN, [other(client)]) == ()
        assert len(check_draft("Southern Energy is cheap", OWN, [other(client)])) == 1

    def test_a_shared_mail_provider_gives_nobody_away(self) -> None:
        client = ClientProfile.model_validate(
            {"name": "Sprout", "contacts": {"email": "sprout.shop@gmail.com"}}
        )
        assert check_draft("Is ana@gmail.com right?", OWN, [other(client)]) == ()
        assert len(check_draft("Write to sprout.shop@gmail.com", OWN, [other(client)])) == 1

    def test_sentences_copied_from_another_client_are_found(self) -> None:
        text = "Hi! Ask me about mobile plans, fiber internet, roaming or your router."
        assert found(text) == [
            (FindingKind.OTHER_CLIENT, "Ask me about mobile plans, fiber internet, roaming")
        ]


class TestInternalText:
    def test_a_row_of_eight_words_is_found_and_may_be_confirmed(self) -> None:
        copied = "grant a goodwill credit of up to £75 without asking a supervisor first"
        findings = check(f"We can {copied}, I think.")
        assert (findings[0].kind, findings[0].text) == (FindingKind.INTERNAL_TEXT, copied)
        assert findings[0].may_confirm

    def test_seven_words_are_chance(self) -> None:
        assert found("grant a goodwill credit of up to") == []

    @pytest.mark.parametrize("figure", ["£75", "£75.00", "LANTERN-2", "0800 496 0991"])
    def test_a_figure_of_internal_articles_is_found(self, figure: str) -> None:
        assert found(f"I can offer {figure}, agreed?") == [(FindingKind.INTERNAL_TEXT, figure)]

    @pytest.mark.parametrize("text", ["It costs £39.", "In 3 to 5 days", "Order 4481920"])
    def test_public_and_unknown_figures_are_not_found(self, text: str) -> None:
        assert found(text) == []

    def test_a_figure_that_the_customer_named_may_be_repeated(self) -> None:
        assert check("You paid £75.", said=["I paid £75!"]) == []


class TestPlaces:
    @pytest.mark.parametrize(
        "slot", ["{order_number}", "{{ name }}", "[ORDER NUMBER]", "[your_name]"]
    )
    def test_a_slot_that_is_left_is_found(self, slot: str) -> None:
        assert found(f"Your order {slot} is here") == [(FindingKind.EMPTY_SLOT, slot)]

    def test_a_link_is_no_slot(self) -> None:
        assert found("See [FAQ](https://larkspur.example.com/faq)") == []

    def test_a_card_number_is_found_and_may_not_be_confirmed(self) -> None:
        [finding] = check("Card 4111 1111 1111 1111 was charged")
        assert (finding.kind, finding.may_confirm) == (FindingKind.CARD_NUMBER, False)

    def test_a_long_number_that_is_no_card_is_not_found(self) -> None:
        assert found("Parcel 4111111111111112") == []

    @pytest.mark.parametrize("text", ["Your password is hunter22", "PIN: 4711"])
    def test_a_password_is_found(self, text: str) -> None:
        assert [kind for kind, _ in found(text)] == [FindingKind.PASSWORD]

    @pytest.mark.parametrize("text", ["Your password is required", "A PIN is 4 digits"])
    def test_talk_of_passwords_is_not_found(self, text: str) -> None:
        assert found(text) == []

    def test_findings_come_in_the_order_of_the_text_each_once(self) -> None:
        text = "{name}, your tidewell bill, {name}"
        assert [place for _, place in found(text)] == ["{name}", "tidewell"]
