"""The course system and its classes, as pages of several kinds show them."""

from collections.abc import Sequence
from typing import Any

from gateway.clients.parts import Unavailable
from gateway.clients.services import PageClient, Question

Row = dict[str, Any]
AREAS = Question.of("catalog", "areas")


def classes_of_page(classes: Row | Unavailable) -> list[Row] | Unavailable:
    """The classes in an answer of the catalogue."""
    if isinstance(classes, Unavailable):
        return classes
    rows: list[Row] = classes["items"]
    return rows


def rosters_of_page(rosters: Row | Unavailable) -> list[Row] | Unavailable:
    """The rosters in an answer of enrollment."""
    return classes_of_page(rosters)


def add_seats(client: PageClient, classes: Sequence[Row]) -> list[Row]:
    """Classes with their seats.

    None while enrollment does not know a class, Unavailable while it does not answer.
    """
    seats = client.ask_each(
        [
            Question.of("enrollment", "classes", class_["id"], "seats")
            for class_ in classes
        ]
    )
    return [
        class_ | {"seats": seats_of_class}
        for class_, seats_of_class in zip(classes, seats, strict=True)
    ]


def classes_with_seats(
    client: PageClient, classes: Row | Unavailable
) -> list[Row] | Unavailable:
    """The classes in an answer of the catalogue, with their seats."""
    there = classes_of_page(classes)
    return there if isinstance(there, Unavailable) else add_seats(client, there)
