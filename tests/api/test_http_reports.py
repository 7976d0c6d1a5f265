"""Reports over HTTP, and the lead's page: who sees what, and in which form."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from api.auth import SESSION_COOKIE
from api.schemas.report_csv import COLUMNS
from assist.domain.conversation import ConversationId, ConversationState
from assist.domain.desk_rows import ConversationRow, DayRange, ResolutionRow
from assist.domain.keys import KeyScope
from assist.domain.people import Role
from knowledge_base.models import ClientId
from tests.api.installation import NORTH, SOUTH, Installation
from tests.reporting_fakes import full_row, write_history

DESK = "/v1/reports/desk"
SignIn = Callable[..., TestClient]
CSV = "/v1/reports/conversations.csv"
WEEK = {"from": "2026-11-14", "to": "2026-11-20"}
AUCKLAND = {"name": "South Ltd", "hours": {"time_zone": "Pacific/Auckland"}}


def row(name: str, client_id: ClientId = NORTH, at: datetime | None = None) -> ConversationRow:
    moment = at or datetime(2026, 11, 19, 9, tzinfo=UTC)
    return replace(full_row(), id=ConversationId(name), client_id=client_id, created_at=moment)


@pytest.fixture
def history(installation: Installation) -> Installation:
    """Add two conversations of the north, and one of the south on its Friday morning."""
    installation.container.clients.update(SOUTH, AUCKLAND)
    friday_there = datetime(2026, 11, 19, 22, tzinfo=UTC)
    rows = [row("n1"), row("n2"), row("s1", SOUTH, friday_there)]
    write_history(installation.container.engine, rows)
    return installation


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


class TestWhoSees:
    @pytest.mark.parametrize("path", [DESK, CSV])
    @pytest.mark.parametrize(
        ("role", "status"),
        [(Role.AGENT, 403), (Role.TRAINER, 403), (Role.LEAD, 200), (Role.ADMIN, 200)],
    )
    def test_leads_and_admins_see_reports(
        self, http: TestClient, installation: Installation, path: str, role: Role, status: int
    ) -> None:
        assert http.get(path, headers=installation.person(role)).status_code == status

    @pytest.mark.parametrize("path", [DESK, CSV])
    @pytest.mark.parametrize(
        ("scope", "status"),
        [(KeyScope.CUSTOMER, 403), (KeyScope.AGENT, 403), (KeyScope.TRAINER, 200)],
    )
    def test_a_key_needs_the_scope_trainer(
        self, http: TestClient, installation: Installation, path: str, scope: KeyScope, status: int
    ) -> None:
        assert http.get(path, headers=installation.headers(scope)).status_code == status

    @pytest.mark.parametrize("path", [DESK, CSV])
    def test_without_a_credential_nothing_is_said(self, http: TestClient, path: str) -> None:
        assert http.get(path).status_code == 401

    def test_a_lead_sees_only_their_clients(self, http: TestClient, history: Installation) -> None:
        headers = history.person(Role.LEAD, NORTH)

        report = http.get(DESK, params=WEEK, headers=headers).json()
        rows = read_csv(http.get(CSV, params=WEEK, headers=headers).text)

        assert [each["id"] for each in report["clients"]] == [NORTH]
        assert report["overall"]["started"] == 2
        assert [each["conversation_id"] for each in rows] == ["n1", "n2"]

    @pytest.mark.parametrize("path", [DESK, CSV])
    def test_the_client_of_others_is_as_unknown_as_none(
        self, http: TestClient, history: Installation, path: str
    ) -> None:
        headers = history.person(Role.LEAD, NORTH)
        other = http.get(path, params={"client": SOUTH}, headers=headers)
        unknown = http.get(path, params={"client": "nobody"}, headers=headers)
        assert other.status_code == unknown.status_code == 404
        assert other.json()["detail"] == "There is no client 'south' that you serve."


class TestFigures:
    def test_each_client_has_its_own_days_and_all_together_those_of_utc(
        self, http: TestClient, history: Installation
    ) -> None:
        headers = history.person(Role.LEAD, NORTH, SOUTH)
        thursday = {"from": "2026-11-19", "to": "2026-11-19"}

        report = http.get(DESK, params=thursday, headers=headers).json()

        counts = {each["id"]: each["figures"]["started"] for each in report["clients"]}
        assert counts == {NORTH: 2, SOUTH: 0}
        assert report["overall"]["started"] == 3
        assert [each["time_zone"] for each in report["clients"]] == ["UTC", "Pacific/Auckland"]

    def test_one_client_comes_without_the_others(
        self, http: TestClient, history: Installation
    ) -> None:
        headers = history.person(Role.ADMIN)
        report = http.get(DESK, params={**WEEK, "client": SOUTH}, headers=headers).json()
        assert report["overall"] is None
        assert [each["id"] for each in report["clients"]] == [SOUTH]

    def test_a_share_has_its_count_and_interval_and_nothing_is_null(
        self, http: TestClient, history: Installation
    ) -> None:
        headers = history.headers(KeyScope.TRAINER)
        figures = http.get(DESK, params=WEEK, headers=headers).json()["overall"]
        assert figures["handed_off"] == {
            "count": 2,
            "of": 2,
            "share": 1.0,
            "low": pytest.approx(0.3424, abs=1e-4),
            "high": pytest.approx(1.0),
        }
        nothing = {"count": 0, "of": 0, "share": None, "low": None, "high": None}
        assert figures["assistant_ratings"] == {"count": 0, "mean": None, "satisfied": nothing}
        assert figures["suggestions"]["edit_distance"] is None

    def test_without_days_it_is_the_last_four_weeks_in_the_clients_own_days(
        self, http: TestClient, history: Installation
    ) -> None:
        headers = history.person(Role.ADMIN)
        report = http.get(DESK, params={"client": SOUTH}, headers=headers).json()
        assert (report["first"], report["last"]) == ("2026-10-25", "2026-11-21")
        assert http.get(DESK, headers=headers).json()["last"] == "2026-11-20"

    @pytest.mark.parametrize(
        ("days", "detail"),
        [
            ({"from": "2026-11-21"}, "must not be after"),
            ({"from": "2025-11-01", "to": "2026-11-20"}, "at most 366 days"),
            ({"from": "1999-12-31", "to": "2000-01-01"}, "must be days from 2000-01-01"),
            ({"to": "2026-02-30"}, "See `errors`"),
        ],
    )
    def test_days_that_make_no_range_are_refused(
        self, http: TestClient, installation: Installation, days: dict[str, str], detail: str
    ) -> None:
        answer = http.get(DESK, params=days, headers=installation.headers(KeyScope.TRAINER))
        assert answer.status_code == 422
        assert detail in answer.json()["detail"]


class TestCsv:
    def test_a_row_says_what_happened_in_documented_columns(
        self, http: TestClient, history: Installation
    ) -> None:
        answer = http.get(CSV, params=WEEK, headers=history.headers(KeyScope.TRAINER))

        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        name = 'attachment; filename="conversations-2026-11-14-2026-11-20.csv"'
        assert answer.headers["content-disposition"] == name
        first = read_csv(answer.text)[0]
        assert list(first) == [column.name for column in COLUMNS]
        assert first == first | {
            "conversation_id": "n1",
            "client_id": "north",
            "started_at": "2026-11-19T09:00:00Z",
            "ended_at": "2026-11-18T09:41:00Z",
            "outcome": "with_people",
            "resolved_by": "agent",
            "disposition": "action taken",
            "customer_confirmed": "true",
            "last_answer_helpful": "false",
            "handoffs": "2",
            "reason": "complaint",
            "after_hours": "true",
            "wait_s": "60",
            "first_response_s": "120",
            "sla_met": "true",
            "handle_s": "1440",
            "rating": "4",
            "rated": "human",
            "customer_messages": "3",
        }

    def test_rows_are_those_of_each_clients_own_days(
        self, http: TestClient, history: Installation
    ) -> None:
        headers = history.person(Role.LEAD, NORTH, SOUTH)
        friday = {"from": "2026-11-20", "to": "2026-11-20"}
        rows = read_csv(http.get(CSV, params=friday, headers=headers).text)
        assert [each["conversation_id"] for each in rows] == ["s1"]

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d"])
    def test_no_text_becomes_a_formula(
        self, http: TestClient, installation: Installation, start: str
    ) -> None:
        text = f'{start}HYPERLINK("//x", "é")'
        bad = replace(row("n1"), resolution=ResolutionRow("agent", datetime.now(UTC), text))
        write_history(installation.container.engine, [bad])

        answer = http.get(CSV, headers=installation.headers(KeyScope.TRAINER))

        assert read_csv(answer.content.decode())[0]["disposition"] == "'" + text

    def test_a_range_without_conversations_has_the_header_alone(
        self, http: TestClient, installation: Installation
    ) -> None:
        answer = http.get(CSV, headers=installation.headers(KeyScope.TRAINER))
        assert answer.text.split(",")[0] == "conversation_id"
        assert len(answer.text.splitlines()) == 1

    def test_a_long_range_is_written_in_pieces(
        self, installation: Installation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("assist.services.reporting.ROWS_AT_ONCE", 2)
        rows = [row(f"n{number}") for number in range(5)]
        write_history(installation.container.engine, rows)
        week = DayRange(rows[0].created_at.date(), rows[0].created_at.date())
        found = installation.container.reporting.rows([NORTH], week)
        assert [each.id for each in found] == [each.id for each in rows]


class TestPage:
    @pytest.fixture
    def sign_in(self, http: TestClient, history: Installation) -> SignIn:
        def sign_in(role: Role, *client_ids: ClientId) -> TestClient:
            bearer = history.person(role, *client_ids)["Authorization"]
            http.cookies.set(SESSION_COOKIE, bearer.removeprefix("Bearer "))
            return http

        return sign_in

    def test_without_a_session_the_sign_in_comes_first(self, http: TestClient) -> None:
        answer = http.get("/lead?from=2026-11-01&client=north")
        assert answer.status_code == 307
        expected = "/sign-in?next=%2Flead%3Ffrom%3D2026-11-01%26client%3Dnorth"
        assert answer.headers["location"] == expected

    @pytest.mark.parametrize("role", [Role.AGENT, Role.TRAINER])
    def test_whoever_may_not_see_it_is_told_so(self, sign_in: SignIn, role: Role) -> None:
        answer = sign_in(role).get("/lead")
        assert answer.status_code == 403
        assert f"Your role is {role}" in answer.text
        assert "Conversations per day" not in answer.text

    def test_a_lead_sees_the_figures_of_their_clients(self, sign_in: SignIn) -> None:
        page = sign_in(Role.LEAD, NORTH).get("/lead", params=WEEK)
        assert page.status_code == 200
        assert "Of 2 conversations" in page.text
        assert "North Ltd" in page.text
        assert "South Ltd" not in page.text

    def test_the_clients_stand_side_by_side(self, sign_in: SignIn) -> None:
        page = sign_in(Role.ADMIN).get("/lead", params=WEEK).text
        assert '<a href="?client=south&amp;from=2026-11-14&amp;to=2026-11-20">South Ltd' in page

    def test_a_range_without_conversations_says_so(self, sign_in: SignIn) -> None:
        page = sign_in(Role.LEAD).get("/lead?from=2026-01-01&to=2026-01-02")
        assert "No conversation started 1 Jan to 2 Jan 2026." in page.text
        assert "charts/" not in page.text

    @pytest.mark.parametrize(
        ("query", "status", "problem"),
        [
            ("from=soon", 422, "is no day"),
            ("from=2026-12-01&to=2026-11-01", 422, "must not be after"),
            ("client=south", 404, "There is no client"),
        ],
    )
    def test_what_cannot_be_shown_is_explained_on_the_page(
        self, sign_in: SignIn, query: str, status: int, problem: str
    ) -> None:
        page = sign_in(Role.LEAD, NORTH).get(f"/lead?{query}")
        assert page.status_code == status
        assert problem in page.text
        assert "Show</button>" in page.text

    def test_a_failure_offers_to_try_again(
        self,
        sign_in: SignIn,
        history: Installation,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("the disk is gone")

        monkeypatch.setattr(history.container.reporting, "report", fail)
        page = sign_in(Role.LEAD).get("/lead")
        assert page.status_code == 500
        assert "Try again" in page.text
        assert "disk" not in page.text

    def test_a_chart_is_an_image_for_its_readers_browser_alone(self, sign_in: SignIn) -> None:
        http = sign_in(Role.LEAD)
        page = http.get("/lead", params=WEEK).text
        address = page.split('<img src="')[1].split('"')[0].replace("&amp;", "&")

        image = http.get(address)

        assert image.headers["content-type"] == "image/svg+xml"
        assert image.headers["cache-control"].startswith("private, max-age=")
        assert image.text.startswith("<svg")

    def test_charts_are_for_leads_and_of_their_clients(self, sign_in: SignIn) -> None:
        http = sign_in(Role.LEAD, NORTH)
        assert http.get("/lead/charts/days.svg?client=south").status_code == 404
        assert http.get("/lead/charts/none.svg").status_code == 404
        assert sign_in(Role.AGENT).get("/lead/charts/days.svg").status_code == 403


def test_idle_conversations_count_as_ended_without_a_write(
    http: TestClient, installation: Installation
) -> None:
    left = datetime(2026, 11, 19, 9, tzinfo=UTC)
    idle = ConversationRow(
        ConversationId("n1"),
        NORTH,
        left,
        ConversationState.ASSISTANT,
        left + timedelta(minutes=1),
        assistant_messages=1,
        answered=True,
    )
    write_history(installation.container.engine, [idle])

    headers = installation.headers(KeyScope.TRAINER)
    [client] = http.get(DESK, headers=headers).json()["clients"]
    [line] = read_csv(http.get(CSV, headers=headers).text)

    assert client["figures"]["assumed"]["count"] == 1
    assert (line["state"], line["outcome"]) == ("assistant", "assumed")
    assert line["ended_at"] == "2026-11-19T09:01:00Z"
