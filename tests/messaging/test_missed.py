"""What a hearer lost comes back: from the archive of whoever said it."""

import datetime

import pytest
from chassis.broker.port import Transport
from chassis.outbox.resend import PAGE, Errands, Wanted
from chassis.recovery.catching_up import UNTOLD
from chassis.recovery.comparisons import KIND, Compared

from tests.messaging.ear import OTHER, TYPE, Ear, event, say
from tests.messaging.sayer import Sayer, lose_queues
from tests.platform.running import until

DAY = datetime.timedelta(days=1)


def test_a_comparison_brings_back_what_was_never_heard_and_nothing_else(
    ear: Ear, sayer: Sayer
) -> None:
    sayer.archive("gap", 3, DAY)
    sayer.archive("old", 1, 30 * DAY)
    with sayer.running(), ear.listening() as consumer:
        say(ear.bus, event("gap", 2))
        until(lambda: ear.of("gap") == [2], 30)
        assert consumer.missed.ask()
        until(lambda: len(ear.of("gap")) == 3, 30)
        assert sorted(ear.of("gap")) == [1, 2, 3]
        until(lambda: sayer.tables.errands.count_documents({"state": "open"}) == 0, 30)
    assert ear.of("old") == []


def test_a_comparison_of_many_comes_in_pages(ear: Ear, sayer: Sayer) -> None:
    for number in range(3):
        sayer.archive(
            f"many{number}", PAGE // 2, DAY - number * datetime.timedelta(hours=1)
        )
    with sayer.running(), ear.listening() as consumer:
        consumer.missed.ask()
        until(lambda: len(ear.heard) == 3 * (PAGE // 2), 60)
    assert len(set(ear.heard)) == len(ear.heard)


def test_events_are_said_again_by_hand_for_a_key_a_type_or_a_time(
    ear: Ear, sayer: Sayer
) -> None:
    sayer.archive("one", 2, DAY)
    sayer.archive("two", 2, 2 * DAY)
    day_ago = datetime.datetime.now(datetime.UTC) - 1.5 * DAY
    with ear.listening():
        for wanted, count in (
            (Wanted(to=ear.name, key="one"), 2),
            (Wanted(to=ear.name, types=(OTHER,)), 0),
            (Wanted(to=ear.name, types=(TYPE,), until=day_ago), 2),
            (Wanted(to=ear.name, since=day_ago), 2),
        ):
            errand = sayer.errands.resend(wanted)
            while sayer.errands.step():
                pass
            progress = sayer.errands.progress(errand) or {}
            assert (progress["state"], progress["done"]) == ("done", count)
        until(
            lambda: (
                sorted(ear.heard) == [("one", 1), ("one", 2), ("two", 1), ("two", 2)]
            ),
            30,
        )


def test_an_errand_that_was_interrupted_goes_on_where_it_was(
    ear: Ear, sayer: Sayer, bus: Transport
) -> None:
    for number in range(3):
        sayer.archive(f"part{number}", PAGE // 2, (3 - number) * DAY)
    with ear.listening():
        errand = sayer.errands.resend(Wanted(to=ear.name))
        assert sayer.errands.step()
        assert (sayer.errands.progress(errand) or {})["state"] == "open"
        after = Errands("catalog", sayer.tables, bus)
        while after.step():
            pass
        assert (after.progress(errand) or {})["done"] == 3 * (PAGE // 2)
        until(lambda: len(ear.heard) == 3 * (PAGE // 2), 60)


def test_queues_that_vanished_are_made_again_and_what_lay_in_them_comes_back(
    ear: Ear, sayer: Sayer, side: str, request: pytest.FixtureRequest
) -> None:
    with ear.listening():
        pass
    sayer.archive("wiped", 5, datetime.timedelta(minutes=1))
    say(ear.bus, *(event("wiped", version) for version in range(1, 6)))
    lose_queues(ear, side, request)
    with sayer.running(), ear.listening():
        until(lambda: ear.of("wiped") == [1, 2, 3, 4, 5], 60)
        until(lambda: ear.tables.marks.find_one({"kind": UNTOLD}) is None, 20)


HOUR = datetime.timedelta(hours=1)


def asked(sayer: Sayer) -> list[datetime.timedelta]:
    """How far back each comparison went that the producer was asked for."""
    rows = sayer.tables.errands.find({"kind": "tell"}, sort=[("at", 1)])
    return [row["at"] - row["since"] for row in rows]


def compared(ear: Ear) -> bool:
    row = ear.tables.marks.find_one({"kind": KIND})
    return bool(row and row.get("until"))


def test_a_comparison_begins_where_the_last_one_missed_nothing(
    ear: Ear, sayer: Sayer
) -> None:
    sayer.archive("heard", 2, DAY)
    with sayer.running(), ear.listening() as consumer:
        say(ear.bus, event("heard", 1), event("heard", 2))
        until(lambda: ear.of("heard") == [1, 2], 30)
        assert consumer.missed.compare(whole=False)
        until(lambda: compared(ear), 30)
        assert consumer.missed.compare(whole=False)
        until(lambda: len(asked(sayer)) == 2, 30)
    first, second = asked(sayer)
    assert first > 6 * DAY
    assert HOUR < second < 2 * HOUR


def test_a_comparison_that_misses_something_moves_nothing_on(
    ear: Ear, sayer: Sayer
) -> None:
    """What is asked for may be lost once more."""
    sayer.archive("gap", 2, DAY)
    with sayer.running(), ear.listening() as consumer:
        consumer.missed.compare(whole=False)
        until(lambda: ear.of("gap") == [1, 2], 30)
        assert not compared(ear)
        consumer.missed.compare(whole=False)
        until(lambda: compared(ear), 30)
    assert min(asked(sayer)) > 6 * DAY


def test_what_may_be_on_its_way_is_not_taken_for_missing(
    ear: Ear, sayer: Sayer
) -> None:
    sayer.archive("under way", 1, datetime.timedelta(0))
    with sayer.running(), ear.listening() as consumer:
        consumer.missed.compare(whole=True)
        until(lambda: compared(ear), 30)
    assert ear.heard == []


def test_a_loss_of_queues_looks_back_no_further_than_something_may_be_missing(
    ear: Ear, sayer: Sayer, side: str, request: pytest.FixtureRequest
) -> None:
    with sayer.running():
        with ear.listening() as consumer:
            consumer.missed.compare(whole=True)
            until(lambda: compared(ear), 30)
        sayer.archive("wiped", 1, datetime.timedelta(0))
    lose_queues(ear, side, request)
    with sayer.running(), ear.listening():
        until(lambda: ear.of("wiped") == [1], 60)
    assert asked(sayer)[-1] < 2 * HOUR


def test_a_page_of_another_question_moves_nothing_on(ear: Ear) -> None:
    kept = Compared(ear.tables)
    kept.asked("catalog", "the second", datetime.datetime.now(datetime.UTC))
    page = {"service": "catalog", "ids": [], "asked": "the first", "last": True}
    kept.told(page, lacks=False)
    kept.told({"service": "catalog", "ids": []}, lacks=False)
    assert not compared(ear)
    kept.told({**page, "asked": "the second", "last": False}, lacks=True)
    kept.told({**page, "asked": "the second"}, lacks=False)
    assert not compared(ear)
