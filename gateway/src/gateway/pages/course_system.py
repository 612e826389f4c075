"""Classes with their seats, as pages of several kinds show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.http.catalog import ClassOut
from contracts.http.enrollment import SeatsOut
from contracts.http.shape import Page

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Part, Unavailable


@dataclass(frozen=True)
class ClassWithSeats:
    """A class, and its seats: None while enrollment does not know it."""

    shown: ClassOut
    seats: SeatsOut | Unavailable | None

    @property
    def left(self) -> "SeatsLeft | None":
        """The seats left; None where they do not matter any more or nobody says."""
        return count_left(self.shown, self.seats)


@dataclass(frozen=True)
class SeatsLeft:
    """How many seats of a class are left, and how many people wait for one."""

    left: int
    waiting: int


def takes_people(class_: ClassOut) -> bool:
    """Whether people can still be enrolled in a class."""
    return class_.state == "open"


def count_left(
    class_: ClassOut, seats: SeatsOut | Unavailable | None
) -> SeatsLeft | None:
    """The seats left of a class that takes people, as far as enrollment says."""
    if seats is None or isinstance(seats, Unavailable) or seats.closed:
        return None
    if not takes_people(class_):
        return None
    return SeatsLeft(max(0, seats.capacity - seats.taken), seats.waiting)


def add_seats(
    services: PageServices, classes: Sequence[ClassOut]
) -> list[ClassWithSeats]:
    """Classes with their seats, asked for all of them at once."""
    asked = services.ask_part(
        services.enrollment.list_seats, [class_.id for class_ in classes]
    )
    found = asked.get_answer()
    if isinstance(found, Unavailable):
        return [ClassWithSeats(class_, found) for class_ in classes]
    of_class = {seats.class_id: seats for seats in found}
    return [ClassWithSeats(class_, of_class.get(class_.id)) for class_ in classes]


def find_classes_with_seats(
    services: PageServices, asked: Part[Page[ClassOut]]
) -> list[ClassWithSeats] | Unavailable:
    """The classes that were asked for, with their seats."""
    page = asked.get_answer()
    return page if isinstance(page, Unavailable) else add_seats(services, page.items)


def items_of(asked: Part[Page[ClassOut]]) -> list[ClassOut] | Unavailable:
    """The classes that were asked for."""
    page = asked.get_answer()
    return page if isinstance(page, Unavailable) else page.items
