"""/classes/{class}/… and /enrolments: seats as they stand, and leaving."""

from chassis.http.auth import current_caller, current_scope, require_roles
from chassis.http.routing import Routes, delete, get
from chassis.projections.aliases import PersonGroups
from contracts.http.enrollment import (
    EnrolmentOut,
    EnrolmentsQuery,
    OwnEnrolmentOut,
    SeatsOut,
    SeatsQuery,
)
from contracts.http.shape import Page

from enrollment.api.enrolments_shown import show_enrolments
from enrollment.domain.enrolment import Enrolment, hide_given_up
from enrollment.domain.errors import UnknownClass, UnknownEnrolment
from enrollment.usecases.find_enrolments import find_enrolments
from enrollment.usecases.leave_class import LeaveClass
from enrollment.usecases.ports import Branches, ShownBooks, ShownEnrolments

READERS = ("visitor", "trainee", "officer", "staff", "operator")
"""How many seats there are is told everybody, as are the classes; never whose."""


class EnrolmentRoutes(Routes):
    """Routes for enrolments."""

    name = "enrolments"

    def __init__(
        self,
        branches: Branches,
        books: ShownBooks,
        enrolments: ShownEnrolments,
        leave: LeaveClass,
        merges: PersonGroups,
    ) -> None:
        self.branches, self.books, self.merges = branches, books, merges
        self.enrolments, self.leave = enrolments, leave

    def _may_see(self, enrolment: Enrolment) -> bool:
        """Whether an enrolment is the caller's own, or lies in the caller's scope: by
        where its branch is now."""
        who = current_caller()
        if who.person and enrolment.person_id in self.merges.find_group(who.person):
            return True
        if not who.has_role("officer", "staff"):
            return False
        branch = self.branches.get(enrolment.branch_id)
        return current_scope().covers(branch.line if branch else enrolment.line)

    @get("/classes/<class_id>/seats")
    @require_roles(*READERS)
    def show_seats(self, class_id: str) -> SeatsOut:
        """The seats of a class as they stand."""
        book = self.books.get(class_id)
        if book is None:
            raise UnknownClass(f"没有班级 {class_id}，或尚未开班")
        return SeatsOut.of(book)

    @get("/seats")
    @require_roles(*READERS)
    def list_seats(self, asked: SeatsQuery) -> list[SeatsOut]:
        """The seats of several classes, in their order; of unknown ones, none."""
        books = self.books.find_by_ids(asked.class_ids)
        known = (books.get(class_id) for class_id in asked.class_ids)
        return [SeatsOut.of(book) for book in known if book is not None]

    @get("/classes/<class_id>/enrolments")
    @require_roles("officer", "staff")
    def list_enrolments(
        self, class_id: str, asked: EnrolmentsQuery
    ) -> Page[EnrolmentOut]:
        """Who has or wants a seat in a class, as far as the caller sees them, by
        ticket."""
        page = find_enrolments(
            self.branches,
            self.enrolments,
            current_scope(),
            class_id,
            asked.after,
            asked.limit,
        )
        return Page(
            items=show_enrolments(self.branches, current_scope(), page),
            next=str(page[-1].ticket) if len(page) == asked.limit else "",
        )

    @get("/enrolments")
    @require_roles("trainee")
    def list_own_enrolments(self) -> list[OwnEnrolmentOut]:
        """All enrolments of the person who asks, under whichever record."""
        own = self.merges.find_group(current_caller().person)
        found = [one for id_ in own for one in self.enrolments.find_by_person(id_)]
        return [
            OwnEnrolmentOut.of(
                enrolment, place=self.enrolments.get_waiting_place(enrolment)
            )
            for enrolment in hide_given_up(found)
        ]

    @delete("/enrolments/<enrolment_id>")
    @require_roles("trainee", "officer", "staff")
    def delete_enrolment(self, enrolment_id: str) -> EnrolmentOut:
        """The person leaves the class, or its waiting list."""
        enrolment = self.enrolments.get(enrolment_id)
        if enrolment is None or not self._may_see(enrolment):
            raise UnknownEnrolment(f"没有报名 {enrolment_id}，或不在本单位之下")
        self.leave(enrolment_id)
        return EnrolmentOut.of(self.enrolments.get(enrolment_id) or enrolment)
