"""What a consumer never got comes back: from the archive of whoever published it."""

import datetime
from collections.abc import Iterable, Sequence

import pytest
from chassis.broker.port import Transport
from chassis.broker.topology import partition_of
from chassis.events.envelope import Envelope
from chassis.events.page import EventPage
from chassis.inbox.retry_queue import LONGEST, RetryQueue
from chassis.outbox.archive import PAGE, ArchiveQuery
from chassis.outbox.resend import DONE, OPEN, Resends
from chassis.recovery.comparisons import LOOK_BACK, Comparisons
from chassis.recovery.reconcile import BACKLOG

from tests.messaging.ear import OTHER, TYPE, Ear, event, say
from tests.messaging.pulled import LocalProducer
from tests.messaging.sayer import Sayer, lose_partitions, lose_queues
from tests.platform.running import until

DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
NOW = datetime.timedelta(0)
ALL = set(range(16))
KEYS = ("ada", "bo", "cy", "di", "eve")


@pytest.fixture(autouse=True)
def _knows_its_producer(ear: Ear, sayer: Sayer) -> None:
    ear.producers["catalog"] = sayer.producer


class Forger(LocalProducer):
    """A producer that sends whatever it likes."""

    def __call__(
        self, what: str, types: Sequence[str], after: str, until: str
    ) -> EventPage:
        return super().__call__(what, ["enrollment.seat.taken.v1"], after, until)


def versions(keys: Iterable[str], first: int, last: int) -> list[Envelope]:
    """Of each key, in order."""
    return [event(key, n) for n in range(first, last + 1) for key in keys]


def make_due(ear: Ear, **fields: object) -> None:
    """As if the time of the next comparison had come."""
    ear.reconciling().note_queues(set())
    ear.collections.comparisons.update_many({}, {"$set": {"work_due": 0.0, **fields}})


def let_retry(ear: Ear) -> None:
    """As if all pauses of the retry queue were over."""
    ear.collections.retry_queue.update_many({}, {"$set": {"due": 0.0}})


def comparison(ear: Ear) -> dict[str, object]:
    return ear.collections.comparisons.find_one({"_id": "catalog"}) or {}


def have_it_all(ear: Ear, keys: Iterable[str], last: int) -> bool:
    """Whether of every key each version was handled, after any pause."""
    let_retry(ear)
    return all(set(ear.of(key)) == set(range(1, last + 1)) for key in keys)


def compare(ear: Ear) -> None:
    """One comparison that is due now."""
    make_due(ear)
    assert ear.reconciling().reconcile_page()


def test_a_comparison_brings_what_never_came_and_nothing_else(
    ear: Ear, sayer: Sayer
) -> None:
    sayer.archive("gap", 3, DAY)
    sayer.archive("old", 1, 30 * DAY)
    with ear.listening():
        say(ear.bus, event("gap", 2))
        until(lambda: ear.of("gap") == [2], 30)
        compare(ear)
        until(lambda: have_it_all(ear, ["gap"], 3), 30)
    assert sorted(ear.of("gap")) == [1, 2, 3]
    assert ear.of("old") == []


def test_what_a_comparison_brings_is_handled_in_the_order_of_its_versions(
    ear: Ear, sayer: Sayer
) -> None:
    sayer.keep(reversed(versions(KEYS, 1, 4)), DAY)
    compare(ear)
    say_later = versions(KEYS, 5, 6)
    with ear.listening():
        say(ear.bus, *say_later)
        until(lambda: have_it_all(ear, KEYS, 6), 30)
    assert all(ear.of(key) == [1, 2, 3, 4, 5, 6] for key in KEYS)


def test_what_comes_by_the_bus_too_is_handled_once(ear: Ear, sayer: Sayer) -> None:
    ear.bus.open_subscriber(ear.name, ear.types).close()
    sayer.keep(versions(KEYS, 1, 3))
    say(ear.bus, *versions(KEYS, 1, 3))
    compare(ear)
    with ear.listening():
        until(lambda: have_it_all(ear, KEYS, 3), 30)
        until(lambda: ear.collections.retry_queue.count_documents({}) == 0, 30)
    assert all(ear.of(key) == [1, 2, 3] for key in KEYS)


def test_a_comparison_of_many_comes_in_pages(ear: Ear, sayer: Sayer) -> None:
    for number in range(3):
        sayer.archive(f"many{number}", PAGE // 2, DAY - number * HOUR)
    compare(ear)
    assert len(sayer.producer.asked) == 2
    with ear.listening():
        until(lambda: have_it_all(ear, ["many0", "many1", "many2"], PAGE // 2), 60)
    assert len(set(ear.heard)) == len(ear.heard) == 3 * (PAGE // 2)


def test_a_comparison_begins_where_the_last_one_ended_and_once_a_day_a_week_back(
    ear: Ear, sayer: Sayer
) -> None:
    for fields in ({}, {}, {"whole_due": 0.0}):
        make_due(ear, **fields)
        ear.reconciling().reconcile_page()
    now = datetime.datetime.now(datetime.UTC)
    first, second, third = (now - since for since in sayer.producer.asked)
    assert first > LOOK_BACK - HOUR
    assert HOUR < second < 2 * HOUR
    assert third > LOOK_BACK - HOUR


def test_nothing_is_compared_before_its_time(ear: Ear, sayer: Sayer) -> None:
    assert not ear.reconciling().reconcile_page()
    assert sayer.producer.asked == []


def test_what_may_be_on_its_way_is_not_taken_for_missing(
    ear: Ear, sayer: Sayer
) -> None:
    sayer.archive("under way", 1, NOW)
    compare(ear)
    assert ear.collections.retry_queue.count_documents({}) == 0
    assert comparison(ear)["complete_until"] is not None


def test_a_service_that_is_behind_does_not_take_its_backlog_for_missing(
    ear: Ear, sayer: Sayer
) -> None:
    ear.bus.open_subscriber(ear.name, ear.types).close()
    backlog = [event(f"k{n}", 1) for n in range(BACKLOG + 1)]
    say(ear.bus, *backlog)
    sayer.keep(backlog)
    compare(ear)
    assert sayer.producer.asked == []
    assert ear.collections.retry_queue.count_documents({}) == 0


def test_a_producer_that_is_away_is_asked_again_after_growing_pauses(
    ear: Ear, sayer: Sayer
) -> None:
    sayer.producer.is_away = True
    pauses = []
    for _ in range(4):
        before = datetime.datetime.now(datetime.UTC).timestamp()
        compare(ear)
        pauses.append(float(str(comparison(ear)["work_due"])) - before)
    assert pauses == sorted(pauses)
    assert comparison(ear)["work_tries"] == 4
    sayer.producer.is_away = False
    compare(ear)
    assert comparison(ear)["work_tries"] == 0


def test_a_full_sequence_keeps_nobody_elses_events_away(ear: Ear, sayer: Sayer) -> None:
    RetryQueue(ear.collections).line_up(
        [event("full", n) for n in range(1, LONGEST + 1)], "test"
    )
    ear.collections.retry_queue.update_one(
        {"_id": "full"}, {"$set": {"state": "parked"}}
    )
    sayer.keep([event("full", LONGEST + 1), event("free", 1)])
    compare(ear)
    assert comparison(ear)["complete_until"] is None, "it is compared again"
    with ear.listening():
        until(lambda: have_it_all(ear, ["free"], 1), 30)


def test_a_producer_tells_of_its_own_events_only(ear: Ear, sayer: Sayer) -> None:
    sayer.keep([event("forged", 1, "enrollment.seat.taken.v1")])
    ear.types.append("enrollment.seat.taken.v1")
    ear.producers["catalog"] = Forger(sayer.collections)
    compare(ear)
    assert ear.collections.retry_queue.count_documents({}) == 0


def test_queues_that_vanished_are_made_again_and_what_lay_in_them_comes_back(
    ear: Ear, sayer: Sayer, side: str, request: pytest.FixtureRequest
) -> None:
    with ear.listening():
        pass
    sayer.archive("wiped", 5, NOW)
    say(ear.bus, *versions(["wiped"], 1, 5))
    lose_queues(ear, side, request)
    with ear.listening():
        assert ear.reconciling().reconcile_page(), "at once, not when the hour is over"
        until(lambda: have_it_all(ear, ["wiped"], 5), 30)
    assert ear.of("wiped") == [1, 2, 3, 4, 5]


def test_a_loss_is_looked_into_twice_since_some_was_archived_after_it(
    ear: Ear, sayer: Sayer, side: str, request: pytest.FixtureRequest
) -> None:
    with ear.listening():
        pass
    lose_queues(ear, side, request)
    with ear.listening():
        assert ear.reconciling().reconcile_page()
        sayer.archive("late", 1, NOW)
        compare(ear)
        until(lambda: have_it_all(ear, ["late"], 1), 30)
    assert comparison(ear)["urgent"] == 0


def test_a_loss_meanwhile_has_the_comparison_begin_anew(ear: Ear, sayer: Sayer) -> None:
    make_due(ear)
    comparisons = Comparisons(ear.collections)
    under_way = comparisons.claim_due(["catalog"])
    assert under_way is not None
    comparisons.make_due(2)
    now = datetime.datetime.now(datetime.UTC)
    comparisons.complete(under_way, now, now)
    again = comparisons.claim_due(["catalog"])
    assert again is not None
    assert again.urgent == 2


def test_queues_that_are_new_are_no_loss(ear: Ear) -> None:
    with ear.listening():
        assert not ear.reconciling().reconcile_page()


def test_keys_of_queues_that_stayed_go_on_while_others_are_missed(
    ear: Ear, sayer: Sayer, side: str
) -> None:
    with ear.listening():
        pass
    lost = [key for key in KEYS if partition_of(key) == partition_of(KEYS[0])]
    say(ear.bus, *versions(KEYS, 1, 2))
    sayer.keep(versions(KEYS, 1, 2))
    lose_partitions(ear, side, {partition_of(KEYS[0])})
    with ear.listening():
        flowing = [key for key in KEYS if key not in lost]
        until(lambda: all(ear.of(key) == [1, 2] for key in flowing), 30)
        assert all(ear.of(key) == [] for key in lost)
        ear.reconciling().reconcile_page()
        until(lambda: have_it_all(ear, KEYS, 2), 30)
    assert all(ear.of(key) == [1, 2] for key in KEYS)


def test_events_are_said_again_by_hand_for_a_key_a_type_or_a_time(
    ear: Ear, sayer: Sayer
) -> None:
    sayer.archive("one", 2, DAY)
    sayer.archive("two", 2, 2 * DAY)
    day_ago = datetime.datetime.now(datetime.UTC) - 1.5 * DAY
    resends = Resends(sayer.collections, ear.bus)
    with ear.listening():
        for query, count in (
            (ArchiveQuery(key="one"), 2),
            (ArchiveQuery(types=(OTHER,)), 0),
            (ArchiveQuery(types=(TYPE,), until=day_ago), 2),
            (ArchiveQuery(since=day_ago), 2),
        ):
            id_ = resends.start_resend(query, ear.name)
            while resends.resend_page():
                pass
            resend = resends.get_progress(id_)
            assert resend is not None
            assert (resend.state, resend.done) == (DONE, count)
        said = [(key, version) for key in ("one", "two") for version in (1, 2)]
        until(lambda: sorted(ear.heard) == said, 30)


def test_a_resend_that_was_interrupted_goes_on_where_it_was(
    ear: Ear, sayer: Sayer, bus: Transport
) -> None:
    for number in range(3):
        sayer.archive(f"part{number}", PAGE // 2, (3 - number) * DAY)
    resends = Resends(sayer.collections, bus)
    with ear.listening():
        id_ = resends.start_resend(ArchiveQuery(), ear.name)
        assert resends.resend_page()
        resend = resends.get_progress(id_)
        assert resend is not None
        assert resend.state == OPEN
        after = Resends(sayer.collections, bus)
        while after.resend_page():
            pass
        resend = after.get_progress(id_)
        assert resend is not None
        assert resend.done == 3 * (PAGE // 2)
        until(lambda: len(ear.heard) == 3 * (PAGE // 2), 60)
