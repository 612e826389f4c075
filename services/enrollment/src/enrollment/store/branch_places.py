"""The places of branches' people in classes, counted."""

from collections.abc import Sequence

from enrollment.domain.enrolment import SEATED, WAITING
from enrollment.domain.seat_book import SeatBook
from enrollment.store.branch_use import StoredMemberCounts
from enrollment.store.seats import StoredBooks, StoredEnrolments

SHOWN = ("class_id", "course_id", "capacity", "quotas", "taken", "closed", "ends_on")
"""What is read of books: not the journal, which may have two MB."""


class StoredBranchPlaces:
    """Counts what branches have, a question for all classes at once."""

    def __init__(
        self,
        books: StoredBooks,
        enrolments: StoredEnrolments,
        members: StoredMemberCounts,
    ) -> None:
        self.books, self.enrolments, self.members = books, enrolments, members

    def count_places(
        self, branch_id: str, class_ids: Sequence[str]
    ) -> dict[str, dict[str, int]]:
        """By class how many of the branch and those below it have each state; of those
        classes alone in which somebody has."""
        active = {
            "class_id": {"$in": list(class_ids)},
            "line": branch_id,
            "state": {"$in": [SEATED, WAITING]},
        }
        by_class = {"class_id": "$class_id", "state": "$state"}
        found = self.enrolments.rows.collection.aggregate(
            [
                {"$match": active},
                {"$group": {"_id": by_class, "people": {"$sum": 1}}},
            ]
        )
        counts: dict[str, dict[str, int]] = {}
        for row in found:
            of_class = counts.setdefault(row["_id"]["class_id"], {})
            of_class[row["_id"]["state"]] = int(row["people"])
        return counts

    def count_seated(
        self, class_id: str, branch_ids: Sequence[str], without: Sequence[str]
    ) -> dict[str, int]:
        """By branch how many enrolments of a class, of it and those below it, are
        seated; some of them left out, and branches without any."""
        wanted = {"$in": list(branch_ids)}
        seated = {
            "class_id": class_id,
            "line": wanted,
            "state": SEATED,
            "_id": {"$nin": list(without)},
        }
        found = self.enrolments.rows.collection.aggregate(
            [
                {"$match": seated},
                {"$unwind": "$line"},
                {"$match": {"line": wanted}},
                {"$group": {"_id": "$line", "people": {"$sum": 1}}},
            ]
        )
        return {row["_id"]: int(row["people"]) for row in found}

    def find_open_books(self, today: str) -> list[SeatBook]:
        """The books of the classes that are neither closed nor over on a day, an ISO
        date, without what nobody is shown; by class."""
        lasting = [{"ends_on": {"$in": ["", None]}}, {"ends_on": {"$gte": today}}]
        rows = self.books.rows
        found = rows.collection.find(
            {"closed": False, "$or": lasting},
            dict.fromkeys(SHOWN, 1),
            sort=[("_id", 1)],
        )
        return [rows.mapping.from_fields(row["_id"], row) for row in found]

    def get_book(self, class_id: str) -> SeatBook | None:
        """The book of a class, or None."""
        return self.books.get(class_id)

    def count_members(self, branch_ids: Sequence[str]) -> dict[str, int]:
        """The members of each of these branches, itself alone, who have not left."""
        return self.members.count_members(branch_ids)
