"""/classes/{class}/seat-plan, /seats/own and taking a seat oneself."""

from chassis.http.auth import current_caller, current_scope, require_roles
from chassis.http.editing import Edit
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, get, post, put
from contracts.http.class_seats import (
    BranchQuotaOut,
    EnrolmentIn,
    ForeseenSeatsOut,
    OwnSeatsOut,
    OwnSeatsQuery,
    PromotedOut,
    SeatPlanIn,
    SeatPlanOut,
    SeatQuotaOut,
)
from contracts.http.enrollment import OwnEnrolmentOut

from enrollment.domain.seat_book import SeatBook
from enrollment.domain.seat_plan import SeatPlan
from enrollment.usecases.change_seats import ChangeSeats
from enrollment.usecases.create_branch import branch_within
from enrollment.usecases.enrol_oneself import EnrolOneself
from enrollment.usecases.find_branch_seats import (
    BranchSeats,
    PlaceCounts,
    find_branch_seats,
)
from enrollment.usecases.ports import Branches, ShownBooks, ShownEnrolments


class ClassSeatRoutes(Routes):
    """Routes for the seats of classes: what staff decide, branches have, and trainees
    take."""

    name = "class_seats"

    def __init__(
        self,
        branches: Branches,
        books: ShownBooks,
        enrolments: ShownEnrolments,
        counts: PlaceCounts,
        change: ChangeSeats,
        enrol: EnrolOneself,
    ) -> None:
        self.branches, self.books, self.counts = branches, books, counts
        self.enrolments = enrolments
        self.change, self.enrol = change, enrol

    @get("/classes/<class_id>/seat-plan")
    @require_roles("staff")
    def show_seat_plan(self, class_id: str) -> SeatPlanOut:
        """The seats of a class and the quotas of branches, as they stand."""
        return _show_plan(self.change.get_book(class_id))

    @put("/classes/<class_id>/seat-plan")
    @require_roles("staff")
    def put_seat_plan(
        self, class_id: str, edit: Edit, asked: SeatPlanIn
    ) -> SeatPlanOut:
        """A class gets other seats; those added go to the waiting list at once."""
        who, wanted = current_caller().account, _to_plan(asked)
        return _show_plan(self.change(who, class_id, wanted, edit.version))

    @post("/classes/<class_id>/seat-plan/preview")
    @require_roles("staff")
    def preview_seat_plan(self, class_id: str, asked: SeatPlanIn) -> ForeseenSeatsOut:
        """What other seats would change; nothing is written."""
        foreseen = self.change.foresee_change(class_id, _to_plan(asked))
        return ForeseenSeatsOut(
            before=_show_plan(foreseen.before),
            after=_show_plan(foreseen.after),
            promoted=[
                PromotedOut(branch_id=branch, people=people)
                for branch, people in sorted(foreseen.promoted.items())
            ],
        )

    @get("/seats/own")
    @require_roles("officer")
    def list_own_seats(self, asked: OwnSeatsQuery) -> list[OwnSeatsOut]:
        """What the caller's branch and those below it have of the seats of these
        classes, in their order; of unknown ones, nothing."""
        scope = current_scope()
        branch = branch_within(self.branches, scope.branch or "", scope)
        found = find_branch_seats(
            self.books, self.counts, self.branches, branch, scope, asked.class_ids
        )
        return [_show_own(one, branch.id) for one in found]

    @post("/classes/<class_id>/enrolments", status=201)
    @require_roles("trainee")
    @idempotent
    def post_enrolment(self, class_id: str, asked: EnrolmentIn) -> OwnEnrolmentOut:
        """The trainee takes a seat in a class that is open to all, or waits for one;
        who is in it already stays as they are."""
        enrolment = self.enrol(current_caller().person, class_id, asked.branch_id)
        place = self.enrolments.get_waiting_place(enrolment)
        return OwnEnrolmentOut.of(enrolment, place=place)


def _to_plan(asked: SeatPlanIn) -> SeatPlan:
    return SeatPlan(
        asked.capacity, tuple((one.branch_id, one.seats) for one in asked.quotas)
    )


def _show_plan(book: SeatBook) -> SeatPlanOut:
    quotas = [
        SeatQuotaOut(branch_id=branch, seats=quota.cap, taken=quota.taken)
        for branch, quota in sorted(book.quotas.items())
    ]
    return SeatPlanOut.of(book, version=book.revision, quotas=quotas)


def _show_own(seats: BranchSeats, branch_id: str) -> OwnSeatsOut:
    quotas = [
        BranchQuotaOut(
            branch_id=quota.branch.id,
            branch_name=quota.branch.name,
            seats=quota.cap,
            taken=quota.taken,
            free=quota.free,
        )
        for quota in seats.quotas
    ]
    return OwnSeatsOut.of(
        seats.book,
        branch_id=branch_id,
        seated=seats.seated,
        waiting=seats.waiting,
        free=seats.free,
        quotas=quotas,
    )
