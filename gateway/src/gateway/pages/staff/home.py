"""What the staff sees first: seats of all classes."""

from dataclasses import dataclass

from contracts.http.catalog import AreaOut, ClassesQuery

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.pages.course_system import ClassWithSeats, find_classes_with_seats

SHOWN_CLASSES = 60
"""All that a college of this size runs at once."""


@dataclass(frozen=True)
class StaffHome:
    """The open classes with their seats, and the course system."""

    areas: list[AreaOut] | Unavailable
    classes: list[ClassWithSeats] | Unavailable


def read_staff_home(services: PageServices) -> StaffHome:
    """What the staff sees first."""
    catalog = services.catalog
    areas = services.ask_part(catalog.list_areas)
    classes = services.ask_part(catalog.list_classes, ClassesQuery(limit=SHOWN_CLASSES))
    return StaffHome(areas.get_answer(), find_classes_with_seats(services, classes))
