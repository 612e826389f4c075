"""The notices, mails and titles ports over MongoEngine."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chassis.storage.aggregates import Aggregates, Form, form_of
from chassis.storage.copies import Copies, Told

from notify.domain.notice import DUE, Mail, Notice
from notify.domain.title import Title
from notify.store import documents

LEASE_SECONDS = 60.0
plain: Form[Mail] = form_of(Mail)


class StoredNotices:
    """People's inboxes."""

    def __init__(self, rows: Aggregates[Notice]) -> None:
        self.rows = rows

    def post(self, notices: Sequence[Notice]) -> None:
        """Put new ones; those that are there stay."""
        self.rows.add_many((notice.id, notice, ()) for notice in notices)

    def of_person(self, person_id: str, limit: int) -> list[Notice]:
        """The newest first."""
        return self.rows.find({"person_id": person_id}, sort=[("at", -1)], limit=limit)

    def unread(self, person_id: str) -> int:
        """How many the person has not read."""
        return self.rows.collection.count_documents(
            {"person_id": person_id, "read": False}
        )

    def mark_read(self, person_id: str) -> None:
        """All of a person's are read."""
        for notice in self.rows.find({"person_id": person_id, "read": False}):
            self.rows.change(notice.id, Notice.mark_read)


def _to_fields(mail: Mail) -> dict[str, Any]:
    due = time.time() if mail.state == DUE else None
    return plain.to_fields(mail) | {"work_due": due, "work_tries": 0}


def _from_fields(id_: str, stored: Mapping[str, Any]) -> Mail:
    return plain.from_fields(id_, stored)


MAIL_FORM = Form(_to_fields, _from_fields)


class StoredMails:
    """Mails on their way."""

    def __init__(self, rows: Aggregates[Mail]) -> None:
        self.rows = rows

    def post(self, mails: Iterable[Mail]) -> None:
        """Put new ones; those that are there stay."""
        self.rows.add_many((mail.id, mail, ()) for mail in mails)

    def claim(self, most: int) -> list[Mail]:
        """Mails that are due, leased to this worker in one write."""
        now = time.time()
        due = self.rows.find(
            {"work_due": {"$lte": now}}, sort=[("work_due", 1)], limit=most
        )
        ids = [mail.id for mail in due]
        if not ids:
            return []
        lease = now + LEASE_SECONDS
        self.rows.collection.update_many(
            {"_id": {"$in": ids}, "work_due": {"$lte": now}},
            {"$set": {"work_due": lease}},
        )
        return self.rows.find({"_id": {"$in": ids}, "work_due": lease})

    def close(self, mail: Mail) -> None:
        """Write down how it ended."""
        self.rows.change(mail.id, lambda _: (mail, ()))


class StoredTitles:
    """What classes are called: a read model."""

    def __init__(self) -> None:
        self.rows = Copies(documents.TitleDocument, form_of(Title))

    def put(self, told: Iterable[Told[Title]]) -> None:
        """Keep what classes are called, unless something newer is kept."""
        self.rows.put(told)

    def named(self, class_ids: Sequence[str]) -> dict[str, str]:
        """Those of these titles that are known."""
        found = self.rows.find({"_id": {"$in": list(class_ids)}})
        return {kept.id: kept.title for kept in found}
