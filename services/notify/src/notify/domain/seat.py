"""Seat of a person in a class, as enrollment decided."""

from dataclasses import dataclass

SEATED, WAITING, LEFT = "seated", "waiting", "left"


@dataclass(frozen=True)
class Seat:
    """A seat, or a place on the waiting list; its `id` is the enrolment's. `ticket` is
    its number in the order of asking."""

    id: str
    class_id: str
    person_id: str
    branch_id: str
    ticket: int
    state: str
