"""The audit log of one service: only ever added to, each entry chained to the former.

The number is the entry's id in the store, so of two writers who saw the same last entry
one is refused and chains behind the other. The head says how far the log goes: whoever
cuts entries off must forge it too, and every entry's number and hash stand in the
service's own log as well.
"""

import datetime
import random
import threading
import time
from collections.abc import Iterator
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.audit.check import check_entries, check_head
from chassis.audit.entry import Act, AuditAnchor, AuditEntry, AuditQuery, AuditVerdict
from chassis.clock import utc_now
from chassis.errors import WriteConflict
from chassis.ids import new_id
from chassis.telemetry.logs import logger
from chassis.telemetry.tracing import current_request_id

HEAD = "head"
TRIES = 200
"""Each lost try means that another process wrote one; in a process they take turns."""
AT_ONCE = 500
"""Entries read at once by a check: a few hundred kilobytes."""
MOST_SHOWN = 200
TICK = datetime.timedelta(microseconds=1)


class AuditLog:
    """The audit log of one service."""

    def __init__(
        self, service: str, database: Database[dict[str, Any]], key: Ed25519PrivateKey
    ) -> None:
        self.service, self.key = service, key
        self.rows, self.heads = database["audit_log"], database["audit_heads"]
        self.turn = threading.Lock()

    def declare_indexes(self) -> None:
        """Make the indexes; repeating it changes nothing."""
        self.rows.create_index("key", unique=True)
        self.rows.create_index("at")
        for name in ("who", "action", "subject"):
            self.rows.create_index([(name, 1), ("at", 1)])

    def add(
        self,
        who: str,
        action: str,
        subject: str,
        *,
        reason: str = "",
        key: str = "",
        **details: str,
    ) -> AuditEntry:
        """The act as an entry; one whose key is known is the entry it already has.

        Raises WriteConflict where others are always quicker.
        """
        act = Act(who, action, subject, reason, details, key or new_id())
        with self.turn:
            for turn in range(TRIES):
                if key and (known := self.rows.find_one({"key": key})):
                    return msgspec.convert(known, AuditEntry)
                if added := self._try_to_add(act):
                    logger().info("audit_entry", number=added.number, hash=added.hash)
                    return added
                time.sleep(random.uniform(0, 0.001 * min(turn, 20)))  # noqa: S311
        raise WriteConflict("audit log")

    def find_entries(self, asked: AuditQuery) -> list[AuditEntry]:
        """The entries that fit, latest first."""
        wanted: dict[str, Any] = {
            name: value
            for name in ("who", "action", "subject")
            if (value := getattr(asked, name))
        }
        bounds = {"$gte": asked.since, "$lt": asked.before}
        if within := {bound: moment for bound, moment in bounds.items() if moment}:
            wanted["at"] = within
        most = max(1, min(asked.limit, MOST_SHOWN))
        rows = self.rows.find(wanted, sort=[("at", -1)], limit=most)
        return [msgspec.convert(row, AuditEntry) for row in rows]

    def check_chain(self, noted: AuditAnchor) -> AuditVerdict:
        """Whether the log is whole, or else the first entry that is not as written."""
        head = self._read_head()
        verdict = check_entries(
            self.service, self._read_all(), head, self._is_signed, noted
        )
        return check_head(verdict, self._read_head())

    def _try_to_add(self, act: Act) -> AuditEntry | None:
        """The new entry, or None where another writer was quicker."""
        head = self._read_head()
        entry = self._chain_entry(act, head)
        try:
            self.rows.insert_one(msgspec.to_builtins(entry))
        except DuplicateKeyError:
            self._move_head(head)
            return None
        self._move_head(head)
        return entry

    def _chain_entry(self, act: Act, head: AuditAnchor) -> AuditEntry:
        last = self.rows.find_one({"_id": head.number}, {"at": 1})
        bare = AuditEntry(
            number=head.number + 1,
            at=_moment_behind(last["at"] if last else ""),
            who=act.who,
            action=act.action,
            subject=act.subject,
            reason=act.reason,
            details=act.details,
            request=current_request_id(),
            key=act.key,
            before=head.hash,
        )
        digest = bare.compute_hash(self.service)
        signature = self.key.sign(bytes.fromhex(digest)).hex()
        return msgspec.structs.replace(bare, hash=digest, signature=signature)

    def _read_head(self) -> AuditAnchor:
        row = self.heads.find_one({"_id": HEAD})
        if row is not None:
            return AuditAnchor(number=row["number"], hash=row["hash"])
        try:
            self.heads.insert_one({"_id": HEAD, "number": 0, "hash": ""})
        except DuplicateKeyError:
            return self._read_head()
        return AuditAnchor()

    def _move_head(self, head: AuditAnchor) -> None:
        """The head follows the next entry: whoever wrote that one may be dead."""
        row = self.rows.find_one({"_id": head.number + 1}, {"hash": 1})
        if row is not None:
            moved = {"number": head.number + 1, "hash": row["hash"]}
            self.heads.update_one({"_id": HEAD, "number": head.number}, {"$set": moved})

    def _read_all(self) -> Iterator[AuditEntry]:
        after = -1
        while True:
            rows = list(
                self.rows.find(
                    {"_id": {"$gt": after}}, sort=[("_id", 1)], limit=AT_ONCE
                )
            )
            yield from (msgspec.convert(row, AuditEntry) for row in rows)
            if len(rows) < AT_ONCE:
                return
            after = rows[-1]["_id"]

    def _is_signed(self, entry: AuditEntry) -> bool:
        try:
            signature, digest = bytes.fromhex(entry.signature), entry.hash
            self.key.public_key().verify(signature, bytes.fromhex(digest))
        except (InvalidSignature, ValueError):
            return False
        return True


def _moment_behind(last: str) -> str:
    """This moment, or the next one behind the last entry's if clocks differ."""
    now = utc_now()
    if last:
        now = max(now, datetime.datetime.fromisoformat(last) + TICK)
    return now.isoformat(timespec="microseconds").replace("+00:00", "Z")
