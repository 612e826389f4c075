"""At least once on the wire, once in effect, in order per key: on both buses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from chassis.broker.port import ALL, Delivery, Message
from chassis.broker.topology import missing_partitions, takes_type
from chassis.events.envelope import Envelope
from chassis.inbox.consumer import Consumer
from chassis.inbox.retry_policy import PAUSES_SECONDS
from chassis.inbox.retry_queue import ANY, RetryQueue
from chassis.operations.parked import Parked
from chassis.operations.shapes import Which
from chassis.storage.collections import MessagingCollections
from pymongo import MongoClient

from tests.commands import Sent
from tests.engines import Engine
from tests.messaging.consuming import OTHER, TYPE, ConsumingService, event, say
from tests.platform.running import until


def test_what_is_said_is_heard_once_and_in_order_per_key(
    consuming: ConsumingService,
) -> None:
    with consuming.listening():
        said = [event(f"k{n % 20}", 1 + n // 20) for n in range(400)]
        say(consuming.bus, *said, *said[:50])
        until(lambda: len(consuming.heard) >= 400, 30)
        for n in range(20):
            assert consuming.of(f"k{n}") == list(range(1, 21))
        assert len(consuming.heard) == 400


def test_a_failed_event_holds_its_key_back_and_no_other(
    consuming: ConsumingService,
) -> None:
    consuming.refuse = lambda one: one.id == "bad.1.0"
    with consuming.listening():
        say(consuming.bus, event("bad", 1), event("good", 1))
        say(consuming.bus, event("bad", 2, OTHER), event("bad", 3), event("good", 2))
        until(lambda: consuming.of("good") == [1, 2], 30)
        until(
            lambda: waiting(consuming, "bad") == ["bad.1.0", "bad.2.0", "bad.3.0"], 30
        )
        assert consuming.of("bad") == []
        consuming.refuse = lambda _: False
        until(lambda: consuming.of("bad") == [1, 2, 3], 60)
        until(lambda: waiting(consuming, "bad") == [], 10)


def waiting(consuming: ConsumingService, key: str) -> list[str]:
    row = consuming.collections.retry_queue.find_one({"_id": key})
    return [one["id"] for one in row["events"]] if row else []


def test_what_fails_to_the_last_try_is_parked_and_can_be_replayed(
    consuming: ConsumingService,
) -> None:
    held = RetryQueue(consuming.collections)
    held.add_event(event("lost", 1), "first fault")
    for _ in PAUSES_SECONDS:
        held.note_failed("lost", "again")
    parked = Parked(consuming.collections)
    [group] = parked.find_groups()
    assert (group.keys, group.type, group.why) == (["lost"], TYPE, "again")
    assert held.claim_due(1) is None
    assert parked.replay(Which(key="lost"), "op") == 1
    with consuming.listening():
        until(lambda: consuming.of("lost") == [1], 30)
    assert parked.find_groups() == []


def test_a_process_that_dies_before_acknowledging_loses_nothing(
    consuming: ConsumingService,
) -> None:
    with consuming.listening():
        pass
    subscriber = consuming.bus.open_subscriber(consuming.name, [TYPE])
    say(consuming.bus, *(event("dying", version) for version in range(1, 6)))
    taken = until(lambda: subscriber.receive(0.5), 20)
    assert len(taken.deliveries) > 0
    subscriber.close()
    with consuming.listening():
        until(lambda: consuming.of("dying") == [1, 2, 3, 4, 5], 60)


def test_an_unreadable_message_is_put_aside_and_others_flow(
    consuming: ConsumingService,
) -> None:
    with consuming.listening():
        publisher = consuming.bus.open_publisher()
        publisher.publish([Message(TYPE, "x", b"not an event")])
        publisher.close()
        say(consuming.bus, event("x", 1))
        until(lambda: consuming.of("x") == [1], 30)


def test_a_queue_that_does_not_take_a_type_yet_is_known_as_such(
    consuming: ConsumingService,
) -> None:
    assert not takes_type(consuming.bus.find_queues(consuming.name, [TYPE]), TYPE)
    assert missing_partitions(consuming.bus.find_queues(consuming.name)) == set(ALL)
    with consuming.listening():
        assert takes_type(consuming.bus.find_queues(consuming.name, [TYPE]), TYPE)
        assert missing_partitions(consuming.bus.find_queues(consuming.name)) == set()
    if consuming.bus.name != "RabbitMQ":
        assert not takes_type(
            consuming.bus.find_queues(consuming.name, ["not.bound.v1"]), "not.bound.v1"
        )


def test_that_anything_is_held_is_noted_where_repeats_are_looked_up(
    consuming: ConsumingService,
) -> None:
    held = RetryQueue(consuming.collections)
    held.add_event(event("k", 1), "first fault")
    assert consuming.collections.inbox.count_documents({"_id": ANY}) == 1
    held.note_whether_any()
    assert consuming.collections.inbox.count_documents({"_id": ANY}) == 1
    consuming.collections.retry_queue.update_many({}, {"$set": {"due": 0.0}})
    claim = held.claim_due(1)
    assert claim is not None
    held.note_handled(claim, {"k.1.0"})
    held.note_whether_any()
    assert consuming.collections.inbox.count_documents({}) == 0


def test_a_batch_costs_one_look_and_one_note_beside_what_is_done_with_it(
    consuming: ConsumingService, engine: Engine
) -> None:
    sent = Sent()
    with MongoClient[Any](engine.url, event_listeners=[sent]) as client:
        collections = MessagingCollections(
            client[consuming.collections.inbox.database.name]
        )
        consumer = Consumer(
            consuming.name, {TYPE: consuming.handle}, collections, consuming.bus
        )
        sent.names.clear()
        consumer.handle_batch(handed(*(event(f"k{n}", 1) for n in range(50))))
        consumer.handle_batch(handed(*(event(f"k{n}", 2) for n in range(50))))
    assert len(consuming.heard) == 100
    assert sent.names == ["find", "insert"] * 2


@dataclass
class Handed:
    """A batch of ours; `done` when it was acknowledged."""

    deliveries: Sequence[Delivery]
    done: bool = False

    def acknowledge(self) -> bool:
        self.done = True
        return True

    def release(self) -> None:
        raise AssertionError("it was to be handled")

    def park(self, delivery: Delivery, why: str) -> None:
        raise AssertionError(f"{delivery.tag} parked: {why}")


def handed(*events: Envelope, again: int = 0) -> Handed:
    """A batch of these, the first ones delivered before."""
    return Handed(
        [Delivery(n, msgspec.json.encode(e), n < again) for n, e in enumerate(events)]
    )


def test_only_what_was_delivered_before_is_noted_and_what_follows_it(
    consuming: ConsumingService,
) -> None:
    consumer = Consumer(
        consuming.name, {TYPE: consuming.handle}, consuming.collections, consuming.bus
    )
    batch = handed(event("old", 1), event("old", 2), event("new", 1), again=1)
    consumer.handle_batch(batch)
    assert batch.done
    assert consuming.heard == [("new", 1)]
    assert waiting(consuming, "old") == ["old.1.0", "old.2.0"]


def test_an_event_is_noted_as_handled_before_the_next_of_its_key_is_held(
    consuming: ConsumingService,
) -> None:
    consuming.refuse = lambda one: one.version == 2
    consumer = Consumer(
        consuming.name, {TYPE: consuming.handle}, consuming.collections, consuming.bus
    )
    consumer.handle_batch(handed(event("k", 1), event("k", 2)))
    assert waiting(consuming, "k") == ["k.2.0"]
    consumer.handle_batch(handed(event("k", 1), event("k", 2), again=2))
    assert consuming.of("k") == [1]
    assert waiting(consuming, "k") == ["k.2.0"]
