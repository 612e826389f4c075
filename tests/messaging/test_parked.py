"""Parked sequences are seen by cause, mended, replayed or given up; all is noted."""

import datetime
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
from chassis.broker.port import Message
from chassis.events.envelope import Envelope, Refused, to_bytes
from chassis.inbox.retry_queue import MOST_OF_SENDER, RetryQueue
from chassis.inbox.retry_row import HEAD
from chassis.operations.parked import (
    NotDropped,
    NothingPicked,
    NotMendable,
    NotParked,
    Parked,
)
from chassis.operations.shapes import Edit, Which
from chassis.telemetry.masking import HIDDEN

from tests.messaging.consuming import TYPE, ConsumingService, event, say
from tests.messaging.parked_by_bus import park_batch
from tests.platform.running import until


@pytest.fixture
def held(consuming: ConsumingService) -> RetryQueue:
    return RetryQueue(consuming.collections)


@pytest.fixture
def parked(consuming: ConsumingService) -> Parked:
    return Parked(consuming.collections)


def park(held: RetryQueue, key: str, why: str, versions: int = 1) -> None:
    for version in range(1, versions + 1):
        held.add_event(event(key, version), why)
    while held.note_failed(key, why) != "parked":
        pass


def test_sequences_are_grouped_by_cause_whatever_differs_in_its_words(
    held: RetryQueue, parked: Parked
) -> None:
    park(held, "a", "KeyError: 'class-17'", versions=3)
    park(held, "b", "KeyError: 'class-18'")
    park(held, "c", "ValueError: too late")
    first, second = parked.find_groups()
    assert (first.sequences, first.events, first.keys) == (2, 4, ["a", "b"])
    assert (second.sequences, second.why) == (1, "ValueError: too late")
    assert parked.replay(Which(cause=first.cause), "anna") == 2
    assert [group.keys for group in parked.find_groups()] == [["c"]]


def edited(data: object) -> Edit:
    """Other data for the first event of the sequence k."""
    return Edit(key="k", text=json.dumps(data), event="k.1.0")


def test_a_mended_event_is_handled_and_those_behind_it_follow(
    consuming: ConsumingService, held: RetryQueue, parked: Parked
) -> None:
    park(held, "k", "ValueError: wrong class", versions=2)
    data = {**parked.get("k").events[0]["data"], "class_id": "mended"}
    parked.edit(edited(data), "anna")
    assert parked.get("k").events[0]["data"]["class_id"] == "mended"
    parked.replay(Which(key="k"), "anna")
    with consuming.listening():
        until(lambda: consuming.of("k") == [1, 2], 30)
    assert [line.action for line in parked.audit.find_lines("k")] == ["replay", "edit"]
    assert {line.who for line in parked.audit.find_lines()} == {"anna"}


def test_an_edit_that_breaks_the_contract_changes_nothing(
    held: RetryQueue, parked: Parked
) -> None:
    park(held, "k", "ValueError: wrong")
    before = parked.get("k")
    with pytest.raises(Refused):
        parked.edit(Edit(key="k", text="[]", event="k.1.0"), "anna")
    with pytest.raises(Refused, match="class_id"):
        parked.edit(edited({"class_id": 7}), "anna")
    assert parked.get("k") == before


def test_a_dropped_event_lets_those_behind_it_go_on_and_stays_dropped(
    consuming: ConsumingService, held: RetryQueue, parked: Parked
) -> None:
    park(held, "k", "ValueError: wrong", versions=2)
    assert parked.drop(Which(key="k", why="sent by mistake"), "anna") == 1
    with consuming.listening():
        until(lambda: consuming.of("k") == [2], 30)
        say(consuming.bus, event("k", 1), event("k", 3))
        until(lambda: consuming.of("k") == [2, 3], 30)
    [line] = parked.audit.find_lines("k")
    assert (line.action, line.why) == ("drop", "sent by mistake")
    assert line.dropped["data"] == event("k", 1).data


def test_a_dropped_event_is_taken_back_once_and_handled_after_all(
    consuming: ConsumingService, held: RetryQueue, parked: Parked
) -> None:
    park(held, "k", "ValueError: wrong", versions=2)
    parked.drop(Which(key="k", why="sent by mistake"), "anna")
    with consuming.listening():
        until(lambda: consuming.of("k") == [2], 30)
        [line] = parked.audit.find_lines("k")
        assert line.can_come_back
        assert parked.take_back(line.id, "bert") == "k"
        until(lambda: consuming.of("k") == [2, 1], 30)
        say(consuming.bus, event("k", 1), event("k", 3))
        until(lambda: consuming.of("k") == [2, 1, 3], 30)
    after, before = parked.audit.find_lines("k")
    assert (after.action, after.who) == ("take back", "bert")
    assert not before.can_come_back
    for gone in (line.id, after.id, "no such line"):
        with pytest.raises(NotDropped):
            parked.take_back(gone, "bert")


def test_nothing_is_touched_that_is_not_parked_or_not_picked(
    held: RetryQueue, parked: Parked
) -> None:
    held.add_event(event("waits", 1), "will be tried again")
    assert parked.replay(Which(key="waits"), "anna") == 0
    assert parked.drop(Which(all=True), "anna") == 0
    with pytest.raises(NothingPicked):
        parked.replay(Which(), "anna")
    with pytest.raises(NotParked):
        parked.get("waits")
    assert parked.audit.find_lines() == []


def test_what_no_one_can_read_is_parked_masked_and_may_be_rewritten(
    consuming: ConsumingService, parked: Parked
) -> None:
    body = '{"name": "张三", "phone": "13800001111", broken'.encode()
    with consuming.listening():
        publisher = consuming.bus.open_publisher()
        publisher.publish([Message(TYPE, "x", body)])
        publisher.close()
        [group] = until(parked.find_groups, 30)
        [key] = group.keys
        shown = parked.get(key)
        assert "张" not in shown.text
        assert "13800001111" not in shown.text
        with pytest.raises(Refused):
            parked.edit(Edit(key=key, text="still broken"), "anna")
        mended = event("x", 1)
        whole = Edit(key=key, text=to_bytes(mended).decode())
        assert parked.edit(whole, "anna") == "x"
        until(lambda: consuming.of("x") == [1], 30)
    assert parked.find_groups() == []


def test_what_no_one_can_read_is_dropped_out_of_sight_and_taken_back_once(
    held: RetryQueue, parked: Parked
) -> None:
    held.park_raw(b"broken", "not JSON")
    [group] = parked.find_groups()
    [key] = group.keys
    assert parked.drop(Which(cause=group.cause, why="a test"), "anna") == 1
    assert parked.drop(Which(key=key, why="again"), "anna") == 0
    held.park_raw(b"broken", "not JSON")
    assert parked.find_groups() == [], "dropped it stays when it comes again"
    [line] = parked.audit.find_lines(key)
    assert line.can_come_back
    assert parked.take_back(line.id, "bert") == key
    assert parked.find_groups() == [group]
    assert parked.get(key).text == HIDDEN
    assert [one.can_come_back for one in parked.audit.find_lines(key)] == [False, False]
    with pytest.raises(NotDropped):
        parked.take_back(line.id, "bert")
    assert parked.drop(Which(key=key, why="after all"), "anna") == 1


def test_what_is_to_be_cleared_is_kept_no_longer_by_dropping_it(
    held: RetryQueue, parked: Parked
) -> None:
    held.park_from_outside(b"a roster", "not a roster", "dc", "k1", tomorrow())
    [key] = parked.find_groups()[0].keys
    before = held.rows.find_one({"_id": key}, {"clear_at": 1})
    parked.drop(Which(key=key), "anna")
    assert held.rows.find_one({"_id": key}, {"clear_at": 1}) == before
    [line] = parked.audit.find_lines(key)
    parked.take_back(line.id, "anna")
    assert held.rows.find_one({"_id": key}, {"clear_at": 1}) == before
    parked.drop(Which(key=key), "anna")
    held.rows.delete_one({"_id": key})  # as when its time has come
    with pytest.raises(NotDropped):
        parked.take_back(parked.audit.find_lines(key)[0].id, "anna")


def tomorrow() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)


ROSTER = b'{"data": {"branch_id": "dc", "key": "k1", "rows": [{"name": "Zhang San"}]}}'


def test_what_a_sender_outside_sent_is_told_by_sender_key_and_reason(
    held: RetryQueue, parked: Parked
) -> None:
    for sender in ("dc", "xc"):
        held.park_from_outside(ROSTER, "rows-refused: rows", sender, "k1", tomorrow())
    held.park_from_outside(ROSTER, "chunk-differs: key", "dc", "k2", tomorrow())
    many, one = parked.find_groups()
    assert (many.sequences, many.why) == (2, "rows-refused: rows")
    assert [key.split(".")[1] for key in many.keys] == ["dc", "xc"]
    shown = parked.get(one.keys[0])
    assert (shown.sender, shown.sent_key) == ("dc", "k2")
    assert (shown.size, len(shown.sha256)) == (len(ROSTER), 64)
    assert shown.text == ""
    with pytest.raises(NotMendable):
        parked.edit(
            Edit(key=one.keys[0], text=to_bytes(event("x", 1)).decode()), "anna"
        )


def test_what_is_sent_again_and_refused_again_is_parked_once(
    held: RetryQueue, parked: Parked
) -> None:
    for body in (ROSTER, ROSTER + b" "):
        assert held.park_from_outside(body, "chunk-differs", "dc", "k1", tomorrow())
    assert [group.sequences for group in parked.find_groups()] == [1]


def test_of_what_is_too_large_little_is_kept_with_size_and_hash(
    held: RetryQueue, parked: Parked
) -> None:
    body = ROSTER + b" " * (17 * 1024 * 1024)
    held.park_raw(body, "more than an event may have")
    held.park_from_outside(body, "event-refused", "dc", "", tomorrow())
    RetryQueue(parked.collections).add_set_aside(body, "put aside by the bus")
    for row in held.rows.find({}):
        assert len(row["raw"]) == (0 if "sender" in row else HEAD)
        assert row["size"] == len(body)
        assert row["sha256"] == hashlib.sha256(body).hexdigest()
        assert "Zhang San" not in parked.get(row["_id"]).text


def test_one_sender_fills_only_its_own_place(held: RetryQueue, parked: Parked) -> None:
    until_then = tomorrow()
    kept = [
        held.park_from_outside(ROSTER, "refused", "dc", f"k{number}", until_then)
        for number in range(MOST_OF_SENDER + 3)
    ]
    assert kept == [True] * MOST_OF_SENDER + [False] * 3
    assert held.park_from_outside(ROSTER, "refused", "xc", "k1", until_then)
    assert held.park_from_outside(ROSTER, "refused", "dc", "k1", until_then)


def test_what_no_store_can_keep_is_parked_as_bytes(
    held: RetryQueue, parked: Parked
) -> None:
    whole = msgspec.to_builtins(event("k", 1))
    whole["data"]["ends_on"] = 2**70
    whole["data"]["more"] = 2**70
    held.add_set_aside(json.dumps(whole).encode(), "put aside by the bus")
    held.add_set_aside(to_bytes(event("k", 2)), "put aside by the bus")
    assert sum(group.sequences for group in parked.find_groups()) == 1


@contextmanager
def put_aside(consuming: ConsumingService, *events: Envelope) -> Iterator[None]:
    """What the bus would do with what came too often, done at once."""
    with consuming.listening():
        pass
    subscriber = consuming.bus.open_subscriber(consuming.name, [TYPE])
    say(consuming.bus, *events)
    aside = 0
    while aside < len(events):
        aside += park_batch(until(lambda: subscriber.receive(0.5), 20))
    subscriber.close()
    with consuming.listening():
        yield


def test_what_the_bus_put_aside_is_tried_in_the_turn_of_its_key(
    consuming: ConsumingService, parked: Parked
) -> None:
    """It may only have been in the hands of who was killed by another."""
    with put_aside(consuming, event("a", 1), event("a", 2), event("b", 1)):
        until(lambda: len(consuming.heard) == 3, 30)
    assert (consuming.of("a"), consuming.of("b")) == ([1, 2], [1])
    assert parked.find_groups() == []


def test_what_the_bus_put_aside_and_nobody_can_read_is_parked(
    consuming: ConsumingService, parked: Parked
) -> None:
    nobody = msgspec.structs.replace(event("deadly", 1), type="no type")
    RetryQueue(consuming.collections).add_set_aside(
        msgspec.json.encode(nobody), "put aside by the bus"
    )
    [group] = parked.find_groups()
    assert "put aside by the bus" in group.why


def test_what_was_handled_before_the_bus_put_it_aside_is_let_go(
    consuming: ConsumingService, parked: Parked
) -> None:
    consuming.collections.inbox.insert_one({"_id": "a.1.0"})
    RetryQueue(consuming.collections).add_set_aside(
        msgspec.json.encode(event("a", 1)), "put aside"
    )
    assert parked.find_groups() == []
    assert RetryQueue(consuming.collections).claim_due(1) is None
