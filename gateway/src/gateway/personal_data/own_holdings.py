"""What the gateway itself stores about a person: found, and deleted."""

from collections.abc import Mapping
from typing import Any

from chassis.audit.entry import AuditQuery
from chassis.audit.log import AuditLog
from chassis.people.forgotten import ForgottenPeople
from contracts.http.holdings import Holding, HoldingsOut
from pymongo.database import Database

from gateway.identity.account import Account
from gateway.identity.account_store import StoredAccounts
from gateway.roster_drafts.draft_store import RosterDrafts

MOST_LINES = 1000
"""Security events and audit entries of one person; the newest of them."""
BY_LAW, AUDITED, CONSENT = "security-law", "audit", "consent"
HIDDEN = (
    *("secret", "invitation", "code", "_id", "sealed", "idle", "epoch"),
    *("token", "id_token", "subject", "sid"),
)
"""Hashes and keys: nobody reads anything in them, and who has them might try."""
FORGOTTEN = (
    "sessions",
    "devices",
    "contacts",
    "one_time_codes",
    "account_links",
    "provider_sessions",
    "pending_sign_ins",
    "api_keys",
    "person_exports",
    "calendar_addresses",
    "news_places",
)
"""Collections whose rows go with their account."""
BY_ID = ("second_factors", "directory_entries")
"""Those whose rows have the account's or the person's own id."""
Row = dict[str, Any]


class OwnHoldings:
    """Accounts, sessions, devices, drafts, consents, security events."""

    def __init__(
        self,
        database: Database[Row],
        accounts: StoredAccounts,
        drafts: RosterDrafts,
        audit: AuditLog,
    ) -> None:
        self.database, self.accounts, self.drafts = database, accounts, drafts
        self.audit, self.forgotten = audit, ForgottenPeople(database)

    def create_indexes(self) -> None:
        """Make the indexes by which a person's security events are found."""
        for name in ("account", "who"):
            self.database["security_events"].create_index(name)
        for name in ("one_time_codes", "provider_sessions", "pending_sign_ins"):
            self.database[name].create_index("account")

    def find_holdings(self, person_id: str) -> HoldingsOut:
        """All that the gateway stores about a person."""
        accounts = self.accounts.find_by_people([person_id])
        ids = sorted({person_id, *(account.id for account in accounts)})
        theirs: Row = {"account": {"$in": ids}}
        kinds = [
            Holding(kind="account", rows=[_show_account(one) for one in accounts]),
            self._find_rows("sessions", theirs),
            self._find_rows("devices", theirs),
            self._find_contacts(ids),
            *self._find_by_id(ids),
            self._find_rows("connections", theirs, "account_links"),
            self._find_rows("provider-sessions", theirs, "provider_sessions"),
            self._find_rows("api-keys", theirs, "api_keys"),
            self._find_rows("calendar-addresses", theirs, "calendar_addresses"),
            self._find_rows("news-places", theirs, "news_places"),
            self._find_rows("roster-drafts", theirs, "roster_drafts"),
            self._find_rows("consents", theirs, stays=CONSENT),
            self._find_security_events(ids),
            self._find_audit_entries(ids),
        ]
        return HoldingsOut(
            holdings=[kind for kind in kinds if kind.rows],
            is_forgotten=self.forgotten.is_forgotten(person_id),
        )

    def forget_person(self, person_id: str) -> None:
        """Delete the accounts of a person, and all that hangs on them; repeating it
        changes nothing.

        It is noted first that it begins: who stores something of theirs looks there
        afterwards (`ForgottenPeople`).
        """
        self.forgotten.begin_person(person_id)
        accounts = self.accounts.find_by_people([person_id])
        ids = sorted({person_id, *(account.id for account in accounts)})
        for id_ in ids:
            self.forgotten.begin_person(id_)
        for id_ in ids:
            for draft in self.drafts.find_drafts(id_):
                self.drafts.delete_draft(draft.id)
            for name in BY_ID:
                self.database[name].delete_one({"_id": id_})
            for name in FORGOTTEN:
                self.database[name].delete_many({"account": id_})
            self.accounts.delete_account(id_)
        self.forgotten.note_person(person_id)

    def _find_rows(
        self, kind: str, filter_: Row, collection: str = "", stays: str = ""
    ) -> Holding:
        rows = self.database[collection or kind].find(filter_)
        return Holding(kind=kind, rows=[_show_row(row) for row in rows], stays=stays)

    def _find_by_id(self, ids: list[str]) -> list[Holding]:
        """Whether there is a second factor, and by what a directory knows the person;
        of secrets nothing is shown."""
        by_id = {"_id": {"$in": ids}}
        factors = self.database["second_factors"].find(by_id, {"_id": 1})
        entries = self.database["directory_entries"].find(by_id)
        return [
            Holding(
                kind="second-factors",
                rows=[{"account": str(f["_id"])} for f in factors],
            ),
            Holding(
                kind="directory-entries",
                rows=[{"entry": str(e["entry"])} for e in entries],
            ),
        ]

    def _find_contacts(self, ids: list[str]) -> Holding:
        rows = self.database["contacts"].find({"account": {"$in": ids}})
        shown = [
            {"address": str(row["_id"]), "is_proven": str(row["is_proven"])}
            for row in rows
        ]
        return Holding(kind="contacts", rows=shown)

    def _find_security_events(self, ids: list[str]) -> Holding:
        either = {"$or": [{"account": {"$in": ids}}, {"who": {"$in": ids}}]}
        rows = self.database["security_events"].find(either, limit=MOST_LINES)
        shown = [_show_row(row) for row in rows]
        return Holding(kind="security-events", rows=shown, stays=BY_LAW)

    def _find_audit_entries(self, ids: list[str]) -> Holding:
        entries = [
            entry
            for id_ in ids
            for entry in self.audit.find_entries(AuditQuery(subject=id_, limit=200))
        ]
        rows = [
            {"at": entry.at, "action": entry.action, "reason": entry.reason}
            for entry in entries
        ]
        return Holding(kind="audit-entries", rows=rows, stays=AUDITED)


def _show_account(account: Account) -> dict[str, str]:
    return _show_row(vars(account) | {"roles": " ".join(account.roles)})


def _show_row(row: Mapping[str, Any]) -> dict[str, str]:
    """A row as its person reads it: texts, and nothing that opens anything."""
    shown = {name: value for name, value in row.items() if name not in HIDDEN}
    return {
        name: str(value) for name, value in shown.items() if value not in ("", None)
    }
