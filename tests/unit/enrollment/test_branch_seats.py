"""What an officer's branch has of the seats of classes, and could still have."""

from enrollment.usecases.find_branch_seats import BranchSeats, find_branch_seats

from tests.unit.enrollment.scopes import below
from tests.unit.enrollment.seats_world import SeatsWorld
from tests.unit.enrollment.world import CITY, EAST, SCHOOL, WEST, a_book


def seats_of(world: SeatsWorld, *class_ids: str) -> list[BranchSeats]:
    return find_branch_seats(
        world.books, world.places, world.branches, EAST, below("dc"), class_ids
    )


def test_a_branch_sees_its_own_people_with_those_below_it_and_no_others() -> None:
    world = SeatsWorld(a_book(9, {"bj": 4, "dc": 3, "dc-school": 2, "xc": 1}))
    world.enrol("k1", "a", line=CITY.line)
    world.enrol("k2", "b", line=EAST.line)
    world.enrol("k3", "c", "d", "e", line=SCHOOL.line)
    world.enrol("k4", "f", line=WEST.line)
    [seats] = seats_of(world, "c1", "c9", "c1")
    assert (seats.seated, seats.waiting, seats.free) == (3, 1, 0)
    quotas = [(q.branch.id, q.cap, q.taken, q.free) for q in seats.quotas]
    assert quotas == [("dc", 3, 3, 0), ("dc-school", 2, 2, 0)]


def test_what_is_free_is_the_least_of_all_that_bounds_it() -> None:
    for quotas, free in (({}, 5), ({"dc": 3}, 3), ({"bj": 2, "dc": 3}, 2)):
        [seats] = seats_of(SeatsWorld(a_book(5, quotas)), "c1")
        assert seats.free == free
