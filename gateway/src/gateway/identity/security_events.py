"""Security events: what was tried and done with accounts, and by whom."""

import datetime
from collections.abc import Mapping
from typing import Any

from chassis.audit.log import AuditLog
from chassis.ids import derived_id, new_id
from chassis.telemetry.logs import logger
from chassis.telemetry.tracing import current_request_id
from prometheus_client import Counter
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from gateway.identity.pseudonyms import network_of

KEPT_SECONDS = 190 * 24 * 3600
"""Six months, the longest of which has 184 days: what China's Cybersecurity Law,
article 21, asks of network logs; a week of margin to copy them out."""
ONCE_SECONDS = 180
"""What repeats without end (limited tries, refused rights) is written down once in so
long; the metric counts every one."""
REMEMBERED = 10_000
"""Ids of what was just written down, about a megabyte: so a flood asks no store."""

OK, FAILED, LIMITED, BUSY, REFUSED = "ok", "failed", "limited", "busy", "refused"
AUDITED = frozenset(
    {
        "role-given",
        "role-taken",
        "account-disabled",
        "account-enabled",
        "password-reset",
        "broker-account-created",
        "broker-password-changed",
        "broker-account-disabled",
    }
)
"""What stands in the audit log too, which is for as long as the college likes."""
HELPED = frozenset(
    {
        "second-factor-reset",
        "provider-connected",
        "provider-disconnected",
        "ways-in-voided",
    }
)
"""What stands there where somebody did it to the account of another."""
DETAILS = ("role", "provider", "ways")
sign_ins = Counter(
    "biyong_sign_ins_total", "Tries to sign in, by how they ended", ["outcome"]
)


class SecurityEvents:
    """Events that are only ever added: who, what, outcome, when, from which network.

    `who` is the account that acted, `account` the one it was about, both by id;
    `login` a pseudonym where no account is known. Never a password, token, phone or
    name.
    """

    def __init__(
        self, database: Database[dict[str, Any]], audit: AuditLog | None = None
    ) -> None:
        self.rows = database["security_events"]
        self.audit = audit
        self.repeated: set[str] = set()

    def create_indexes(self) -> None:
        """Make the indexes."""
        self.rows.create_index("at", expireAfterSeconds=KEPT_SECONDS)
        self.rows.create_index("cursor", unique=True)

    def add_event(self, what: str, outcome: str, *, address: str, **more: str) -> None:
        """The event is added; to the audit log too if it is about rights."""
        self._insert_event(new_id(), what, outcome, address, more)
        who, account = more.get("who", ""), more.get("account", "")
        is_right = what in AUDITED or bool(more.get("role"))
        is_right = is_right or (what in HELPED and who != account)
        if self.audit and is_right and outcome == OK:
            details = {name: more[name] for name in DETAILS if more.get(name)}
            self.audit.add(who, what, account, **details)

    def add_event_once(
        self, what: str, outcome: str, *, address: str, **more: str
    ) -> None:
        """The event is added, unless the same was added a moment ago."""
        moment = int(datetime.datetime.now(datetime.UTC).timestamp() // ONCE_SECONDS)
        same = [f"{name}={value}" for name, value in sorted(more.items())]
        id_ = derived_id(what, outcome, network_of(address), str(moment), *same)
        if id_ in self.repeated:
            return
        if len(self.repeated) >= REMEMBERED:
            self.repeated.clear()
        self.repeated.add(id_)
        self._insert_event(id_, what, outcome, address, more)

    def find_after(self, cursor: str, limit: int) -> list[dict[str, Any]]:
        """The events after a cursor, or after a moment in ISO form, in their order."""
        rows = self.rows.find(
            {"cursor": {"$gt": cursor}}, {"_id": 0}, sort=[("cursor", 1)], limit=limit
        )
        return list(rows)

    def _insert_event(
        self, id_: str, what: str, outcome: str, address: str, more: Mapping[str, str]
    ) -> None:
        now = datetime.datetime.now(datetime.UTC)
        line = {
            "what": what,
            "outcome": outcome,
            "network": network_of(address),
            "request": current_request_id(),
            **{name: value for name, value in more.items() if value},
        }
        stamp = now.isoformat(timespec="microseconds").replace("+00:00", "Z")
        cursor = f"{stamp}.{new_id(6)}"
        try:
            self.rows.insert_one({"_id": id_, "at": now, "cursor": cursor, **line})
        except DuplicateKeyError:
            return
        logger().info("security_event", **line)
