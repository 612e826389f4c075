"""Whose data are deleted leaves nothing behind at the gateway, and nobody is deleted
for another, on every engine."""

import datetime
from typing import Any, cast

import pytest
from chassis.audit.log import AuditLog
from chassis.storage.aggregates import mapping_of
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from gateway.events.to_events import to_event
from gateway.identity.account import OFFICER, TRAINEE, Account
from gateway.identity.account_store import AccountDocument, StoredAccounts
from gateway.identity.api_keys import ApiKeys, new_key
from gateway.identity.login_sessions import Begun, LoginSessions, SessionTerm
from gateway.identity.news_places import NewsPlaces
from gateway.identity.providers.pending_sign_ins import PendingSignIn, PendingSignIns
from gateway.identity.providers.port import ProviderClaims
from gateway.identity.providers.provider_sessions import ProviderSessions
from gateway.identity.pseudonyms import Pseudonyms
from gateway.personal_data.delete_people import AskDeletion
from gateway.personal_data.deletions import ASKED, CANCELLED, Deletions
from gateway.personal_data.own_holdings import OwnHoldings
from gateway.roster_drafts.draft_store import RosterDrafts
from gateway.roster_drafts.sealed_parts import SealedParts

from tests.engines import Kept

WANG = Account("wang", "wang", "王小明", (TRAINEE, OFFICER), "wang", secret="s")
CLAIMS = ProviderClaims("s1", "N-1", phone="13800000001", sid="a", id_token="of wang")
NAMES, SEALS = Pseudonyms(b"key"), SealedParts(b"key")
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def accounts(kept: Kept) -> StoredAccounts:
    form = mapping_of(Account)
    made = StoredAccounts(kept.aggregates("gateway", AccountDocument, form, to_event))
    made.create_account(WANG)
    return made


@pytest.fixture
def audit(kept: Kept) -> AuditLog:
    database = kept.database("gateway")
    made = AuditLog("gateway", database, Ed25519PrivateKey.generate())
    made.declare_indexes()
    return made


@pytest.fixture
def own(kept: Kept, accounts: StoredAccounts, audit: AuditLog) -> OwnHoldings:
    database = kept.database("gateway")
    made = OwnHoldings(database, accounts, RosterDrafts(database, SEALS), audit)
    made.create_indexes()
    return made


@pytest.fixture
def ask(kept: Kept, accounts: StoredAccounts, audit: AuditLog) -> AskDeletion:
    deletions = Deletions(kept.database("gateway"))
    deletions.create_indexes()
    return AskDeletion(deletions, accounts, audit, 7.0, lambda id_: (id_,))


def fill(kept: Kept) -> None:
    """What signing in at a provider and making a key leave, also once signed out."""
    database = kept.database("gateway")
    sessions = LoginSessions(database)
    token, _ = sessions.create_session(Begun("wang", 0, SessionTerm(60, 60)))
    ProviderSessions(database, NAMES, SEALS).add_session(token, "wang", "one", CLAIMS)
    sessions.delete_session(token)
    ApiKeys(database).create_key(new_key("wang", "王小明的程序", "rosters-read", "", 9))
    pending = PendingSignIn("one", "/account/connections", "wang")
    PendingSignIns(database, NAMES).create_pending(pending, "browser", "/back")
    NewsPlaces(database).put_number("wang", "beijing", 7)


def rows_naming(database: Any, what: str) -> list[str]:
    return [
        name
        for name in database.list_collection_names()
        if name not in ("forgotten_people", "audit_log")
        and any(what in str(row) for row in database[name].find({}))
    ]


def test_neither_keys_nor_sessions_at_a_provider_outlive_an_account(
    kept: Kept, own: OwnHoldings
) -> None:
    fill(kept)
    kinds = {holding.kind for holding in own.find_holdings("wang").holdings}
    assert {"api-keys", "provider-sessions", "news-places"} <= kinds
    own.forget_person("wang")
    assert own.find_holdings("wang").holdings == []
    assert rows_naming(kept.database("gateway"), "wang") == []


def test_of_a_key_and_a_session_nothing_is_shown_that_opens_anything(
    kept: Kept, own: OwnHoldings
) -> None:
    fill(kept)
    hidden = {"token", "id_token", "subject", "sid", "_id"}
    for holding in own.find_holdings("wang").holdings:
        assert not any(hidden & set(row) for row in holding.rows)


def test_what_was_asked_for_while_two_counted_as_one_is_taken_back_with_the_merge(
    ask: AskDeletion,
) -> None:
    ask("wang", WANG)
    parted = datetime.datetime.now(datetime.UTC) + MINUTE
    for _ in range(2):
        ask.cancel_of_parted(["wang", "other"], parted)
        found = ask.deletions.get_by_person("wang")
        assert found is not None
        assert found.state == CANCELLED


def test_what_was_asked_for_after_they_were_two_again_stays(ask: AskDeletion) -> None:
    ask("wang", WANG)
    ask.cancel_of_parted(["wang"], datetime.datetime.now(datetime.UTC) - MINUTE)
    found = cast(Any, ask.deletions.get_by_person("wang"))
    assert found.state == ASKED
