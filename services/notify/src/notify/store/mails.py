"""The mails port over MongoEngine: one queue for each way and urgency."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from chassis.storage.aggregates import Aggregates, FieldMapping, mapping_of
from pymongo import UpdateOne

from notify.domain.echoes import DIGEST
from notify.domain.notice import DUE, GATHERED, MAIL, Mail

CLAIM_SECONDS = 60.0
"""How soon others take over what a worker that died had claimed."""
DELIVERY_SECONDS = 900.0
"""Longer than one delivery takes at worst: about a dozen answers of a minute each."""
URGENT_DELIVERY_SECONDS = 150.0
"""The same where each answer is waited for ten seconds."""
GATHERED_SECONDS = 3600.0
"""How soon what went with a digest looks what became of it, if the process died between
closing the one and the others: longer than its delivery."""
plain: FieldMapping[Mail] = mapping_of(Mail)


def _to_fields(mail: Mail) -> dict[str, Any]:
    """Closed mails have the moment of that, due ones when they are."""
    fields = plain.to_fields(mail) | {"queue": mail.queue}
    if mail.state == DUE:
        return fields | {"work_due": max(time.time(), mail.not_before)}
    return fields | {"work_due": None, "closed_at": time.time()}


def _from_fields(id_: str, stored: Mapping[str, Any]) -> Mail:
    return plain.from_fields(id_, stored)


MAIL_FORM = FieldMapping(_to_fields, _from_fields)


class StoredMails:
    """Mails on their way. All are put here; `wake` wakes who sends those of a queue.
    Claimed are those of the one `queue`."""

    def __init__(
        self,
        rows: Aggregates[Mail],
        wake: Callable[[str], None] = lambda _: None,
        queue: str = MAIL,
    ) -> None:
        self.rows, self.wake, self.queue = rows, wake, queue
        self.leases: dict[str, float] = {}

    def queue_old(self) -> None:
        """Mails that were put before there were queues get theirs."""
        self.rows.collection.update_many({"queue": None}, {"$set": {"queue": MAIL}})

    def create(self, mails: Iterable[Mail]) -> None:
        """Put new mails; those that are there stay."""
        new = list(mails)
        self.rows.add_many((mail.id, mail, ()) for mail in new)
        for queue in sorted({mail.queue for mail in new}):
            self.wake(queue)

    def find_ids_of(self, person_id: str) -> list[str]:
        """The ids of a person's mails, however they ended."""
        rows = self.rows.collection.find({"person_id": person_id}, {"_id": 1})
        return [row["_id"] for row in rows]

    def find_known(self, ids: Sequence[str]) -> set[str]:
        """Those of these ids that were put before."""
        rows = self.rows.collection.find({"_id": {"$in": list(ids)}}, {"_id": 1})
        return {row["_id"] for row in rows}

    def claim(self, most: int) -> list[Mail]:
        """Mails that are due, leased to this worker in one write."""
        now = time.time()
        due = self.rows.find(
            {"queue": self.queue, "work_due": {"$lte": now}},
            sort=[("work_due", 1)],
            limit=most,
        )
        ids = [mail.id for mail in due]
        if not ids:
            return []
        lease = now + CLAIM_SECONDS
        self.rows.collection.update_many(
            {"_id": {"$in": ids}, "work_due": {"$lte": now}},
            {"$set": {"work_due": lease}},
        )
        claimed = self.rows.find({"_id": {"$in": ids}, "work_due": lease})
        self.leases |= {mail.id: lease for mail in claimed}
        return claimed

    def renew(self, mail: Mail) -> bool:
        """Renew a claimed mail's lease for one delivery; False if another has it."""
        lease = time.time() + (
            URGENT_DELIVERY_SECONDS if mail.until else DELIVERY_SECONDS
        )
        renewed = self.rows.collection.update_one(
            {"_id": mail.id, "work_due": self.leases[mail.id]},
            {"$set": {"work_due": lease}},
        )
        if not renewed.matched_count:
            del self.leases[mail.id]
            return False
        self.leases[mail.id] = lease
        return True

    def close(self, mails: Sequence[Mail]) -> set[str]:
        """Write how mails ended, or until when they are put off, in one go; the ids of
        those that are there no more."""
        for mail in mails:
            self.leases.pop(mail.id, None)
        gone = self.rows.overwrite_many((mail.id, mail) for mail in mails)
        for digest in mails:
            if digest.kind == DIGEST and digest.state != DUE:
                self._close_gathered(digest)
        return gone

    def write_settled(self, mails: Sequence[Mail]) -> None:
        """Write what became of claimed mails that are not delivered now, in one go;
        nothing of one that another worker has by now."""
        writes = [
            UpdateOne(
                {"_id": mail.id, "work_due": self.leases.pop(mail.id)},
                {"$set": MAIL_FORM.to_fields(mail), "$inc": {"version": 1}},
            )
            for mail in mails
        ]
        if writes:
            self.rows.collection.bulk_write(writes, ordered=False)

    def release(self, mails: Iterable[Mail]) -> None:
        """Release those mails that this worker still holds: due again at once."""
        leases = {mail.id: self.leases.pop(mail.id, None) for mail in mails}
        leases = {id_: lease for id_, lease in leases.items() if lease is not None}
        if leases:
            self.rows.collection.update_many(
                {
                    "_id": {"$in": list(leases)},
                    "work_due": {"$in": sorted(set(leases.values()))},
                },
                {"$set": {"work_due": time.time()}},
            )

    def find_by_ids(self, ids: Sequence[str]) -> list[Mail]:
        """Those of these mails that are there."""
        return self.rows.find({"_id": {"$in": list(ids)}}) if ids else []

    def claim_entries(self, digest_id: str) -> list[Mail]:
        """The mails that go with a digest that leaves now, in the order of their ids.
        Whoever else claimed one has it no more."""
        until = time.time() + GATHERED_SECONDS
        with_it = {"digest": digest_id, "state": DUE}
        self.rows.collection.update_many(
            with_it, {"$set": {"code": GATHERED, "work_due": until}}
        )
        return self.rows.find({**with_it, "code": GATHERED}, sort=[("_id", 1)])

    def _close_gathered(self, digest: Mail) -> None:
        """Close what went with a digest as it was closed itself."""
        closed: dict[str, Any] = {
            "state": digest.state,
            "words": {},
            "address": "",
            "work_due": None,
        }
        self.rows.collection.update_many(
            {"digest": digest.id, "state": DUE, "code": GATHERED},
            {"$set": closed | {"code": digest.code, "closed_at": time.time()}},
        )
