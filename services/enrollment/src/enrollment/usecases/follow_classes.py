"""Open, change, close, cancel and reopen seat books as catalog does classes."""

from dataclasses import replace

from enrollment.domain.book_state import cancel_book, close_book, reopen_book
from enrollment.domain.seat_book import BY_BRANCH, Quota, SeatBook
from enrollment.usecases.ports import Books, Catalog


def empty_book(
    class_id: str,
    course_id: str,
    capacity: int,
    quotas: dict[str, int],
    ends_on: str = "",
    admission: str = BY_BRANCH,
) -> SeatBook:
    """A book in which no seat is taken yet; `ends_on` is the class's last day."""
    caps = {branch: Quota(seats) for branch, seats in quotas.items()}
    return SeatBook(
        class_id, course_id, capacity, caps, ends_on=ends_on, admission=admission
    )


def open_class(books: Books, book: SeatBook) -> None:
    """Begin the book of a class; one that is there stays as it is."""
    books.create(book)


def close_class(books: Books, catalog: Catalog, class_id: str, version: int) -> None:
    """Close a class's seat book: it takes no more people.

    That the class was opened may not have been consumed yet, or never will be: then the
    book is begun closed, and stays so when the opening is consumed. What comes of an
    older version of the class than the book has seen changes nothing.
    """
    if find_book(books, catalog, class_id) is not None:
        books.change(class_id, lambda book: close_book(book, version))


def cancel_class(books: Books, catalog: Catalog, class_id: str, version: int) -> None:
    """Cancel a class's seat book: nobody comes in any more, and who is in has to leave;
    that is worked through apart, as a class may have thousands."""
    if find_book(books, catalog, class_id) is not None:
        books.change(class_id, lambda book: cancel_book(book, version))


def reopen_class(books: Books, catalog: Catalog, class_id: str, version: int) -> None:
    """Have the book of a closed or cancelled class take people again."""
    if find_book(books, catalog, class_id) is not None:
        books.change(class_id, lambda book: reopen_book(book, version))


def change_class(
    books: Books, catalog: Catalog, class_id: str, ends_on: str, version: int
) -> None:
    """Give a class's seat book another last day.

    What comes of an older version of the class than the book has seen changes nothing.
    A book that is not there yet is begun as the class stands.
    """

    def decide_change(book: SeatBook) -> SeatBook | None:
        if version <= book.class_version:
            return None
        return replace(book, ends_on=ends_on, class_version=version)

    if find_book(books, catalog, class_id) is not None:
        books.change(class_id, decide_change)


def find_book(books: Books, catalog: Catalog, class_id: str) -> SeatBook | None:
    """The book of a class; of one not known here, begun as catalog knows the class."""
    book = books.get(class_id)
    if book is None:
        book = catalog.get_seat_book(class_id)
        if book is not None:
            books.create(book)
    return book
