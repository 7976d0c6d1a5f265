"""Identity tokens: whose word is taken, for how long, and about which conversation."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest

from assist.adapters.jwt_identity import JwtIdentityReader
from assist.domain.customer import Customer
from assist.domain.errors import IdentityError, OtherCustomerError
from assist.domain.identity import VerifiedIdentity, identify, read_claims, rotate_token
from tests.conversation_fakes import conversation
from tests.fakes import NOON

KEY = "site_1"
SECRET = "sig_" + "s" * 43
EXP = (NOON + timedelta(minutes=30)).timestamp()
SAM = VerifiedIdentity("42", "Sam", "sam@example.com", "", {"vip": True})


def claims(**changes: Any) -> dict[str, Any]:
    given = {"sub": "42", "exp": EXP} | changes
    return {name: value for name, value in given.items() if value is not None}


def read(**changes: Any) -> VerifiedIdentity:
    return read_claims(claims(**changes), KEY, NOON)


class TestSignatures:
    def test_the_claims_of_a_token_signed_with_the_secret_are_read(self) -> None:
        token = jwt.encode(claims(), SECRET, "HS256")
        assert JwtIdentityReader().read(token, SECRET) == claims()

    def test_an_expired_token_is_left_to_the_rules_on_claims(self) -> None:
        token = jwt.encode(claims(exp=1, iat=EXP * 2, aud="x"), SECRET, "HS256")
        assert JwtIdentityReader().read(token, SECRET)["exp"] == 1

    def test_a_token_signed_with_another_secret_is_refused(self) -> None:
        token = jwt.encode(claims(), "x" * 47, "HS256")
        with pytest.raises(IdentityError, match="signature is wrong"):
            JwtIdentityReader().read(token, SECRET)

    @pytest.mark.parametrize("algorithm", ["HS512", "none"])
    def test_another_algorithm_is_refused_even_with_the_right_secret(self, algorithm: str) -> None:
        key: Any = None if algorithm == "none" else SECRET * 2
        token = jwt.encode(claims(), key, algorithm)
        with pytest.raises(IdentityError, match="HS256"):
            JwtIdentityReader().read(token, SECRET * 2)

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é"])
    def test_what_is_no_token_is_refused(self, token: str) -> None:
        with pytest.raises(IdentityError, match="no JSON Web Token"):
            JwtIdentityReader().read(token, SECRET)

    def test_a_token_without_a_signature_is_refused(self) -> None:
        head, body, _ = jwt.encode(claims(), SECRET, "HS256").split(".")
        for signature in ("", urlsafe_b64encode(b"x").decode().rstrip("=")):
            with pytest.raises(IdentityError):
                JwtIdentityReader().read(f"{head}.{body}.{signature}", SECRET)


class TestClaims:
    def test_what_the_client_tells_is_taken_over(self) -> None:
        told: dict[str, Any] = {
            "name": " Sam ",
            "email": "sam@example.com",
            "phone": "+1 555 0100",
            "attributes": {"vip": True, "orders": 3, "plan": "gold"},
        }
        assert read(**told) == VerifiedIdentity(
            "42", "Sam", "sam@example.com", "+1 555 0100", told["attributes"]
        )

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"sub": None}, "`sub` is missing"),
            ({"sub": " "}, "`sub` is missing"),
            ({"sub": 42}, "`sub` must be a text"),
            ({"sub": "x" * 321}, "`sub` must be a text"),
            ({"exp": None}, "`exp` is missing"),
            ({"exp": "soon"}, "`exp` must be a time"),
            ({"exp": True}, "`exp` must be a time"),
            ({"exp": 1e30}, "`exp` must be a time"),
            ({"exp": NOON.timestamp() - 31}, "has expired"),
            ({"exp": NOON.timestamp() + 3631}, "at most an hour"),
            ({"nbf": NOON.timestamp() + 31}, "lies in the future"),
            ({"aud": "site_2"}, "names another site"),
            ({"aud": ["site_2"]}, "names another site"),
            ({"name": 7}, "`name` must be a text"),
            ({"attributes": ["vip"]}, "`attributes` must hold"),
            ({"attributes": {str(n): n for n in range(51)}}, "`attributes` must hold"),
            ({"attributes": {"tags": ["a"]}}, "the attribute 'tags'"),
            ({"attributes": {"note": "x" * 321}}, "the attribute 'note'"),
        ],
    )
    def test_a_claim_that_is_not_right_is_named(self, changes: dict[str, Any], reason: str) -> None:
        with pytest.raises(IdentityError, match=reason):
            read(**changes)

    @pytest.mark.parametrize(
        "changes",
        [
            {"exp": NOON.timestamp() - 29},
            {"exp": NOON.timestamp() + 3629},
            {"nbf": NOON.timestamp() + 29},
            {"aud": KEY},
            {"aud": ["other", KEY]},
        ],
    )
    def test_clocks_may_differ_a_little_and_the_site_may_be_named(
        self, changes: dict[str, Any]
    ) -> None:
        assert read(**changes).subject == "42"


class TestIdentifying:
    def test_an_anonymous_customer_becomes_known_and_keeps_what_they_told(self) -> None:
        told = Customer(phone="555", attributes={"page": "cart"})
        step = identify(replace(conversation(), customer=told), SAM)
        assert step.conversation.customer == Customer(
            "Sam", "sam@example.com", "555", "42", True, {"page": "cart", "vip": True}
        )
        assert step.messages == ()

    def test_the_same_customer_may_show_a_new_token(self) -> None:
        known = identify(conversation(), SAM).conversation
        assert identify(known, SAM).conversation == known

    def test_another_customer_does_not_get_the_conversation(self) -> None:
        known = identify(conversation(), SAM).conversation
        with pytest.raises(OtherCustomerError, match="start a new one"):
            identify(known, replace(SAM, subject="43"))

    def test_a_claimed_id_does_not_keep_the_verified_customer_out(self) -> None:
        claimed = replace(conversation(), customer=Customer(external_id="43"))
        assert identify(claimed, SAM).conversation.customer.external_id == "42"

    def test_a_new_token_opens_and_the_old_one_does_not(self) -> None:
        before = rotate_token(conversation(), "cnv_old", SAM).conversation
        after = rotate_token(before, "cnv_new", SAM).conversation
        assert after.opens_with("cnv_new")
        assert not after.opens_with("cnv_old")
