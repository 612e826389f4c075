"""Accounts as those look through them who manage them: by role, branch and state.

The order is that of ids, which say nothing: what names a page's end stands in its
address, where no login may stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.storage.aggregates import Aggregates

from gateway.identity.account import (
    ACTIVE,
    DISABLED,
    INVITED,
    OFFICER,
    OPERATOR,
    RESET,
    STAFF,
    Account,
)
from gateway.identity.login_names import plain_login

MOST_FOUND = 50
"""Accounts that a search shows; who finds more writes more of the name."""
MOST_OFFICERS = 100
"""Officers of one branch that its page names; none has so many."""
LAST = "\uffff"
NOT_TAKEN_UP: Mapping[str, Any] = {
    "is_disabled": False,
    "secret": "",
    "is_taken_up": {"$nin": [True]},
}
OF_STATE: Mapping[str, Mapping[str, Any]] = {
    DISABLED: {"is_disabled": True},
    ACTIVE: {
        "is_disabled": False,
        "$or": [{"secret": {"$gt": ""}}, {"is_taken_up": True}],
    },
    RESET: {**NOT_TAKEN_UP, "is_reset": True},
    INVITED: {**NOT_TAKEN_UP, "is_reset": False},
}


@dataclass(frozen=True)
class AccountFilter:
    """Which accounts: of a role, of a branch, in a state; empty ones narrow nothing.

    Without a role it is those who work with the platform, and not its trainees.
    """

    role: str = ""
    branch_id: str = ""
    state: str = ""

    def to_query(self) -> dict[str, Any]:
        """What finds them in the store."""
        working = {"$in": [OFFICER, STAFF, OPERATOR]}
        query: dict[str, Any] = {"roles": self.role or working}
        if self.branch_id:
            query["branch_id"] = self.branch_id
        return query | dict(OF_STATE.get(self.state, {}))


class AccountLists:
    """Lists of accounts, read from the store by index."""

    def __init__(self, rows: Aggregates[Account]) -> None:
        self.rows = rows

    def find_page(
        self, wanted: AccountFilter, after: str, limit: int
    ) -> tuple[list[Account], str]:
        """So many accounts behind an id, and the id of the last if there are more."""
        query = {**wanted.to_query(), "_id": {"$gt": after}}
        found = self.rows.find(query, sort=[("_id", 1)], limit=limit + 1)
        return found[:limit], found[limit - 1].id if len(found) > limit else ""

    def find_by_words(self, words: str) -> list[Account]:
        """Accounts whose login or name begins with what was written."""
        login, name = plain_login(words), words.strip()
        if not name:
            return []
        by_login = self._find_from("login", login) if login else []
        by_name = self._find_from("name", name)
        found = {account.id: account for account in [*by_login, *by_name]}
        return list(found.values())[:MOST_FOUND]

    def find_officers(self, branch_id: str) -> list[Account]:
        """The officers of a branch, by name."""
        of_branch = {"branch_id": branch_id, "roles": OFFICER}
        found = self.rows.find(of_branch, limit=MOST_OFFICERS)
        return sorted(found, key=lambda account: account.name)

    def count_officers(self, branch_ids: Sequence[str]) -> dict[str, int]:
        """How many officers each of these branches has; none where it has none."""
        steps = [
            {"$match": {"branch_id": {"$in": list(branch_ids)}, "roles": OFFICER}},
            {"$group": {"_id": "$branch_id", "officers": {"$sum": 1}}},
        ]
        found = self.rows.collection.aggregate(steps)
        return {row["_id"]: int(row["officers"]) for row in found}

    def _find_from(self, field: str, begin: str) -> list[Account]:
        between = {field: {"$gte": begin, "$lt": begin + LAST}}
        return self.rows.find(between, sort=[(field, 1)], limit=MOST_FOUND)
