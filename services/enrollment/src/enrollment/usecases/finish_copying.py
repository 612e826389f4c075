"""Finish copying out decisions of seat books whose decider died in between."""

from typing import Protocol

from enrollment.domain.seat_book import SeatBook
from enrollment.usecases.decide_seats import DecideSeats

AT_ONCE = 50
"""Books of a round: each is a few commands, and mostly there is nothing left to do."""


class UncopiedBooks(Protocol):
    """Books whose journals have, or had lately, what is to be copied out."""

    def find_uncopied(self, limit: int) -> list[SeatBook]:
        """So many of them at most."""

    def write_again(self, class_id: str) -> None:
        """Write a book as it is: it is found again only if something is left."""


class FinishCopying:
    """Whoever decides about a class copies out what lies in its journal first; for a
    class about which nobody decides any more this does. Every step may be repeated."""

    def __init__(self, books: UncopiedBooks, seats: DecideSeats) -> None:
        self.books, self.seats = books, seats

    def __call__(self) -> bool:
        """Copy out of some books; False, so that the next round comes in its time."""
        for book in self.books.find_uncopied(AT_ONCE):
            self.seats.copy_out(book.class_id)
            self.books.write_again(book.class_id)
        return False
