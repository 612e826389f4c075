"""Sequences of which nothing was tried yet are retried together, as a batch would."""

from collections.abc import Sequence
from typing import Any

import pytest
from chassis.events.envelope import Envelope
from chassis.inbox.dispatch import Dispatcher
from chassis.inbox.handler_table import HandlerTable
from chassis.inbox.retry_queue import MOST_CLAIMS, Claim, RetryQueue
from chassis.inbox.retry_worker import RetryWorker
from chassis.storage.collections import MessagingCollections
from pymongo import MongoClient

from tests.messaging.consuming import TYPE, event

KEYS = [f"k{number:02}" for number in range(12)]


class Hearer:
    """A handler that notes what it was given at once, and fails where it is told to."""

    def __init__(self, collections: MessagingCollections) -> None:
        self.collections, self.held = collections, RetryQueue(collections)
        self.dispatcher = Dispatcher(HandlerTable({TYPE: self.handle}), collections)
        self.calls: list[list[str]] = []
        self.bad = ""

    def handle(self, events: Sequence[Envelope]) -> None:
        if self.bad in {one.id for one in events}:
            raise ValueError(f"will not hear {self.bad}")
        self.calls.append([one.id for one in events])

    @property
    def heard(self) -> list[str]:
        return [id_ for call in self.calls for id_ in call]

    def hold(self, versions: int, keys: Sequence[str] = KEYS) -> None:
        for key in keys:
            events = [event(key, version) for version in range(1, versions + 1)]
            self.held.line_up(events, "a consumer went away", 0.0)

    def go_on(self, turn_seconds: float = 10.0) -> bool:
        return RetryWorker(self.held, self.dispatcher, turn_seconds).retry_due()


@pytest.fixture
def hearer(store: MongoClient[Any]) -> Hearer:
    store.drop_database("going_on")
    collections = MessagingCollections(store["going_on"])
    collections.declare_indexes()
    return Hearer(collections)


def test_many_keys_cost_as_many_calls_as_the_longest_has_events(hearer: Hearer) -> None:
    hearer.hold(versions=3)
    hearer.go_on()
    assert hearer.calls == [[f"{key}.{n}.0" for key in KEYS] for n in (1, 2, 3)]
    assert hearer.collections.retry_queue.count_documents({}) == 0
    noted = {row["_id"] for row in hearer.collections.inbox.find({"type": TYPE})}
    assert noted == set(hearer.heard)


def test_one_that_fails_keeps_back_what_is_behind_it_and_no_other_key(
    hearer: Hearer,
) -> None:
    hearer.hold(versions=3)
    hearer.bad = "k05.2.0"
    hearer.go_on()
    assert sorted(hearer.heard) == sorted(
        f"{key}.{n}.0" for key in KEYS for n in (1, 2, 3) if key != "k05" or n == 1
    )
    [row] = hearer.collections.retry_queue.find({})
    assert [one["id"] for one in row["events"]] == ["k05.2.0", "k05.3.0"]
    assert row["tries"] == 1
    assert row["why"].startswith(f"ValueError at {__name__}:")
    hearer.go_on()
    assert hearer.heard.count("k05.1.0") == 1
    hearer.hold(versions=1, keys=["new1", "new2"])
    due_now(hearer)
    assert claim(hearer).sequences.keys() == {"k05"}, "what failed goes alone"
    assert claim(hearer).sequences.keys() == {"new1", "new2"}


def claim(hearer: Hearer) -> Claim:
    """What is due, claimed."""
    claimed = hearer.held.claim_due(100)
    assert claimed is not None
    return claimed


def due_now(hearer: Hearer) -> None:
    """As if every claim had run out, and every pause."""
    hearer.collections.retry_queue.update_many({}, {"$set": {"due": 0.0}})


def done_with(hearer: Hearer, claimed: Claim) -> None:
    """All that was claimed is handled."""
    events = [one for events in claimed.sequences.values() for one in events]
    hearer.held.note_handled(claimed, {one.id for one in events})


def test_what_joins_meanwhile_stays_and_is_due_at_once(hearer: Hearer) -> None:
    hearer.hold(versions=1)
    claimed = claim(hearer)
    hearer.held.line_up([event("k03", 2)], "behind")
    done_with(hearer, claimed)
    hearer.go_on()
    assert hearer.heard == ["k03.2.0"]
    assert hearer.collections.retry_queue.count_documents({}) == 0


def test_who_comes_back_late_leaves_alone_what_another_has_claimed(
    hearer: Hearer,
) -> None:
    hearer.hold(versions=2, keys=["k"])
    late = claim(hearer)
    due_now(hearer)
    claimed = claim(hearer)
    done_with(hearer, late)
    [kept] = hearer.collections.retry_queue.find({})
    assert (kept["claim"], len(kept["events"])) == (claimed.id, 2)


def test_what_was_handled_before_is_let_go_and_not_handled_again(
    hearer: Hearer,
) -> None:
    hearer.hold(versions=2)
    hearer.dispatcher.note_handled([event(key, 1) for key in KEYS[:6]])
    hearer.go_on()
    first = [f"{key}.2.0" for key in KEYS[:6]] + [f"{key}.1.0" for key in KEYS[6:]]
    assert hearer.calls == [first, [f"{key}.2.0" for key in KEYS[6:]]]


def test_who_ends_without_a_word_leaves_them_to_be_tried_one_by_one(
    hearer: Hearer,
) -> None:
    """One of them may have killed it."""
    hearer.hold(versions=2)
    assert claim(hearer).sequences.keys() == set(KEYS)
    assert hearer.held.claim_due(100) is None, "they are in its hands"
    due_now(hearer)
    for number in (1, 2):
        claimed = claim(hearer)
        assert claimed.is_cautious
        [(key, events)] = claimed.sequences.items()
        assert [one.id for one in events] == [f"{key}.1.0"], number
    done_with(hearer, claimed)
    hearer.collections.retry_queue.update_one({"_id": key}, {"$set": {"due": -1.0}})
    [(next_key, events)] = claim(hearer).sequences.items()
    assert (next_key, [one.id for one in events]) == (key, [f"{key}.2.0"])


def test_who_kills_is_parked_after_a_few_and_nobody_else(hearer: Hearer) -> None:
    hearer.hold(versions=2)
    handled: list[str] = []
    deaths = 0
    while due := hearer.held.claim_due(100):
        ids = [one.id for events in due.sequences.values() for one in events]
        if "k05.2.0" in ids:
            deaths += 1
            due_now(hearer)
            continue
        handled += ids
        done_with(hearer, due)
    [kept] = hearer.collections.retry_queue.find({})
    assert (kept["state"], [one["id"] for one in kept["events"]]) == (
        "parked",
        ["k05.2.0"],
    )
    assert deaths == MOST_CLAIMS
    assert sorted(handled) == sorted(
        f"{key}.{n}.0" for key in KEYS for n in (1, 2) if (key, n) != ("k05", 2)
    )


class Counting(RetryQueue):
    """A retry queue that counts how often something of it was claimed."""

    turns = 0

    def claim_due(self, most: int) -> Claim | None:
        claimed = super().claim_due(most)
        self.turns += claimed is not None
        return claimed


@pytest.mark.parametrize(("turn_seconds", "turns"), [(10.0, 1), (0.0, 3)])
def test_a_turn_ends_in_time_and_the_next_goes_on(
    hearer: Hearer, turn_seconds: float, turns: int
) -> None:
    hearer.held = Counting(hearer.collections)
    hearer.hold(versions=3)
    while hearer.go_on(turn_seconds):
        pass
    assert hearer.calls == [[f"{key}.{n}.0" for key in KEYS] for n in (1, 2, 3)]
    assert hearer.held.turns == turns


def test_two_at_once_share_them(hearer: Hearer) -> None:
    hearer.hold(versions=1)
    first = claim(hearer).sequences
    hearer.hold(versions=1, keys=["late1", "late2"])
    second = claim(hearer).sequences
    assert sorted(second) == ["late1", "late2"]
    assert sorted(first) == KEYS
