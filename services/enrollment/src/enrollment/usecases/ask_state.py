"""Ask for the state of a branch's people and seats."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

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
"""Classes in one answer, each some 120 bytes: a chunk of 200 questions is a document
still. Who has people in more asks for each by its id."""
MORE = "more-classes"
"""The note of an answer that leaves classes out."""
BRANCHES_AT_ONCE = 800


class BranchPlaces(Protocol):
    """The places of a branch's people, counted."""

    def count_places(
        self, branch_id: str, class_ids: Sequence[str]
    ) -> Mapping[str, Mapping[str, int]]:
        """By class how many of the branch and those below it have each state; of those
        classes alone in which somebody has."""

    def find_open_books(self) -> Sequence[SeatBook]:
        """The books of the classes that are not closed, by class."""

    def get_book(self, class_id: str) -> SeatBook | None:
        """The book of a class, or None."""

    def count_members(self, branch_ids: Sequence[str]) -> Mapping[str, int]:
        """The members of each of these branches, itself alone, who have not left."""


class AskState:
    """Answers with ids and numbers, never with who somebody is."""

    def __init__(self, parts: ChangeParts, places: BranchPlaces) -> None:
        self.parts, self.places = parts, places

    def __call__(self, asked: AskedChange) -> Outcome:
        """The state in the outcome of the row: of a member, of a class, or of all that
        the branch has. Raises ChangeRefused, Illegal."""
        class_id = read_code(asked.change.class_id, "class-invalid")
        if asked.change.member_no:
            return _answer(asked, {"places": self._find_places(asked, class_id)})
        branch_id = self.parts.require_branch(asked).id
        seats = self._find_seats(branch_id, class_id)
        members = sum(
            sum(self.places.count_members(ids).values())
            for ids in self.parts.branches.find_ids_within(
                SenderScope(branch_id), "", BRANCHES_AT_ONCE
            )
        )
        state = {"members": members, "seats": seats[:MOST_CLASSES]}
        return _answer(asked, state, *([MORE] if len(seats) > MOST_CLASSES else []))

    def _find_places(self, asked: AskedChange, class_id: str) -> list[dict[str, Any]]:
        """Where the human is that a member number names, as the sender sees it."""
        parts = self.parts
        person_id = parts.require_member(asked).person_id
        group = parts.merges.find_group(person_id)
        theirs = [one for id_ in group for one in parts.enrolments.find_by_person(id_)]
        seen = find_seen(parts.branches, asked.scope, hide_given_up(theirs))
        wanted = [one for one in seen if class_id in ("", one.class_id)]
        return [_show_place(one) for one in wanted[-MOST_CLASSES:]]

    def _find_seats(self, branch_id: str, class_id: str) -> list[dict[str, Any]]:
        """The seats of one class, or of all open ones that matter to a branch."""
        if class_id:
            book = self.places.get_book(class_id)
            books = [book] if book else []
        else:
            books = list(self.places.find_open_books())
        counts = self.places.count_places(branch_id, [book.class_id for book in books])
        return [
            _show_seats(book, branch_id, counts.get(book.class_id, {}))
            for book in books
            if class_id or book.class_id in counts or branch_id in book.quotas
        ]


def _answer(asked: AskedChange, state: dict[str, Any], *notes: str) -> Outcome:
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
