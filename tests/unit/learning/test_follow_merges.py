"""Two records of one human: what they earned counts together, and once."""

import datetime

import pytest
from learning.domain.course import Seat
from learning.usecases.follow_merges import FollowMerges
from learning.usecases.join_human import (
    find_certificates,
    find_hours,
    find_percents,
    find_records,
    find_years,
)

from tests.unit.learning.world import HOUR, SEAT, World

OTHER_SEAT = Seat("c1.q.1", "q", "c1", "k1", True)
YEAR = 2026


@pytest.fixture
def world() -> World:
    made = World()
    made.names.rows["q"] = "张三"
    return made


def merge(world: World, person: str = "q", survivor: str = "p") -> None:
    world.leads[person] = survivor
    follow(world, person, survivor)


def unmerge(world: World, person: str = "q", survivor: str = "p") -> None:
    del world.leads[person]
    follow(world, person, survivor)


def follow(world: World, *people: str) -> None:
    FollowMerges(world.complete, world.certificates, world.clock.now)(people)


def certified(world: World, person: str) -> list[str]:
    """Whose certificates a person sees that hold, by class and by whom they name."""
    group = world.groups.find_group(person)
    found = find_certificates(world.certificates, group)
    return [f"{one.class_id}/{one.person_id}" for one in found if not one.revoked_on]


def quarters(world: World, person: str) -> int:
    entries = find_hours(world.ledger, world.groups.find_group(person), YEAR)
    return sum(entry.quarters for entry in entries)


def years(world: World, person: str) -> list[int]:
    return find_years(world.ledger, world.groups.find_group(person))


def test_what_two_records_did_completes_a_course_and_a_certificate_comes(
    world: World,
) -> None:
    world.follow(SEAT)
    world.hear("p", "a")
    world.hear("q", "b")
    assert certified(world, "p") == []
    merge(world)
    assert certified(world, "p") == certified(world, "q") == ["c1/p"]
    [record] = find_records(
        world.records, world.projections, world.groups.find_group("q")
    )
    assert (record.person_id, record.is_complete) == ("p", True)


def test_undone_it_is_void_and_joined_again_it_is_issued_anew(world: World) -> None:
    world.follow(SEAT)
    world.hear("p", "a")
    world.hear("q", "b")
    merge(world)
    unmerge(world)
    assert certified(world, "p") == certified(world, "q") == []
    merge(world)
    assert certified(world, "p") == ["c1/p"]
    first, second = world.certificates.rows.values()
    assert (first.replaced_by, second.replaces) == (second.number, first.number)
    unmerge(world)
    world.hear("p", "b")  # the rest of it, watched by p alone
    assert certified(world, "p") == ["c1/p"]
    assert len(world.certificates.rows) == 3


def test_a_lecture_that_both_watched_counts_once_and_is_each_ones_own_again(
    world: World,
) -> None:
    world.hear("q", "a", at=world.clock.moment - HOUR)
    world.hear("p", "a")
    world.hear("p", "b")
    assert (quarters(world, "p"), quarters(world, "q")) == (8, 4)
    merge(world)
    assert quarters(world, "p") == quarters(world, "q") == 8
    unmerge(world)
    assert (quarters(world, "p"), quarters(world, "q")) == (8, 4)


def test_hours_of_a_lecture_count_in_the_year_of_the_first_record(
    world: World,
) -> None:
    world.hear("q", "a", at=datetime.datetime(2025, 6, 1, tzinfo=datetime.UTC))
    world.hear("p", "a")
    assert years(world, "p") == [YEAR]
    merge(world)
    assert quarters(world, "p") == 0
    assert years(world, "p") == years(world, "q") == [2025]
    unmerge(world)
    assert (years(world, "p"), years(world, "q")) == ([YEAR], [2025])


def test_the_years_of_hours_are_those_in_which_something_counts(world: World) -> None:
    for lecture, moment in {
        "a": datetime.datetime(2024, 12, 31, 15, 59, 59, tzinfo=datetime.UTC),
        "b": datetime.datetime(2025, 12, 31, 16, tzinfo=datetime.UTC),
    }.items():
        world.hear("p", lecture, at=moment)
        world.hear("p", lecture, at=moment)
    assert years(world, "p") == [2026, 2024], "years of the college, each once"
    assert years(world, "nobody") == []


def test_what_is_earned_while_merged_in_the_others_seat_is_certified_once(
    world: World,
) -> None:
    world.follow(OTHER_SEAT)
    merge(world)
    world.watch("a", "b")  # as p, for whom both accounts sign in
    assert certified(world, "p") == ["c1/p"]
    world.follow(SEAT)
    assert len(world.certificates.rows) == 1


def test_both_certificates_of_one_class_are_shown_as_one_and_stay(
    world: World,
) -> None:
    world.follow(SEAT)
    world.follow(OTHER_SEAT)
    for person in ("p", "q"):
        world.hear(person, "a")
        world.hear(person, "b")
    merge(world)
    assert certified(world, "q") == ["c1/p"]
    assert len(world.certificates.rows) == 2
    unmerge(world)
    assert (certified(world, "p"), certified(world, "q")) == (["c1/p"], ["c1/q"])


def test_what_the_survivor_earned_alone_stays_when_it_is_undone(world: World) -> None:
    world.follow(SEAT)
    merge(world)
    world.watch("a", "b")
    unmerge(world)
    assert certified(world, "p") == ["c1/p"]
    assert certified(world, "q") == []


@pytest.mark.parametrize("order", ["seat-last", "merge-last", "watch-last"])
def test_events_may_come_in_any_order(world: World, order: str) -> None:
    steps = {
        "seat": lambda: world.follow(OTHER_SEAT),
        "merge": lambda: merge(world),
        "watch": lambda: world.watch("a", "b"),
    }
    last = order.removesuffix("-last")
    for name in [*(one for one in steps if one != last), last]:
        steps[name]()
    assert certified(world, "p") == ["c1/p"]


def test_who_earned_it_alone_gets_the_own_certificate_once_it_is_undone(
    world: World,
) -> None:
    world.follow(OTHER_SEAT)
    merge(world)
    world.hear("q", "a")
    world.hear("q", "b")
    assert certified(world, "q") == ["c1/p"]
    unmerge(world)
    assert (certified(world, "p"), certified(world, "q")) == ([], ["c1/q"])


def test_progress_is_the_furthest_of_any_record(world: World) -> None:
    assert find_percents(world.projections, ("p", "q")) == {}
