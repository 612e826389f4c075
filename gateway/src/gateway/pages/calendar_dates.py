"""The dates of classes, as the calendar's page and file show them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.http.catalog import ClassesQuery, ClassOut
from contracts.http.enrollment import OwnEnrolmentOut
from contracts.http.shape import MOST_IDS

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.identity.account import TRAINEE

FIRST, LAST = "first", "last"
CANCELLED, WAITING, WITHDRAWN = "cancelled", "waiting", "withdrawn"
OFF = "class-cancelled"
EVERY = 200
"""Classes in the calendar of officers and staff: as many as one question brings."""


@dataclass(frozen=True)
class DatedClass:
    """A class in somebody's calendar; `is_waiting` for whom there is no seat yet."""

    shown: ClassOut
    is_waiting: bool = False

    @property
    def is_off(self) -> bool:
        """Whether it was cancelled."""
        return self.shown.state == CANCELLED


@dataclass(frozen=True)
class ClassDate:
    """A day of a class: its first, or its last, until which there is time."""

    day: str
    kind: str
    of: DatedClass


def read_classes(
    services: PageServices, roles: frozenset[str]
) -> list[DatedClass] | Unavailable:
    """A trainee's own classes; for officers and staff those that run, come or were
    cancelled."""
    if TRAINEE in roles:
        return _read_own(services)
    catalog = services.catalog
    asked = [
        services.ask_part(catalog.list_classes, query)
        for query in (
            ClassesQuery(limit=EVERY),
            ClassesQuery(state="closed", limit=EVERY),
            ClassesQuery(state="cancelled", limit=MOST_IDS),
        )
    ]
    found: list[DatedClass] = []
    for part in asked:
        page = part.get_answer()
        if isinstance(page, Unavailable):
            return page
        found.extend(DatedClass(one) for one in page.items)
    return found


def _read_own(services: PageServices) -> list[DatedClass] | Unavailable:
    asked = services.ask_part(services.enrollment.list_own_enrolments)
    enrolments = asked.get_answer()
    if isinstance(enrolments, Unavailable):
        return enrolments
    shown = {one.class_id: one for one in enrolments if _is_shown(one)}
    ids = list(shown)[-MOST_IDS:]
    classes = services.ask_part(services.catalog.find_classes, ids).get_answer()
    if isinstance(classes, Unavailable):
        return classes
    return [
        DatedClass(classes[id_], shown[id_].state == WAITING)
        for id_ in ids
        if id_ in classes
    ]


def _is_shown(enrolment: OwnEnrolmentOut) -> bool:
    """Whether it stands, or ended because its class was cancelled."""
    return enrolment.state != WITHDRAWN or enrolment.cause == OFF


def list_dates(classes: Sequence[DatedClass]) -> list[ClassDate]:
    """The first and the last days of these classes, the earliest first; of one that was
    cancelled the first alone."""
    dates = (date for one in classes for date in _dates_of(one))
    return sorted(dates, key=lambda date: (date.day, date.kind, date.of.shown.id))


def _dates_of(one: DatedClass) -> Iterator[ClassDate]:
    yield ClassDate(one.shown.starts_on, FIRST, one)
    if not one.is_off:
        yield ClassDate(one.shown.ends_on, LAST, one)
