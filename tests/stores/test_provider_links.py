"""Links, pending sign-ins and sessions of providers, on every engine."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from gateway.identity.login_sessions import Begun, LoginSessions, SessionTerm
from gateway.identity.providers.account_links import (
    BY_CLAIMS,
    BY_OWNER,
    AccountLinks,
)
from gateway.identity.providers.pending_sign_ins import PendingSignIn, PendingSignIns
from gateway.identity.providers.port import EndedAtProvider, ProviderClaims
from gateway.identity.providers.provider_sessions import ProviderSessions
from gateway.identity.providers.settings import ProviderSettings, load_providers
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.tokens import hash_token, moment_in
from gateway.roster_drafts.sealed_parts import SealedParts

from tests.engines import Kept

NAMES = Pseudonyms(b"key")
BACK = "https://biyong.example/back"


def a_provider(name: str, issuer: str) -> ProviderSettings:
    written = {
        "name": name, "label": {"zh": "甲", "en": "A"}, "issuer": issuer,
        "client_id": "biyong", "client_secret_file": "/secret",
    }  # fmt: skip
    [provider] = load_providers(json.dumps([written]))
    return provider


ONE, OTHER = (
    a_provider("one", "https://a.example"),
    a_provider("two", "https://b.example"),
)


@pytest.fixture
def links(kept: Kept) -> AccountLinks:
    made = AccountLinks(kept.database("gateway"), NAMES)
    made.create_indexes()
    return made


@pytest.fixture
def pending(kept: Kept) -> PendingSignIns:
    made = PendingSignIns(kept.database("gateway"), NAMES)
    made.create_indexes()
    return made


@pytest.fixture
def sessions(kept: Kept) -> ProviderSessions:
    made = ProviderSessions(kept.database("gateway"), NAMES, SealedParts(b"key"))
    made.create_indexes()
    return made


def test_a_subject_has_one_account_and_an_account_one_subject_of_a_provider(
    links: AccountLinks,
) -> None:
    assert links.create_link(ONE, "s1", "wang", BY_CLAIMS)
    assert not links.create_link(ONE, "s1", "li", BY_OWNER)
    assert not links.create_link(ONE, "s2", "wang", BY_OWNER)
    assert links.create_link(OTHER, "s1", "wang", BY_OWNER)
    assert links.create_link(OTHER, "s2", "li", BY_OWNER)
    assert [link.provider for link in links.find_links("wang")] == ["one", "two"]


def test_a_link_is_as_its_last_maker_made_it(links: AccountLinks) -> None:
    links.create_link(ONE, "s1", "wang", BY_CLAIMS)
    assert links.create_link(ONE, "s1", "wang", BY_OWNER)
    found = links.get_link(ONE, "s1")
    assert found is not None
    assert found.made_by == BY_OWNER


def test_of_many_who_link_one_subject_at_once_one_does(links: AccountLinks) -> None:
    def link(number: int) -> bool:
        return links.create_link(ONE, "s1", f"account-{number}", BY_CLAIMS)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(link, range(8))) == 1


def test_a_link_that_was_cut_is_gone(links: AccountLinks) -> None:
    links.create_link(ONE, "s1", "wang", BY_CLAIMS)
    assert links.delete_link("wang", "one")
    assert not links.delete_link("wang", "one")
    assert links.get_link(ONE, "s1") is None
    assert links.create_link(ONE, "s1", "li", BY_CLAIMS)


def test_what_is_pending_is_taken_once_by_its_browser(pending: PendingSignIns) -> None:
    wanted = PendingSignIn("one", "/record", "wang", ("t1",))
    challenge = pending.create_pending(wanted, "browser", BACK)
    state = challenge.state
    assert pending.take_pending("one", state, "another", BACK) is None
    assert pending.take_pending("two", state, "browser", BACK) is None
    assert pending.take_pending("one", "forged", "browser", BACK) is None
    assert pending.take_pending("one", state, "browser", BACK) == (wanted, challenge)
    assert pending.take_pending("one", state, "browser", BACK) is None


def test_what_is_pending_too_long_is_not_taken(
    pending: PendingSignIns,
) -> None:
    challenge = pending.create_pending(PendingSignIn("one", "/"), "browser", BACK)
    pending.rows.update_many({}, {"$set": {"until": moment_in(-1)}})
    assert pending.take_pending("one", challenge.state, "browser", BACK) is None


def test_nothing_stored_lets_anybody_go_on(pending: PendingSignIns) -> None:
    challenge = pending.create_pending(PendingSignIn("one", "/"), "browser", BACK)
    assert 43 <= len(challenge.verifier) <= 128
    rows = repr(list(pending.rows.find()))
    for secret in (challenge.state, challenge.nonce, challenge.verifier, "browser"):
        assert f"'{secret}'" not in rows.replace("'browser':", "")


def test_a_session_ends_with_that_at_the_provider(sessions: ProviderSessions) -> None:
    for token, sid in (("t1", "a"), ("t2", "b"), ("t3", "b")):
        claims = ProviderClaims("s1", sid=sid, id_token=f"id-{token}")
        sessions.add_session(token, "wang", "one", claims)
    sessions.add_session("t4", "wang", "two", ProviderClaims("s1", sid="b"))
    ended = sessions.take_ended("one", EndedAtProvider("s1", "b"))
    assert set(ended) == {hash_token("t2"), hash_token("t3")}
    assert sessions.take_ended("one", EndedAtProvider("s1")) == [hash_token("t1")]
    assert sessions.take_ended("one", EndedAtProvider("s1")) == []
    assert sessions.take_session(hash_token("t4")) is None, (
        "it has no token to sign out with"
    )


def test_a_session_that_a_second_factor_made_whole_ends_with_it_too(
    kept: Kept, sessions: ProviderSessions
) -> None:
    logins = LoginSessions(kept.database("gateway"))
    logins.create_indexes()
    half, _ = logins.create_session(Begun("wang", 0, SessionTerm(60, 60), is_half=True))
    sessions.add_session(
        half, "wang", "one", ProviderClaims("s1", sid="a", id_token="i")
    )
    whole = logins.finish_session(half)
    assert whole is not None
    assert logins.get_first_hash(whole) == hash_token(half)
    [ended] = sessions.take_ended("one", EndedAtProvider(sid="a"))
    logins.delete_begun(ended)
    assert logins.get_by_token(whole) is None


def test_an_id_token_is_sealed_and_given_back_once(sessions: ProviderSessions) -> None:
    claims = ProviderClaims("s1", sid="a", id_token="header.claims.signature")
    sessions.add_session("t1", "wang", "one", claims)
    assert b"claims" not in next(iter(sessions.rows.find()))["id_token"]
    took = sessions.take_session(hash_token("t1"))
    assert took is not None
    assert (took.provider, took.id_token) == ("one", claims.id_token)
    assert sessions.take_session(hash_token("t1")) is None
