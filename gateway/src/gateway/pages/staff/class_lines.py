"""Classes as staff see them: a line of the list, and the facts of one."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.http.catalog import ClassOut
from contracts.http.class_seats import SeatPlanOut
from contracts.http.enrollment import SeatsOut

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.pages.branch_words import name_branches
from gateway.pages.course_system import ClassWithSeats
from gateway.pages.formats import format_day
from gateway.texts import N_
from gateway.texts.classes import ADMISSIONS, CLASS_STATES, FORMS
from gateway.texts.language import gettext

PATH = "/staff/classes"
NO_ANSWER = "—"
SEATS = N_("已录取 %(taken)s / %(capacity)s")
SEATS_WAITING = N_("已录取 %(taken)s / %(capacity)s，候补 %(waiting)s")


@dataclass(frozen=True)
class ClassLine:
    """A class in the list; `seats` says how many are taken and waited for."""

    path: str
    title: str
    course: str
    days: str
    form: str
    seats: str
    state: str
    tone: str


@dataclass(frozen=True)
class QuotaLine:
    """How many seats a branch and those below it may take; `taken` where enrollment
    says so."""

    branch: str
    seats: int
    taken: int | None = None


@dataclass(frozen=True)
class ShownClass:
    """A class on its page; `closing`, `cancelling` and `reopening` are where that is
    done, empty where nobody can. `reason` says why it was cancelled."""

    id: str
    path: str
    title: str
    course: str
    course_path: str
    days: str
    form: str
    point: str
    state: str
    tone: str
    quotas: list[QuotaLine]
    closing: str
    admission: str
    cancelling: str
    reopening: str
    reason: str


def path_of(class_id: str, side: str = "") -> str:
    """The address of a class's page, or of a side of it."""
    return f"{PATH}/{class_id}" + (f"/{side}" if side else "")


def state_of(class_: ClassOut, today: datetime.date) -> str:
    """How far a class is, by its code, as CLASS_STATES has them."""
    if class_.state != "open":
        return class_.state
    return "coming" if class_.starts_on > today.isoformat() else "running"


def view_line(
    one: ClassWithSeats, courses: Mapping[str, str], today: datetime.date
) -> ClassLine:
    """A class as a line, with the titles of courses as far as they are known."""
    class_ = one.shown
    text, tone = CLASS_STATES[state_of(class_, today)]
    return ClassLine(
        path_of(class_.id),
        class_.title,
        courses.get(class_.course_id, class_.course_id),
        write_days(class_),
        name_form(class_),
        write_seats(one.seats),
        gettext(text),
        tone,
    )


def view_class(
    services: PageServices,
    class_: ClassOut,
    course: str,
    today: datetime.date,
    plan: SeatPlanOut | None = None,
) -> ShownClass:
    """A class with the names of the branches that have quotas of it: by its seat plan,
    or as the catalogue has heard of them."""
    text, tone = CLASS_STATES[state_of(class_, today)]
    quotas = plan.quotas if plan else class_.quotas or []
    names = name_branches(services, (quota.branch_id for quota in quotas))
    return ShownClass(
        class_.id,
        path_of(class_.id),
        class_.title,
        course or class_.course_id,
        f"/staff/courses/{class_.course_id}",
        write_days(class_),
        name_form(class_),
        class_.point,
        gettext(text),
        tone,
        [
            QuotaLine(
                names.get(quota.branch_id, quota.branch_id),
                quota.seats,
                getattr(quota, "taken", None),
            )
            for quota in quotas
        ],
        path_of(class_.id, "closing") if class_.state == "open" else "",
        gettext(ADMISSIONS.get(class_.admission, class_.admission)),
        path_of(class_.id, "cancellation")
        if class_.state in ("open", "closed")
        else "",
        path_of(class_.id, "reopening") if _may_reopen(class_, today) else "",
        class_.reason,
    )


def _may_reopen(class_: ClassOut, today: datetime.date) -> bool:
    is_over = class_.ends_on < today.isoformat()
    return class_.state in ("closed", "cancelled") and not is_over


def write_days(class_: ClassOut) -> str:
    """The first and the last day of a class."""
    first, last = format_day(class_.starts_on), format_day(class_.ends_on)
    return first if first == last else f"{first} – {last}"


def name_form(class_: ClassOut) -> str:
    """How a class is held; one that this release does not know is shown as it is."""
    return gettext(FORMS.get(class_.form, class_.form))


def write_seats(seats: SeatsOut | Unavailable | None) -> str:
    """How many seats are taken and waited for, as far as somebody knows."""
    if seats is None or isinstance(seats, Unavailable):
        return NO_ANSWER
    text = SEATS_WAITING if seats.waiting else SEATS
    return gettext(text) % {
        "taken": seats.taken,
        "capacity": seats.capacity,
        "waiting": seats.waiting,
    }
