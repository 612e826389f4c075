"""Whether anything is held is noted so that no event overtakes a held one."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from chassis.inbox.consumer import Consumer
from chassis.inbox.retry_queue import ANY, RetryQueue
from chassis.storage.collections import MessagingCollections, Rows

from tests.messaging.consuming import TYPE, ConsumingService, event, say
from tests.messaging.test_consuming import handed, waiting
from tests.platform.running import until


class BesideChores(RetryQueue):
    """RetryQueue sequences; right after each note another replica does its chores."""

    def __init__(self, collections: MessagingCollections) -> None:
        super().__init__(collections)
        self.other = RetryQueue(collections)

    def note_any(self) -> None:
        super().note_any()
        self.other.note_whether_any()


class Died(Exception):
    """A process was killed."""


class DiesWithASequence(RetryQueue):
    """A retry queue of a process that dies as soon as one is there."""

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


def is_noted(consuming: ConsumingService) -> bool:
    return consuming.collections.inbox.find_one({"_id": ANY}) is not None


def test_nothing_overtakes_what_is_held_while_another_replica_does_its_chores(
    consuming: ConsumingService,
) -> None:
    consuming.refuse = lambda one: one.version == 1
    with consuming.listening() as consumer:
        until(lambda: consumer.chores_due > 0, 20)
        consumer.retry_queue = BesideChores(consuming.collections)
        say(consuming.bus, event("k", 1))
        until(lambda: consuming.collections.retry_queue.find_one({"_id": "k"}), 30)
        say(consuming.bus, event("k", 2), event("free", 2))
        until(lambda: consuming.of("free") == [2], 30)
        behind = {"_id": "k", "events.id": "k.2.0"}
        until(
            lambda: (
                consuming.of("k") or consuming.collections.retry_queue.find_one(behind)
            ),
            30,
        )
    assert consuming.of("k") == []


def test_a_sequence_that_outlives_its_process_is_noted(
    consuming: ConsumingService,
) -> None:
    with pytest.raises(Died):
        DiesWithASequence(consuming.collections).add_event(event("k", 1), "a test")
    assert consuming.collections.retry_queue.find_one({"_id": "k"}) is not None
    assert is_noted(consuming)


def test_who_takes_the_note_away_late_puts_it_there_again(
    consuming: ConsumingService,
) -> None:
    """Whoever made the note begins its sequence now, and dies."""
    held = RetryQueue(consuming.collections)
    held.note_any()
    begun = {"_id": "k", "events": [{"id": "k.1.0"}]}
    late = RightAfterALook(
        consuming.collections.retry_queue,
        lambda: consuming.collections.retry_queue.insert_one(begun),
    )
    held.rows = cast(Rows, late)
    held.note_whether_any()
    assert consuming.collections.retry_queue.find_one({"_id": "k"}) is not None
    assert is_noted(consuming)


def test_a_note_for_nothing_is_taken_away_and_a_missing_one_is_made(
    consuming: ConsumingService,
) -> None:
    held = RetryQueue(consuming.collections)
    held.note_any()
    held.note_whether_any()
    assert not is_noted(consuming)
    held.add_event(event("k", 1), "a test")
    consuming.collections.inbox.delete_one({"_id": ANY})
    held.note_whether_any()
    assert is_noted(consuming)


def test_what_another_process_has_just_put_there_is_not_overtaken(
    consuming: ConsumingService,
) -> None:
    """An operator who rewrites an event, or the replica that had the partition."""
    consumer = Consumer(
        consuming.name, {TYPE: consuming.handle}, consuming.collections, consuming.bus
    )
    consumer.handle_batch(handed(event("k", 1)))
    RetryQueue(consuming.collections).add_event(event("k", 2), "put there elsewhere")
    consumer.handle_batch(handed(event("k", 3), event("free", 1)))
    assert (consuming.of("k"), consuming.of("free")) == ([1], [1])
    assert waiting(consuming, "k") == ["k.2.0", "k.3.0"]


def test_a_key_is_free_again_as_soon_as_nothing_of_it_waits(
    consuming: ConsumingService,
) -> None:
    consuming.refuse = lambda _: True
    with consuming.listening():
        say(consuming.bus, event("k", 1))
        until(lambda: waiting(consuming, "k"), 30)
        consuming.refuse = lambda _: False
        until(lambda: consuming.of("k") == [1] and not waiting(consuming, "k"), 30)
        say(consuming.bus, event("k", 2))
        until(lambda: consuming.of("k") == [1, 2], 30)
    assert consuming.collections.retry_queue.count_documents({}) == 0
