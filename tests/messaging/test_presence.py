"""Processes of a service see each other, by their own clocks, in the store."""

import threading
from typing import Any

import pytest
from chassis.operations.presence import (
    BEAT_SECONDS,
    FORGOTTEN_SECONDS,
    TERM_SECONDS,
    Presence,
    RoomStatus,
    find_release,
)
from chassis.storage.collections import MessagingCollections
from pymongo.database import Database

from tests.messaging.test_partition_assignment import SetClock

ROOM = RoomStatus("work", 5, 10)


@pytest.fixture(name="clock")
def _clock() -> SetClock:
    return SetClock()


def process(database: Database[Any], clock: SetClock, role: str) -> Presence:
    """A process of this role, which has not shown itself yet."""
    collections = MessagingCollections(database)
    made = Presence("media", collections.processes, clock, collections.handled)
    made.role = role
    return made


def beat(clock: SetClock, living: list[Presence], seconds: float) -> None:
    """All of them show themselves for so long."""
    end = clock.at + seconds
    while clock.at < end:
        clock.at += BEAT_SECONDS
        for one in living:
            one.show_alive()


def test_processes_see_each_other_with_role_release_and_disks(
    database: Database[Any], clock: SetClock
) -> None:
    web, worker = (process(database, clock, role) for role in ("web", "worker"))
    worker.find_rooms.append(lambda: [ROOM])
    assert web.find_age() == -1
    beat(clock, [worker, web], BEAT_SECONDS)
    seen, release = web.find_processes(), find_release("media")
    assert release
    assert [(one.role, one.release) for one in seen] == [
        ("web", release),
        ("worker", release),
    ]
    assert seen[1].rooms == [ROOM]
    assert web.find_age() == 0


def test_one_that_stands_still_is_unseen_after_a_term_and_forgotten_in_the_end(
    database: Database[Any], clock: SetClock
) -> None:
    web, worker = (process(database, clock, role) for role in ("web", "worker"))
    beat(clock, [worker, web], BEAT_SECONDS)
    beat(clock, [web], TERM_SECONDS - BEAT_SECONDS)
    assert [one.is_unseen for one in web.find_processes()] == [False, False]
    beat(clock, [web], BEAT_SECONDS)
    assert [one.is_unseen for one in web.find_processes()] == [False, True]
    beat(clock, [worker, web], BEAT_SECONDS)
    assert [one.is_unseen for one in web.find_processes()] == [False, False]
    beat(clock, [web], FORGOTTEN_SECONDS + 2 * BEAT_SECONDS)
    assert [one.role for one in web.find_processes()] == ["web"]


def test_one_that_ends_is_gone_at_once(
    database: Database[Any], clock: SetClock
) -> None:
    web, worker = (process(database, clock, role) for role in ("web", "worker"))
    stop = threading.Event()
    stop.set()
    worker.show_alive()
    worker.show_until("worker", stop)
    web.show_alive()
    assert [one.role for one in web.find_processes()] == ["web"]


def test_who_does_not_get_to_the_store_says_how_old_its_view_is(
    database: Database[Any], clock: SetClock
) -> None:
    web = process(database, clock, "web")
    web.show_alive()
    clock.at += 300
    assert web.find_age() == 300
    assert [one.is_unseen for one in web.find_processes()] == [False]
