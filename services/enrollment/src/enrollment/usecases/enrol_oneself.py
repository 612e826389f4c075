"""A trainee takes a seat in a class that is open to all."""

from collections.abc import Mapping, Sequence

from enrollment.domain.enrolment import WITHDRAWN, Enrolment
from enrollment.domain.errors import BranchToAsk, NotOpen, UnknownClass
from enrollment.domain.seat_book import BY_ONESELF, SeatBook, SeatRequest
from enrollment.domain.seat_errors import ClassByBranch
from enrollment.usecases.decide_seats import DecideSeats, request_seat
from enrollment.usecases.follow_classes import find_book
from enrollment.usecases.own_branches import OwnBranches
from enrollment.usecases.people_ports import Merges
from enrollment.usecases.ports import Books, Catalog, Enrolments


class EnrolOneself:
    """By the same seat book as everybody: a seat, or the last place to wait."""

    def __init__(
        self,
        books: Books,
        enrolments: Enrolments,
        own_branches: OwnBranches,
        merges: Merges,
        catalog: Catalog,
        seats: DecideSeats,
    ) -> None:
        self.books, self.enrolments, self.catalog = books, enrolments, catalog
        self.own_branches, self.merges, self.seats = own_branches, merges, seats

    def __call__(self, person_id: str, class_id: str, branch_id: str) -> Enrolment:
        """The enrolment that stands then; who is in the class already keeps it.

        The branch counts for quotas; none is named where there is but one. Raises
        UnknownClass, ClassByBranch, NotOpen, BranchToAsk.
        """
        book = find_book(self.books, self.catalog, class_id)
        if book is None:
            raise UnknownClass(f"没有班级 {class_id}，或尚未开班")
        if book.admission != BY_ONESELF:
            raise ClassByBranch("这个班由单位报名：请在班级页申请参加")
        self.seats.copy_out(class_id)
        group = self.merges.find_group(person_id)
        attempts = self.enrolments.find_attempts(class_id, "", group)
        if standing := _find_standing(attempts):
            return standing
        if not book.takes_people(self.seats.college_today()):
            raise NotOpen("这个班已停止报名：请另选一班")
        branch, place = self.own_branches.choose_branch(group, branch_id)

        def find_seat(
            book: SeatBook, latest: Mapping[str, Enrolment]
        ) -> list[SeatRequest]:
            # asked after the book was read: who left the branch meanwhile gets no seat
            held = [own for own, _ in self.own_branches.find(group)]
            line = next((own.line for own in held if own.id == branch.id), None)
            if line is None or book.admission != BY_ONESELF:
                return []
            return request_seat(book, latest, group, place.person_id, line)

        # one key for each attempt, so that asking twice at once is asking once
        before = [one for one in attempts if one.person_id == place.person_id]
        key = f"oneself/{class_id}.{place.person_id}.{len(before) + 1}"
        self.seats.grant_seats(class_id, key, group, find_seat)
        standing = _find_standing(self.enrolments.find_attempts(class_id, key, group))
        if standing is None:
            raise self._explain_nothing(class_id)
        return standing

    def _explain_nothing(self, class_id: str) -> Exception:
        """Why nobody was seated: the class closed meanwhile, or the branch let go."""
        book = self.books.get(class_id)
        if book is None or not book.takes_people(self.seats.college_today()):
            return NotOpen("这个班已停止报名：请另选一班")
        return BranchToAsk("您已不在这个单位：请刷新后再看")


def _find_standing(attempts: Sequence[Enrolment]) -> Enrolment | None:
    """The enrolment that was not withdrawn, if there is one."""
    return next((one for one in attempts if one.state != WITHDRAWN), None)
