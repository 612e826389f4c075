"""Replicas of a service share its queues evenly, and take over from one that dies."""

import threading
from typing import Any

import pytest
from chassis.broker.port import Transport
from chassis.clock import Clock
from chassis.inbox.consumer import Consumer
from chassis.inbox.partition_assignment import (
    ALL,
    RENEWAL_SECONDS,
    TERM_SECONDS,
    PartitionAssignment,
)
from pymongo.database import Database

from tests.messaging.consuming import TYPE, ConsumingService, event, say
from tests.platform.running import until


class SetClock(Clock):
    """A clock that stands until it is put forward."""

    def __init__(self) -> None:
        self.at = 0.0

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def replicas(
    database: Database[Any], clock: SetClock, count: int
) -> list[PartitionAssignment]:
    return [
        PartitionAssignment(database["replicas"], clock, f"r{n}") for n in range(count)
    ]


def all_beat(clock: SetClock, living: list[PartitionAssignment]) -> list[int]:
    """Everybody looks twice; how many partitions each has."""
    for _ in range(2):
        clock.at += RENEWAL_SECONDS
        for one in living:
            one.renew_claim()
    return [len(one.mine) for one in living]


def test_partitions_are_shared_evenly_and_each_has_one_owner(
    database: Database[Any], clock: SetClock
) -> None:
    for count, sizes in ((1, [16]), (2, [8, 8]), (3, [6, 5, 5]), (5, [4, 3, 3, 3, 3])):
        database["replicas"].delete_many({})
        living = replicas(database, clock, count)
        assert all_beat(clock, living) == sizes
        assert frozenset().union(*(one.mine for one in living)) == ALL


def test_one_that_leaves_is_replaced_at_once_and_one_that_dies_after_a_term(
    database: Database[Any], clock: SetClock
) -> None:
    first, second, third = living = replicas(database, clock, 3)
    all_beat(clock, living)
    third.release_claim()
    assert all_beat(clock, [first, second]) == [8, 8]
    all_beat(clock, [first])
    assert len(first.mine) == 8, "it may only be slow"
    all_beat(clock, [first])
    assert all_beat(clock, [first]) == [16]


def test_one_that_stood_still_itself_takes_nobody_for_dead(
    database: Database[Any], clock: SetClock
) -> None:
    first, second = living = replicas(database, clock, 2)
    all_beat(clock, living)
    clock.at += 10 * TERM_SECONDS
    first.renew_claim()
    assert len(first.mine) == 8
    second.renew_claim()
    assert all_beat(clock, living) == [8, 8]


def test_two_processes_hear_half_each_and_one_alone_hears_all(
    consuming: ConsumingService,
) -> None:
    with consuming.listening() as one, consuming.listening() as other:
        until(
            lambda: (len(one.assignment.mine), len(other.assignment.mine)) == (8, 8), 20
        )
        say(consuming.bus, *(event(f"k{n}", 1) for n in range(100)))
        until(lambda: len(consuming.heard) == 100, 30)
    assert len(set(consuming.heard)) == 100


@pytest.mark.part("rabbitmq")
@pytest.mark.part("mongo")
def test_what_a_dead_one_heard_is_heard_by_the_other_within_seconds(
    consuming: ConsumingService, bus: Transport, side: str
) -> None:
    if side == "embedded":
        return  # there any free consumer takes any partition
    dying, stop = (
        Consumer(consuming.name, {TYPE: consuming.handle}, consuming.collections, bus),
        threading.Event(),
    )
    with consuming.listening() as other:
        until(lambda: dying.consume_batch(stop) or len(dying.assignment.mine) == 8, 20)
        until(lambda: len(other.assignment.mine) == 8, 20)
        assert dying.subscriber is not None
        dying.subscriber.close()
        say(consuming.bus, *(event(f"d{n}", 1) for n in range(50)))
        until(lambda: len(consuming.heard) == 50, 20)
