"""The notices and titles ports over MongoEngine."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from chassis.projections.projection import ProjectedRow, Projection
from chassis.storage.aggregates import Aggregates, NotFound, mapping_of

from notify.domain.cancellation import Cancellation
from notify.domain.notice import Notice
from notify.domain.title import Title
from notify.store import documents
from notify.usecases.ports import PlaceInInbox


class StoredNotices:
    """People's inboxes."""

    def __init__(self, rows: Aggregates[Notice]) -> None:
        self.rows = rows

    def create(self, notices: Sequence[Notice]) -> None:
        """Put new notices; those that are there stay."""
        self.rows.add_many((notice.id, notice, ()) for notice in notices)

    def find_by_people(
        self, person_ids: Sequence[str], limit: int, behind: PlaceInInbox | None = None
    ) -> list[Notice]:
        """The newest first, or those behind a place."""
        filter_: dict[str, Any] = {"person_id": {"$in": list(person_ids)}}
        if behind is not None:
            filter_["$or"] = [
                {"at": {"$lt": behind.at}},
                {"at": behind.at, "_id": {"$lt": behind.id}},
            ]
        return self.rows.find(filter_, sort=[("at", -1), ("_id", -1)], limit=limit)

    def count_unread(self, person_ids: Sequence[str]) -> int:
        """How many notices of a human's records are not read."""
        return self.rows.collection.count_documents(
            {"person_id": {"$in": list(person_ids)}, "read": False}
        )

    def mark_read(self, person_ids: Sequence[str]) -> None:
        """Mark all notices of a human's records read."""
        for notice in self.rows.find(
            {"person_id": {"$in": list(person_ids)}, "read": False}
        ):
            self.rows.change(notice.id, Notice.mark_read)

    def get(self, id_: str) -> Notice | None:
        """The notice with this id, or None."""
        try:
            return self.rows.get(id_)
        except NotFound:
            return None

    def mark_one_read(self, id_: str) -> None:
        """Mark one notice read; nothing if it is gone."""
        with suppress(NotFound):
            self.rows.change(id_, Notice.mark_read)

    def find_known(self, ids: Sequence[str]) -> set[str]:
        """Those of these ids that were put before."""
        rows = self.rows.collection.find({"_id": {"$in": list(ids)}}, {"_id": 1})
        return {row["_id"] for row in rows}

    def count_read_of(self, announcement: str) -> int:
        """How many have read what was announced."""
        return self.rows.collection.count_documents(
            {"announcement": announcement, "read": True}
        )


class StoredCancellations:
    """Why classes were cancelled: a projection."""

    def __init__(self) -> None:
        self.rows = Projection(documents.CancellationDocument, mapping_of(Cancellation))

    def put(self, rows: Iterable[ProjectedRow[Cancellation]]) -> None:
        """Put rows of cancellations, each with its version; newer ones stay."""
        self.rows.put_rows(rows)

    def find_by_ids(self, class_ids: Sequence[str]) -> dict[str, str]:
        """The reasons for cancelling these classes, as far as they are known."""
        found = self.rows.find({"_id": {"$in": list(class_ids)}})
        return {one.id: one.reason for one in found if one.reason}


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
