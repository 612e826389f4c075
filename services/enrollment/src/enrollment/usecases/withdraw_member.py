"""Withdraw a member of a branch from a class, or from its waiting list."""

from enrollment.domain.changes import ChangeRefused, settle_change
from enrollment.domain.enrolment import SEATED, WITHDRAWN
from enrollment.domain.roster import Outcome
from enrollment.domain.seat_book import Leaver, SeatBook
from enrollment.usecases.change_parts import AskedChange, ChangeParts


class WithdrawMember:
    """One decision of the seat book, found again under the row's key."""

    def __init__(self, parts: ChangeParts) -> None:
        self.parts = parts

    def __call__(self, asked: AskedChange) -> Outcome:
        """The outcome of the row. Raises ChangeRefused, Illegal.

        Done also where a crash came after it was done: who was enrolled again since
        stays. Already where somebody else had withdrawn the person.
        """
        parts = self.parts
        member = parts.require_member(asked)
        class_id = parts.require_class(asked)
        places = parts.find_places(asked, class_id, member.person_id)
        if not places.theirs:
            raise ChangeRefused("not-enrolled")
        if places.active and places.get_left_by(asked.key) is None:
            parts.require_unfinished(places)
            self._withdraw(asked, class_id, member.person_id)
            places = parts.find_places(asked, class_id, member.person_id)
        left = places.get_left_by(asked.key)
        enrolment = left or places.theirs[-1]
        return settle_change(asked.change, left is not None, enrolment.id)

    def _withdraw(self, asked: AskedChange, class_id: str, person_id: str) -> None:
        def find_leavers(book: SeatBook) -> list[Leaver]:
            places = self.parts.find_places(asked, class_id, person_id)
            states = [
                (one, book.effective_state(one.id, one.state)) for one in places.theirs
            ]
            return [
                Leaver(one.id, one.line, state == SEATED)
                for one, state in states
                if state != WITHDRAWN
            ]

        self.parts.seats.withdraw_all(class_id, asked.key, find_leavers)
