"""The notices, mails and titles ports over MongoEngine."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from chassis.projections.projection import ProjectedRow, Projection
from chassis.storage.aggregates import Aggregates, FieldMapping, mapping_of

from notify.domain.notice import DUE, Mail, Notice
from notify.domain.title import Title
from notify.store import documents
from notify.usecases.ports import PlaceInInbox

CLAIM_SECONDS = 60.0
"""How soon others take over what a worker that died had claimed."""
DELIVERY_SECONDS = 900.0
"""Longer than one delivery takes at worst: about a dozen answers of a minute each."""
plain: FieldMapping[Mail] = mapping_of(Mail)


class StoredNotices:
    """People's inboxes."""

    def __init__(self, rows: Aggregates[Notice]) -> None:
        self.rows = rows

    def create(self, notices: Sequence[Notice]) -> None:
        """Put new notices; those that are there stay."""
        self.rows.add_many((notice.id, notice, ()) for notice in notices)

    def find_by_person(
        self, person_id: str, limit: int, behind: PlaceInInbox | None = None
    ) -> list[Notice]:
        """The newest first, or those behind a place."""
        filter_: dict[str, Any] = {"person_id": person_id}
        if behind is not None:
            filter_["$or"] = [
                {"at": {"$lt": behind.at}},
                {"at": behind.at, "_id": {"$lt": behind.id}},
            ]
        return self.rows.find(filter_, sort=[("at", -1), ("_id", -1)], limit=limit)

    def count_unread(self, person_id: str) -> int:
        """The number of notices that the person has not read."""
        return self.rows.collection.count_documents(
            {"person_id": person_id, "read": False}
        )

    def mark_read(self, person_id: str) -> None:
        """Mark all notices of a person read."""
        for notice in self.rows.find({"person_id": person_id, "read": False}):
            self.rows.change(notice.id, Notice.mark_read)


def _to_fields(mail: Mail) -> dict[str, Any]:
    due = max(time.time(), mail.not_before) if mail.state == DUE else None
    return plain.to_fields(mail) | {"work_due": due}


def _from_fields(id_: str, stored: Mapping[str, Any]) -> Mail:
    return plain.from_fields(id_, stored)


MAIL_FORM = FieldMapping(_to_fields, _from_fields)


class StoredMails:
    """Mails on their way; `wake` wakes who sends them."""

    def __init__(
        self, rows: Aggregates[Mail], wake: Callable[[], None] = lambda: None
    ) -> None:
        self.rows, self.wake = rows, wake
        self.leases: dict[str, float] = {}

    def create(self, mails: Iterable[Mail]) -> None:
        """Put new mails; those that are there stay."""
        self.rows.add_many((mail.id, mail, ()) for mail in mails)
        self.wake()

    def claim(self, most: int) -> list[Mail]:
        """Mails that are due, leased to this worker in one write."""
        now = time.time()
        due = self.rows.find(
            {"work_due": {"$lte": now}}, sort=[("work_due", 1)], limit=most
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
        lease = time.time() + DELIVERY_SECONDS
        renewed = self.rows.collection.update_one(
            {"_id": mail.id, "work_due": self.leases[mail.id]},
            {"$set": {"work_due": lease}},
        )
        if not renewed.matched_count:
            del self.leases[mail.id]
            return False
        self.leases[mail.id] = lease
        return True

    def close(self, mail: Mail) -> None:
        """Write how a mail ended, or until when it is put off. Raises NotFound."""
        self.leases.pop(mail.id, None)
        self.rows.change(mail.id, lambda _: (mail, ()))

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


class StoredTitles:
    """Titles of classes: a projection."""

    def __init__(self) -> None:
        self.rows = Projection(documents.TitleDocument, mapping_of(Title))

    def put(self, rows: Iterable[ProjectedRow[Title]]) -> None:
        """Put rows of titles, each with its version; newer ones stay."""
        self.rows.put_rows(rows)

    def find_by_ids(self, class_ids: Sequence[str]) -> dict[str, str]:
        """The titles of these classes that are known."""
        titles = self.rows.find({"_id": {"$in": list(class_ids)}})
        return {title.id: title.title for title in titles}
