"""Whether anything is held is noted so that no event overtakes a held one."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from chassis.inbox.retry_queue import ANY, Held
from chassis.storage.collections import Rows, Tables

from tests.messaging.ear import Ear, event, say
from tests.platform.running import until


class BesideChores(Held):
    """Held sequences; right after each note another replica does its chores."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.other = Held(tables)

    def note_any(self) -> None:
        super().note_any()
        self.other.note_whether_any()


class Died(Exception):
    """A process was killed."""


class DiesWithASequence(Held):
    """Held sequences of a process that dies as soon as one is there."""

    def note_any(self) -> None:
        if self.rows.find_one({}) is not None:
            raise Died
        super().note_any()


class RightAfterALook:
    """A collection, while something happens once, right after it was looked at."""

    def __init__(self, rows: Rows, happen: Callable[[], object]) -> None:
        self.rows, self.happen = rows, happen

    def find_one(self, *wanted: Any) -> Any:
        found = self.rows.find_one(*wanted)
        happen, self.happen = self.happen, lambda: None
        happen()
        return found


def is_noted(ear: Ear) -> bool:
    return ear.tables.inbox.find_one({"_id": ANY}) is not None


def test_nothing_overtakes_what_is_held_while_another_replica_does_its_chores(
    ear: Ear,
) -> None:
    ear.refuse = lambda one: one.version == 1
    with ear.listening() as consumer:
        until(lambda: consumer.chores_due > 0, 20)
        consumer.held = BesideChores(ear.tables)
        say(ear.bus, event("k", 1))
        until(lambda: ear.tables.held.find_one({"_id": "k"}), 30)
        say(ear.bus, event("k", 2), event("free", 2))
        until(lambda: ear.of("free") == [2], 30)
        behind = {"_id": "k", "events.id": "k.2.0"}
        until(lambda: ear.of("k") or ear.tables.held.find_one(behind), 30)
    assert ear.of("k") == []


def test_a_sequence_that_outlives_its_process_is_noted(ear: Ear) -> None:
    with pytest.raises(Died):
        DiesWithASequence(ear.tables).hold(event("k", 1), "a test")
    assert ear.tables.held.find_one({"_id": "k"}) is not None
    assert is_noted(ear)


def test_who_takes_the_note_away_late_puts_it_there_again(ear: Ear) -> None:
    """Whoever made the note begins its sequence now, and dies."""
    held = Held(ear.tables)
    held.note_any()
    begun = {"_id": "k", "state": "waiting"}
    late = RightAfterALook(ear.tables.held, lambda: ear.tables.held.insert_one(begun))
    held.rows = cast(Rows, late)
    held.note_whether_any()
    assert ear.tables.held.find_one({"_id": "k"}) is not None
    assert is_noted(ear)


def test_a_note_for_nothing_is_taken_away_and_a_missing_one_is_made(ear: Ear) -> None:
    held = Held(ear.tables)
    held.note_any()
    held.note_whether_any()
    assert not is_noted(ear)
    held.hold(event("k", 1), "a test")
    ear.tables.inbox.delete_one({"_id": ANY})
    held.note_whether_any()
    assert is_noted(ear)
