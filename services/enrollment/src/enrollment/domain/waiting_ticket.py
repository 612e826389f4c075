"""Tickets of the waiting list, by which its order is known."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WaitingTicket:
    """A ticket of the waiting list, as enrolments hold it."""

    enrolment_id: str
    ticket: int
    line: tuple[str, ...]
