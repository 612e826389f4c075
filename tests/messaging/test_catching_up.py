"""After a loss every key is handled in order: first what was lost, then what came."""

import datetime
import time
from collections.abc import Iterable

from chassis.broker.port import Message
from chassis.broker.topology import partition
from chassis.events.envelope import Envelope, from_bytes
from chassis.inbox.retry_queue import LONGEST, Held
from chassis.outbox.resend import IDS_TOLD, plumbing_message
from chassis.recovery.catching_up import UNTOLD, CatchingUp
from chassis.recovery.reconcile import Missed
from pymongo import MongoClient

from tests.messaging.ear import Ear, event, say
from tests.messaging.sayer import Sayer, lose_partitions
from tests.platform.running import until

ALL = set(range(16))
KEYS = ("ada", "bo", "cy", "di", "eve")
OF_MEDIA = "media.watch.progressed.v1"
ANSWER = "catalog.answer"


def versions(keys: Iterable[str], first: int, last: int) -> list[Envelope]:
    """Of each key, in order."""
    return [event(key, n) for n in range(first, last + 1) for key in keys]


def lined_up(ear: Ear) -> int:
    return ear.tables.early.count_documents({"there": True})


def each_in_order(ear: Ear, keys: Iterable[str], last: int) -> bool:
    """Whether of every key each version was handled once, in order."""
    return all(ear.of(key) == list(range(1, last + 1)) for key in keys)


def has_caught_up(ear: Ear) -> bool:
    untold = ear.tables.marks.count_documents({"kind": UNTOLD})
    return untold + ear.tables.early.count_documents({}) == 0


def said_and_lost(ear: Ear, sayer: Sayer, first: int, last: int) -> None:
    """Both had their queues; these lay in the ear's, and are in the archive."""
    ear.bus.subscriber("catalog", []).close()
    ear.bus.subscriber(ear.name, ear.types).close()
    Missed(ear.name, ear.types, ear.tables, ear.bus).now_hearing()
    said = versions(KEYS, first, last)
    sayer.keep(said)
    say(ear.bus, *said)


def test_what_came_after_a_loss_waits_for_what_was_lost(
    ear: Ear, sayer: Sayer, side: str
) -> None:
    said_and_lost(ear, sayer, 1, 5)
    lose_partitions(ear, side, ALL, "catalog")
    with ear.listening():
        later = versions(KEYS, 6, 7)
        sayer.keep(later[:4])
        say(ear.bus, *later)
        until(lambda: lined_up(ear) == len(later), 30)
    with ear.listening():
        say(ear.bus, *versions(KEYS, 8, 8))
        until(lambda: lined_up(ear) == 3 * len(KEYS), 30)
        assert ear.heard == []
        with sayer.running():
            until(lambda: each_in_order(ear, KEYS, 8), 60)
            until(lambda: has_caught_up(ear), 30)
            say(ear.bus, *versions(KEYS, 9, 9))
            until(lambda: each_in_order(ear, KEYS, 9), 30)


def test_only_what_was_lost_is_waited_for(ear: Ear, sayer: Sayer, side: str) -> None:
    wait = [key for key in KEYS if partition(key) == partition(KEYS[0])]
    flow = [key for key in KEYS if key not in wait]
    said_and_lost(ear, sayer, 1, 2)
    lose_partitions(ear, side, {partition(KEYS[0])})
    with ear.listening():
        say(ear.bus, *versions(KEYS, 3, 3))
        until(lambda: each_in_order(ear, flow, 3), 30)
        until(lambda: lined_up(ear) == len(wait), 30)
        assert {key for key, _ in ear.heard} == set(flow)
        with sayer.running():
            until(lambda: each_in_order(ear, KEYS, 3), 60)


def test_an_answer_that_is_lost_too_is_asked_for_again(
    ear: Ear, sayer: Sayer, side: str
) -> None:
    said_and_lost(ear, sayer, 1, 2)
    lose_partitions(ear, side, ALL)
    asked = {"to": ear.name}
    with sayer.running(with_errands=False), ear.listening():
        say(ear.bus, *versions(KEYS, 3, 3))
        until(lambda: lined_up(ear) == len(KEYS), 30)
        until(lambda: sayer.tables.errands.count_documents(asked) == 1, 30)
    assert sayer.errands.step()
    lost_again = versions(KEYS, 4, 4)
    sayer.keep(lost_again)
    say(ear.bus, *lost_again)
    lose_partitions(ear, side, ALL)
    with ear.listening():
        say(ear.bus, *versions(KEYS, 5, 5))
        until(lambda: lined_up(ear) == 2 * len(KEYS), 30)
        assert ear.heard == []
        with sayer.running():
            until(lambda: each_in_order(ear, KEYS, 5), 60)


def test_who_has_told_all_is_heard_while_another_has_not(
    ear: Ear, sayer: Sayer, side: str, store: MongoClient[dict[str, object]]
) -> None:
    ear.types.append(OF_MEDIA)
    said_and_lost(ear, sayer, 1, 2)
    lose_partitions(ear, side, ALL)
    with ear.listening():
        say(ear.bus, event("watched", 2, OF_MEDIA), *versions(KEYS, 3, 3))
        with sayer.running():
            until(lambda: each_in_order(ear, KEYS, 3), 60)
            assert ear.of("watched") == []
        database = f"{ear.tables.said.database.name}-media"
        store.drop_database(database)
        media = Sayer(ear.bus, store[database], "media")
        media.keep([event("watched", 1, OF_MEDIA)])
        with media.running():
            until(lambda: each_in_order(ear, ["watched"], 2), 60)


def test_what_had_failed_before_the_loss_goes_first_and_what_was_handled_is_let_pass(
    ear: Ear, sayer: Sayer, side: str
) -> None:
    failing = KEYS[0]
    ear.refuse = lambda one: one.partitionkey == failing
    with ear.listening():
        said = versions(KEYS, 1, 2)
        sayer.keep(said)
        say(ear.bus, *said)
        until(lambda: each_in_order(ear, KEYS[1:], 2), 30)
    lost = versions(KEYS, 3, 4)
    sayer.keep(lost)
    say(ear.bus, *lost)
    lose_partitions(ear, side, ALL)
    with ear.listening():
        say(ear.bus, *versions(KEYS, 5, 5))
        until(lambda: lined_up(ear) == len(KEYS), 30)
        ear.refuse = lambda _: False
        ear.tables.held.update_one({"_id": failing}, {"$set": {"due": 0.0}})
        with sayer.running():
            until(lambda: each_in_order(ear, KEYS, 5), 60)


def test_a_full_sequence_does_not_keep_away_what_is_said_again(
    ear: Ear, sayer: Sayer, side: str
) -> None:
    said_and_lost(ear, sayer, 1, 1)
    Held(ear.tables).line_up([event("full", n) for n in range(1, LONGEST + 1)], "test")
    ear.tables.held.update_one({"_id": "full"}, {"$set": {"state": "parked"}})
    lose_partitions(ear, side, ALL)
    with sayer.running(with_errands=False), ear.listening() as consumer:
        until(lambda: sayer.tables.errands.count_documents({"kind": "tell"}) == 1, 30)
        assert sayer.errands.step()
        until(lambda: sayer.tables.errands.count_documents({"kind": "say"}) == 1, 30)
        until(lambda: not consumer.catching_up.untold, 30)
        say(ear.bus, event("full", LONGEST + 1), event("free", 1))
        until(lambda: ear.of("free") == [1], 30)
        assert ear.tables.early.find_one({"key": "full"}) is not None
        assert sayer.errands.step()
        until(lambda: each_in_order(ear, KEYS, 1), 60)
    assert ear.of("full") == []


def told(ear: Ear, page: int, asked: str = "", last: bool = False) -> Message:
    """A page of what the producer said, all about one question."""
    page_told = {"service": "catalog", "ids": [], "asked": asked, "last": last}
    return plumbing_message("catalog", ear.name, IDS_TOLD, page_told, ANSWER, page)


def asked_of_catalog(ear: Ear) -> str:
    row = ear.tables.marks.find_one({"_id": f"{UNTOLD}.catalog"})
    return str(row["question"]) if row else ""


def test_a_full_sequence_of_answers_is_handled_before_the_next_one(ear: Ear) -> None:
    """What fills it is no fact, so it cannot line up: it is waited for."""
    ear.bus.subscriber("catalog", []).close()
    pages = [from_bytes(told(ear, n).body) for n in range(1, LONGEST + 1)]
    Held(ear.tables).line_up(pages, "test")
    ear.tables.held.update_one({"_id": ANSWER}, {"$set": {"due": time.time() + 3600}})
    CatchingUp(ear.tables).begin(ALL, ["catalog"])
    with ear.listening() as consumer:
        say(ear.bus, event("ada", 1))
        until(lambda: lined_up(ear) == 1, 30)
        question = until(lambda: asked_of_catalog(ear), 30)
        publisher = ear.bus.publisher()
        publisher.publish([told(ear, LONGEST + 1, question, last=True)])
        publisher.close()
        until(lambda: ANSWER in consumer.catching_up.full, 30)
        assert ear.heard == []
        ear.tables.held.update_one({"_id": ANSWER}, {"$set": {"due": 0.0}})
        until(lambda: ear.of("ada") == [1], 60)
        until(lambda: has_caught_up(ear), 30)


def test_who_cannot_mark_the_last_page_has_told_all_with_the_first(ear: Ear) -> None:
    catching_up = CatchingUp(ear.tables)
    catching_up.begin(ALL, ["catalog"])
    page = {"service": "catalog", "ids": []}
    assert catching_up.answered(page) is None  # nothing was asked yet
    (row,) = catching_up.to_ask()
    assert catching_up.take(row, "ear.question.1.0")
    assert not catching_up.take(row, "ear.of-another-replica.1.0")
    assert catching_up.answered({**page, "asked": "ear.compare.1.0"}) is None
    answering = catching_up.answered(page)
    assert answering is not None
    catching_up.note_told(answering, is_last=True)
    catching_up.look()
    assert not catching_up.is_on


def test_what_never_comes_is_waited_for_a_day_only(ear: Ear) -> None:
    catching_up = CatchingUp(ear.tables)
    catching_up.begin(ALL, ["catalog"])
    catching_up.look()
    assert catching_up.let_through([event("ada", 2)]) == []
    catching_up.note_gaps({"producer": "catalog", "partitions": [*ALL]}, ["ada.1.0"])
    long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=25)
    ear.tables.early.update_many({}, {"$set": {"at": long_ago, "due": 0.0}})
    assert catching_up.to_ask() == []
    assert catching_up.overdue(ALL) == {}
    catching_up.look()
    catching_up.go_on(ALL)
    held = ear.tables.held.find_one({"_id": "ada"})
    assert held is not None
    assert [one["id"] for one in held["events"]] == ["ada.2.0"]
