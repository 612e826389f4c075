"""Seat books follow the classes of the catalogue, in whatever order it is heard."""

import datetime
import itertools
from typing import Any

import pytest
from chassis.http.problem import Problem
from enrollment.clients.catalog import CatalogClient
from enrollment.domain.enrolment import SEATED, WAITING, WITHDRAWN
from enrollment.domain.errors import Finished, UnknownEnrolment
from enrollment.usecases.follow_classes import change_class, close_class, open_class
from enrollment.usecases.leave_class import LeaveClass

from tests.unit.enrollment.fakes import FakeCatalog
from tests.unit.enrollment.world import World, a_book, a_row, require_agreement


def test_a_closing_heard_before_the_opening_closes_the_class() -> None:
    world = World(at_catalog=[a_book(5)])
    close_class(world.books, world.catalog, "c1", 2)
    open_class(world.books, a_book(5))
    assert world.books.now("c1").closed
    [outcome] = world.send("k1", a_row(2))
    assert (outcome.outcome, outcome.reason) == ("rejected", "class-closed")


def test_a_closing_of_a_class_that_is_known_asks_nobody() -> None:
    world = World(a_book(5))
    for _ in range(2):
        close_class(world.books, world.catalog, "c1", 2)
    assert world.books.now("c1").closed
    assert world.catalog.asked == []


def test_a_closing_of_a_class_that_nobody_knows_changes_nothing() -> None:
    world = World()
    close_class(world.books, FakeCatalog(), "c1", 2)
    assert world.books.get("c1") is None


LAST_DAYS = {2: "2026-12-20", 3: "2027-01-31", 5: "2026-11-30"}
"""By the version of the class that brought it."""


@pytest.mark.parametrize("order", list(itertools.permutations(LAST_DAYS)))
def test_a_book_has_the_last_day_of_the_newest_version_in_whatever_order(
    order: tuple[int, ...],
) -> None:
    world = World(a_book(5))
    for version in (*order, *order):
        change_class(world.books, world.catalog, "c1", LAST_DAYS[version], version)
    book = world.books.now("c1")
    assert (book.ends_on, book.class_version) == ("2026-11-30", 5)
    assert (book.capacity, book.closed) == (5, False)


def test_a_class_that_is_longer_takes_people_again_and_a_shorter_one_no_more() -> None:
    today = datetime.date(2026, 12, 1)
    world = World(a_book(5))
    takes = []
    for version, last in enumerate(("2026-11-30", "2026-12-01", "2026-11-30"), 2):
        change_class(world.books, world.catalog, "c1", last, version)
        takes.append(world.books.now("c1").takes_people(today))
    assert takes == [False, True, False]


def test_a_change_keeps_a_closed_class_closed_and_all_who_are_in_it() -> None:
    world = World(a_book(1))
    world.enrol("k1", "a", "b")
    close_class(world.books, world.catalog, "c1", 2)
    change_class(world.books, world.catalog, "c1", "2027-01-31", 3)
    assert world.books.now("c1").closed
    assert world.states() == {"a": SEATED, "b": WAITING}
    require_agreement(world)


def test_a_change_heard_before_the_opening_begins_the_book() -> None:
    world = World(at_catalog=[a_book(5)])
    change_class(world.books, world.catalog, "c1", "2027-01-31", 2)
    open_class(world.books, a_book(5))
    assert world.books.now("c1").ends_on == "2027-01-31"
    change_class(world.books, FakeCatalog(), "c9", "2027-01-31", 2)
    assert world.books.get("c9") is None


class Told:
    """Catalog's answers over HTTP."""

    def __init__(self, state: str) -> None:
        self.state = state

    def send_request(
        self, method: str, path: object, answer: type[Any]
    ) -> dict[str, Any]:
        if self.state == "unknown":
            raise Problem(404, "unknown-class", "")
        return {
            "course_id": "k1", "capacity": 5, "quotas": [], "state": self.state,
            "ends_on": "2026-12-31",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "is_closed"), [("open", False), ("closed", True), ("over", False)]
)
def test_a_class_asked_for_at_catalog_is_closed_where_staff_closed_it(
    state: str, is_closed: bool
) -> None:
    book = CatalogClient(Told(state)).get_seat_book("c1")  # type: ignore[arg-type]
    assert book is not None
    assert (book.closed, book.capacity) == (is_closed, 5)
    assert not book.takes_people(datetime.date(2027, 1, 1)), "it is over by then"


def test_a_class_that_catalog_does_not_know_has_no_book() -> None:
    assert CatalogClient(Told("unknown")).get_seat_book("c1") is None  # type: ignore[arg-type]


class Certificates:
    """Who has finished; `asked` notes about whom it was asked."""

    def __init__(self, *finished: tuple[str, str]) -> None:
        self.finished, self.asked = finished, list[tuple[str, str]]()

    def is_issued(self, class_id: str, person_id: str) -> bool:
        self.asked.append((class_id, person_id))
        return (class_id, person_id) in self.finished


def test_nobody_leaves_a_class_after_the_certificate() -> None:
    world = World(a_book(1))
    world.enrol("k1", "a", "b")
    leave = LeaveClass(world.enrolments, Certificates(("c1", "a")), world.seats)
    with pytest.raises(Finished):
        leave("c1.a.1")
    assert world.states() == {"a": SEATED, "b": WAITING}
    require_agreement(world)


def test_who_has_not_finished_leaves_and_the_waiting_list_asks_nobody() -> None:
    world = World(a_book(1))
    world.enrol("k1", "a", "b")
    certificates = Certificates(("c2", "a"), ("c1", "b"))
    leave = LeaveClass(world.enrolments, certificates, world.seats)
    leave("c1.b.1")
    assert certificates.asked == []
    leave("c1.a.1")
    leave("c1.a.1")
    assert certificates.asked == [("c1", "a")]
    assert world.states() == {"a": WITHDRAWN, "b": WITHDRAWN}
    require_agreement(world)


def test_leaving_what_nobody_knows_is_refused() -> None:
    world = World(a_book(1))
    leave = LeaveClass(world.enrolments, Certificates(), world.seats)
    with pytest.raises(UnknownEnrolment):
        leave("c1.nobody.1")


def test_while_nobody_can_say_who_has_finished_nobody_leaves() -> None:
    class Away:
        def is_issued(self, class_id: str, person_id: str) -> bool:
            raise Problem(503, "service-away", "")

    world = World(a_book(1))
    world.enrol("k1", "a")
    with pytest.raises(Problem) as raised:
        LeaveClass(world.enrolments, Away(), world.seats)("c1.a.1")
    assert raised.value.status == 503
    assert world.states() == {"a": SEATED}
