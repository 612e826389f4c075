"""Signing in with second factors, over the store of an engine."""

from chassis.storage.aggregates import mapping_of
from gateway.events.to_events import to_event
from gateway.identity.account import Account
from gateway.identity.account_store import AccountDocument, StoredAccounts

from tests.doubles.second_gate import SecondGate, open_gate
from tests.engines import Kept

SECOND, FACTOR = "/sign-in/second", "/account/proof/factor"


def open_at(kept: Kept, setting: str) -> SecondGate:
    rows = kept.aggregates("gateway", AccountDocument, mapping_of(Account), to_event)
    return open_gate(kept.database("gateway"), StoredAccounts(rows), setting)
