"""Replace a member of a branch in a class by somebody else, who gets the seat."""

from collections.abc import Callable, Mapping, Sequence

from enrollment.domain.change_row import ChangeRow
from enrollment.domain.changes import ChangeRefused, settle_change
from enrollment.domain.enrolment import SEATED, WITHDRAWN, Enrolment, latest_attempts
from enrollment.domain.roster import Outcome, Row
from enrollment.domain.seat_book import Leaver, SeatBook, SeatRequest
from enrollment.usecases.change_parts import AskedChange, ChangeParts
from enrollment.usecases.decide_seats import list_requests
from enrollment.usecases.name_people import WritePeople
from enrollment.usecases.validate_rows import ResolvedRow, ValidateRows

Passing = Callable[[SeatBook], tuple[Leaver, SeatRequest] | None]
"""A book → who leaves and who asks for that seat; None where that cannot be."""


class ReplaceMember:
    """The seat passes on in one decision of the seat book, or nothing changes."""

    def __init__(
        self, parts: ChangeParts, validate: ValidateRows, write_people: WritePeople
    ) -> None:
        self.parts, self.validate = parts, validate
        self.write_people = write_people

    def __call__(self, asked: AskedChange) -> Outcome:
        """The outcome of the row. Raises ChangeRefused, Illegal."""
        parts = self.parts
        leaver = parts.require_member(asked)
        class_id = parts.require_class(asked)
        if brought := parts.enrolments.find_by_chunk(class_id, asked.key):
            return settle_change(asked.change, True, brought[0].id)
        places = parts.find_places(asked, class_id, leaver.person_id)
        if not places.theirs:
            raise ChangeRefused("not-enrolled")
        newcomer = self._read_newcomer(asked, class_id)
        if newcomer.person_id in parts.merges.find_group(leaver.person_id):
            raise ChangeRefused("replaces-itself")
        there = self._find_there(asked, class_id, newcomer)
        if not places.active:
            return self._settle_left(asked, there)
        if there:
            raise ChangeRefused("newcomer-enrolled")
        if all(one.state != SEATED for one in places.active):
            raise ChangeRefused("no-seat-to-pass")
        parts.require_unfinished(places)
        return self._pass_on(asked, class_id, leaver.person_id, newcomer)

    def _read_newcomer(self, asked: AskedChange, class_id: str) -> ResolvedRow:
        """Who comes, read as a row of a roster; not written yet. Raises ChangeRefused,
        for what that row would be rejected for."""
        row = _newcomer_row(asked.change, class_id)
        today = self.parts.seats.college_today()
        resolved, outcomes = self.validate(
            asked.sender, [row], lambda book: not book.takes_people(today)
        )
        if outcomes:
            raise ChangeRefused(outcomes[0].reason)
        return resolved[0]

    def _find_there(
        self, asked: AskedChange, class_id: str, newcomer: ResolvedRow
    ) -> list[Enrolment]:
        """The newcomer's enrolments in the class that stand, whoever made them."""
        group = self.parts.merges.find_group(newcomer.person_id)
        attempts = self.parts.enrolments.find_attempts(class_id, asked.key, group)
        return [one for one in attempts if one.state != WITHDRAWN]

    def _settle_left(self, asked: AskedChange, there: Sequence[Enrolment]) -> Outcome:
        """Who should leave has left: it stands so already if who comes is there."""
        if not there:
            raise ChangeRefused("not-enrolled")
        return settle_change(asked.change, False, there[0].id)

    def _pass_on(
        self, asked: AskedChange, class_id: str, leaver_id: str, newcomer: ResolvedRow
    ) -> Outcome:
        find_passing = self._find_passing(asked, class_id, leaver_id, newcomer)
        self._require_room(class_id, asked.key, find_passing)
        _, taken = self.write_people([newcomer], asked.chunk_id)
        if taken:
            raise ChangeRefused("member-number-taken")
        self.parts.seats.pass_on(class_id, asked.key, find_passing)
        brought = self.parts.enrolments.find_by_chunk(class_id, asked.key)
        if not brought:  # the class closed, the quota filled or the leaver left
            self._require_room(class_id, asked.key, find_passing)
            raise ChangeRefused("send-again")
        return settle_change(asked.change, True, brought[0].id)

    def _require_room(self, class_id: str, key: str, find_passing: Passing) -> None:
        """Raises ChangeRefused where the seat could not pass on as things stand."""
        book = self.parts.books.get(class_id)
        assert book is not None  # `require_class` found it
        if not book.takes_people(self.parts.seats.college_today()):
            raise ChangeRefused("class-closed")
        passing = find_passing(book)
        if passing is None:
            raise ChangeRefused("send-again")
        if book.pass_on(key, *passing, (), self.parts.now()) is None:
            raise ChangeRefused("quota-full")

    def _find_passing(
        self, asked: AskedChange, class_id: str, leaver_id: str, newcomer: ResolvedRow
    ) -> Passing:
        groups = self.parts.merges.find_groups([newcomer.person_id])

        def find_passing(book: SeatBook) -> tuple[Leaver, SeatRequest] | None:
            if not book.takes_people(self.parts.seats.college_today()):
                return None
            places = self.parts.find_places(asked, class_id, leaver_id)
            leaver = _seated_leaver(book, places.active)
            group = groups[newcomer.person_id]
            attempts = self.parts.enrolments.find_attempts(class_id, asked.key, group)
            latest = _latest_of(group, attempts)
            requests = list_requests([newcomer], groups, book, latest)
            return (leaver, requests[0]) if leaver and requests else None

        return find_passing


def _latest_of(
    group: Sequence[str], attempts: Sequence[Enrolment]
) -> Mapping[str, Enrolment]:
    return latest_attempts(one for one in attempts if one.person_id in group)


def _seated_leaver(book: SeatBook, active: Sequence[Enrolment]) -> Leaver | None:
    for one in active:
        if book.effective_state(one.id, one.state) == SEATED:
            return Leaver(one.id, one.line, True)
    return None


def _newcomer_row(change: ChangeRow, class_id: str) -> Row:
    return Row(
        change.number,
        change.name,
        change.new_member_no,
        change.phone,
        class_id,
        change.id_number,
        change.email,
        change.to_branch or change.branch_id,
    )
