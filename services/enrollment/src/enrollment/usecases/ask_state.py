"""Ask for the state of a branch's people and seats."""

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from enrollment.domain.changes import DONE, tell_change
from enrollment.domain.enrolment import SEATED, WAITING, Enrolment, hide_given_up
from enrollment.domain.roster import Outcome
from enrollment.domain.seat_book import SeatBook
from enrollment.usecases.change_parts import (
    AskedChange,
    ChangeParts,
    SenderScope,
    read_code,
)
from enrollment.usecases.find_enrolments import find_seen

MOST_CLASSES = 100
"""Classes in one answer. Who has people in more asks for each by its id."""
MOST_BYTES = 120 * 1024
"""What the classes of all answers of a chunk take: with 200 rows of 400 bytes beside
them its receipt stays below 200 KiB. A 200th of it still has room for one class."""
MORE = "more-classes"
"""The note of an answer that leaves classes out."""
BRANCHES_AT_ONCE = 800
T = TypeVar("T")


class BranchPlaces(Protocol):
    """The places of a branch's people, counted."""

    def count_places(
        self, branch_id: str, class_ids: Sequence[str]
    ) -> Mapping[str, Mapping[str, int]]:
        """By class how many of the branch and those below it have each state; of those
        classes alone in which somebody has."""

    def find_open_books(self, today: str) -> Sequence[SeatBook]:
        """The books of the classes that are neither closed nor over on a day, an ISO
        date, without what nobody is shown; by class."""

    def get_book(self, class_id: str) -> SeatBook | None:
        """The book of a class, or None."""

    def count_members(self, branch_ids: Sequence[str]) -> Mapping[str, int]:
        """The members of each of these branches, itself alone, who have not left."""


class Budget:
    """The bytes that the answers of one chunk share: each question has an equal part of
    what is left, so that none comes away empty."""

    def __init__(self, questions: int, most_bytes: int = MOST_BYTES) -> None:
        self.questions, self.bytes = questions, most_bytes

    def take_items(self, items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The first of these that the next question has room for."""
        part, taken = self.bytes // max(self.questions, 1), 0
        for place, item in enumerate(items):
            size = len(json.dumps(item).encode()) + 1
            if place == MOST_CLASSES or taken + size > part:
                items = items[:place]
                break
            taken += size
        self.questions, self.bytes = self.questions - 1, self.bytes - taken
        return list(items)


class AskState:
    """Answers with ids and numbers, never with who somebody is.

    One for a chunk with so many questions. What it has counted stands for the questions
    after it, until it is told to forget that.
    """

    def __init__(
        self, parts: ChangeParts, places: BranchPlaces, questions: int
    ) -> None:
        self.parts, self.places = parts, places
        self.budget = Budget(questions)
        self.counted: dict[Hashable, Any] = {}

    def __call__(self, asked: AskedChange) -> Outcome:
        """The state in the outcome of the row: of a member, of a class, or of all that
        the branch has. Raises ChangeRefused, Illegal."""
        class_id = read_code(asked.change.class_id, "class-invalid")
        if asked.change.member_no:
            found = self._find_places(asked, class_id)
            newest = self.budget.take_items(found[::-1])[::-1]
            return _answer(asked, {"places": newest}, len(newest) < len(found))
        branch_id = self.parts.require_branch(asked).id
        seats = self._find_seats(branch_id, class_id)
        shown = self.budget.take_items(seats)
        state = {"members": self._count_members(branch_id), "seats": shown}
        return _answer(asked, state, len(shown) < len(seats))

    def forget_counts(self) -> None:
        """A row changed something: count anew."""
        self.counted.clear()

    def _count_once(self, what: Hashable, count: Callable[[], T]) -> T:
        if what not in self.counted:
            self.counted[what] = count()
        known: T = self.counted[what]
        return known

    def _count_members(self, branch_id: str) -> int:
        """The members of a branch and of those below it."""
        return self._count_once(
            ("members", branch_id),
            lambda: sum(
                sum(self.places.count_members(ids).values())
                for ids in self.parts.branches.find_ids_within(
                    SenderScope(branch_id), "", BRANCHES_AT_ONCE
                )
            ),
        )

    def _find_places(self, asked: AskedChange, class_id: str) -> list[dict[str, Any]]:
        """Where the human is that a member number names, as the sender sees it."""
        parts = self.parts
        person_id = parts.require_member(asked).person_id
        group = parts.merges.find_group(person_id)
        theirs = [one for id_ in group for one in parts.enrolments.find_by_person(id_)]
        seen = find_seen(parts.branches, asked.scope, hide_given_up(theirs))
        wanted = [one for one in seen if class_id in ("", one.class_id)]
        return [_show_place(one) for one in wanted]

    def _find_seats(self, branch_id: str, class_id: str) -> list[dict[str, Any]]:
        """The seats of one class, or of all open ones that matter to a branch."""
        books = self._count_once(
            ("books", class_id), lambda: self._find_books(class_id)
        )
        counts = self._count_once(
            ("places", branch_id, class_id),
            lambda: self.places.count_places(
                branch_id, [book.class_id for book in books]
            ),
        )
        return [
            _show_seats(book, branch_id, counts.get(book.class_id, {}))
            for book in books
            if class_id or book.class_id in counts or branch_id in book.quotas
        ]

    def _find_books(self, class_id: str) -> Sequence[SeatBook]:
        if not class_id:
            today = self.parts.seats.college_today().isoformat()
            return self.places.find_open_books(today)
        book = self.places.get_book(class_id)
        return [book] if book else []


def _answer(asked: AskedChange, state: dict[str, Any], is_cut: bool) -> Outcome:
    notes = (MORE,) if is_cut else ()
    outcome = Outcome(asked.change.number, DONE, notes=notes, state=state)
    return tell_change(asked.change, outcome)


def _show_place(enrolment: Enrolment) -> dict[str, Any]:
    return {
        "class_id": enrolment.class_id,
        "state": enrolment.state,
        "enrolment_id": enrolment.id,
    }


def _show_seats(
    book: SeatBook, branch_id: str, own: Mapping[str, int]
) -> dict[str, Any]:
    """A class as it stands, what the branch has of it, and its quota if it has one."""
    quota = book.quotas.get(branch_id)
    return {
        "class_id": book.class_id,
        "capacity": book.capacity,
        "taken": book.taken,
        "own_seated": own.get(SEATED, 0),
        "own_waiting": own.get(WAITING, 0),
    } | ({"quota": quota.cap, "quota_taken": quota.taken} if quota else {})
