"""The seat book of a class that staff close, cancel or open again.

Each comes with the version of the class that says so: what is older than what the book
has seen changes nothing.
"""

from dataclasses import replace

from enrollment.domain.seat_book import SeatBook


def close_book(book: SeatBook, version: int) -> SeatBook | None:
    """The book taking nobody; None if it saw this version."""
    if version <= book.state_version:
        return None
    return replace(book, closed=True, state_version=version)


def cancel_book(book: SeatBook, version: int) -> SeatBook | None:
    """The book of a cancelled class, which all have to leave; None if it saw this."""
    if version <= book.state_version:
        return None
    return replace(
        book, closed=True, cancelled=True, emptying=True, state_version=version
    )


def reopen_book(book: SeatBook, version: int) -> SeatBook | None:
    """The book taking people again; None if it saw this version."""
    if version <= book.state_version:
        return None
    return replace(
        book, closed=False, cancelled=False, emptying=False, state_version=version
    )
