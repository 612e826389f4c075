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

from tests.messaging.consuming import OTHER, TYPE, ConsumingService, event, say
from tests.messaging.publishing import PublishingService, lose_partitions, lose_queues
from tests.messaging.pulled import LocalProducer
from tests.platform.running import until

DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
NOW = datetime.timedelta(0)
ALL = set(range(16))
KEYS = ("ada", "bo", "cy", "di", "eve")


@pytest.fixture(autouse=True)
def _knows_its_producer(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    consuming.producers["catalog"] = publishing.producer


class Forger(LocalProducer):
    """A producer that sends whatever it likes."""

    def __call__(
        self, what: str, types: Sequence[str], after: str, until: str
    ) -> EventPage:
        return super().__call__(what, ["enrollment.seat.taken.v1"], after, until)


def versions(keys: Iterable[str], first: int, last: int) -> list[Envelope]:
    """Of each key, in order."""
    return [event(key, n) for n in range(first, last + 1) for key in keys]


def make_due(consuming: ConsumingService, **fields: object) -> None:
    """As if the time of the next comparison had come."""
    consuming.reconciling().note_queues(set())
    consuming.collections.comparisons.update_many(
        {}, {"$set": {"work_due": 0.0, **fields}}
    )


def let_retry(consuming: ConsumingService) -> None:
    """As if all pauses of the retry queue were over."""
    consuming.collections.retry_queue.update_many({}, {"$set": {"due": 0.0}})


def comparison(consuming: ConsumingService) -> dict[str, object]:
    return consuming.collections.comparisons.find_one({"_id": "catalog"}) or {}


def have_it_all(consuming: ConsumingService, keys: Iterable[str], last: int) -> bool:
    """Whether of every key each version was handled, after any pause."""
    let_retry(consuming)
    return all(set(consuming.of(key)) == set(range(1, last + 1)) for key in keys)


def compare(consuming: ConsumingService) -> None:
    """One comparison that is due now."""
    make_due(consuming)
    assert consuming.reconciling().reconcile_page()


def test_a_comparison_brings_what_never_came_and_nothing_else(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    publishing.archive("gap", 3, DAY)
    publishing.archive("old", 1, 30 * DAY)
    with consuming.listening():
        say(consuming.bus, event("gap", 2))
        until(lambda: consuming.of("gap") == [2], 30)
        compare(consuming)
        until(lambda: have_it_all(consuming, ["gap"], 3), 30)
    assert sorted(consuming.of("gap")) == [1, 2, 3]
    assert consuming.of("old") == []


def test_what_a_comparison_brings_is_handled_in_the_order_of_its_versions(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    publishing.keep(reversed(versions(KEYS, 1, 4)), DAY)
    compare(consuming)
    say_later = versions(KEYS, 5, 6)
    with consuming.listening():
        say(consuming.bus, *say_later)
        until(lambda: have_it_all(consuming, KEYS, 6), 30)
    assert all(consuming.of(key) == [1, 2, 3, 4, 5, 6] for key in KEYS)


def test_what_comes_by_the_bus_too_is_handled_once(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    consuming.bus.open_subscriber(consuming.name, consuming.types).close()
    publishing.keep(versions(KEYS, 1, 3))
    say(consuming.bus, *versions(KEYS, 1, 3))
    compare(consuming)
    with consuming.listening():
        until(lambda: have_it_all(consuming, KEYS, 3), 30)
        until(lambda: consuming.collections.retry_queue.count_documents({}) == 0, 30)
    assert all(consuming.of(key) == [1, 2, 3] for key in KEYS)


def test_a_comparison_of_many_comes_in_pages(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    for number in range(3):
        publishing.archive(f"many{number}", PAGE // 2, DAY - number * HOUR)
    compare(consuming)
    assert len(publishing.producer.asked) == 2
    with consuming.listening():
        until(
            lambda: have_it_all(consuming, ["many0", "many1", "many2"], PAGE // 2), 60
        )
    assert len(set(consuming.heard)) == len(consuming.heard) == 3 * (PAGE // 2)


def test_a_comparison_begins_where_the_last_one_ended_and_once_a_day_a_week_back(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    for fields in ({}, {}, {"whole_due": 0.0}):
        make_due(consuming, **fields)
        consuming.reconciling().reconcile_page()
    now = datetime.datetime.now(datetime.UTC)
    first, second, third = (now - since for since in publishing.producer.asked)
    assert first > LOOK_BACK - HOUR
    assert HOUR < second < 2 * HOUR
    assert third > LOOK_BACK - HOUR


def test_nothing_is_compared_before_its_time(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    assert not consuming.reconciling().reconcile_page()
    assert publishing.producer.asked == []


def test_what_may_be_on_its_way_is_not_taken_for_missing(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    publishing.archive("under way", 1, NOW)
    compare(consuming)
    assert consuming.collections.retry_queue.count_documents({}) == 0
    assert comparison(consuming)["complete_until"] is not None


def test_a_service_that_is_behind_does_not_take_its_backlog_for_missing(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    consuming.bus.open_subscriber(consuming.name, consuming.types).close()
    backlog = [event(f"k{n}", 1) for n in range(BACKLOG + 1)]
    say(consuming.bus, *backlog)
    publishing.keep(backlog)
    compare(consuming)
    assert publishing.producer.asked == []
    assert consuming.collections.retry_queue.count_documents({}) == 0


def test_a_producer_that_is_away_is_asked_again_after_growing_pauses(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    publishing.producer.is_away = True
    pauses = []
    for _ in range(4):
        before = datetime.datetime.now(datetime.UTC).timestamp()
        compare(consuming)
        pauses.append(float(str(comparison(consuming)["work_due"])) - before)
    assert pauses == sorted(pauses)
    assert comparison(consuming)["work_tries"] == 4
    publishing.producer.is_away = False
    compare(consuming)
    assert comparison(consuming)["work_tries"] == 0


def test_a_full_sequence_keeps_nobody_elses_events_away(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    RetryQueue(consuming.collections).line_up(
        [event("full", n) for n in range(1, LONGEST + 1)], "test"
    )
    consuming.collections.retry_queue.update_one(
        {"_id": "full"}, {"$set": {"state": "parked"}}
    )
    publishing.keep([event("full", LONGEST + 1), event("free", 1)])
    compare(consuming)
    assert comparison(consuming)["complete_until"] is None, "it is compared again"
    with consuming.listening():
        until(lambda: have_it_all(consuming, ["free"], 1), 30)


def test_a_producer_tells_of_its_own_events_only(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    publishing.keep([event("forged", 1, "enrollment.seat.taken.v1")])
    consuming.types.append("enrollment.seat.taken.v1")
    consuming.producers["catalog"] = Forger(publishing.collections)
    compare(consuming)
    assert consuming.collections.retry_queue.count_documents({}) == 0


def test_queues_that_vanished_are_made_again_and_what_lay_in_them_comes_back(
    consuming: ConsumingService,
    publishing: PublishingService,
    side: str,
    request: pytest.FixtureRequest,
) -> None:
    with consuming.listening():
        pass
    publishing.archive("wiped", 5, NOW)
    say(consuming.bus, *versions(["wiped"], 1, 5))
    lose_queues(consuming, side, request)
    with consuming.listening():
        assert consuming.reconciling().reconcile_page(), (
            "at once, not when the hour is over"
        )
        until(lambda: have_it_all(consuming, ["wiped"], 5), 30)
    assert consuming.of("wiped") == [1, 2, 3, 4, 5]


def test_a_loss_is_looked_into_twice_since_some_was_archived_after_it(
    consuming: ConsumingService,
    publishing: PublishingService,
    side: str,
    request: pytest.FixtureRequest,
) -> None:
    with consuming.listening():
        pass
    lose_queues(consuming, side, request)
    with consuming.listening():
        assert consuming.reconciling().reconcile_page()
        publishing.archive("late", 1, NOW)
        compare(consuming)
        until(lambda: have_it_all(consuming, ["late"], 1), 30)
    assert comparison(consuming)["urgent"] == 0


def test_a_loss_meanwhile_has_the_comparison_begin_anew(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    make_due(consuming)
    comparisons = Comparisons(consuming.collections)
    under_way = comparisons.claim_due(["catalog"])
    assert under_way is not None
    comparisons.make_due(2)
    now = datetime.datetime.now(datetime.UTC)
    comparisons.complete(under_way, now, now)
    again = comparisons.claim_due(["catalog"])
    assert again is not None
    assert again.urgent == 2


def test_queues_that_are_new_are_no_loss(consuming: ConsumingService) -> None:
    with consuming.listening():
        assert not consuming.reconciling().reconcile_page()


def test_keys_of_queues_that_stayed_go_on_while_others_are_missed(
    consuming: ConsumingService, publishing: PublishingService, side: str
) -> None:
    with consuming.listening():
        pass
    lost = [key for key in KEYS if partition_of(key) == partition_of(KEYS[0])]
    say(consuming.bus, *versions(KEYS, 1, 2))
    publishing.keep(versions(KEYS, 1, 2))
    lose_partitions(consuming, side, {partition_of(KEYS[0])})
    with consuming.listening():
        flowing = [key for key in KEYS if key not in lost]
        until(lambda: all(consuming.of(key) == [1, 2] for key in flowing), 30)
        assert all(consuming.of(key) == [] for key in lost)
        consuming.reconciling().reconcile_page()
        until(lambda: have_it_all(consuming, KEYS, 2), 30)
    assert all(consuming.of(key) == [1, 2] for key in KEYS)


def test_events_are_said_again_by_hand_for_a_key_a_type_or_a_time(
    consuming: ConsumingService, publishing: PublishingService
) -> None:
    publishing.archive("one", 2, DAY)
    publishing.archive("two", 2, 2 * DAY)
    day_ago = datetime.datetime.now(datetime.UTC) - 1.5 * DAY
    resends = Resends(publishing.collections, consuming.bus)
    with consuming.listening():
        for query, count in (
            (ArchiveQuery(key="one"), 2),
            (ArchiveQuery(types=(OTHER,)), 0),
            (ArchiveQuery(types=(TYPE,), until=day_ago), 2),
            (ArchiveQuery(since=day_ago), 2),
        ):
            id_ = resends.start_resend(query, consuming.name)
            while resends.resend_page():
                pass
            resend = resends.get_progress(id_)
            assert resend is not None
            assert (resend.state, resend.done) == (DONE, count)
        said = [(key, version) for key in ("one", "two") for version in (1, 2)]
        until(lambda: sorted(consuming.heard) == said, 30)


def test_a_resend_that_was_interrupted_goes_on_where_it_was(
    consuming: ConsumingService, publishing: PublishingService, bus: Transport
) -> None:
    for number in range(3):
        publishing.archive(f"part{number}", PAGE // 2, (3 - number) * DAY)
    resends = Resends(publishing.collections, bus)
    with consuming.listening():
        id_ = resends.start_resend(ArchiveQuery(), consuming.name)
        assert resends.resend_page()
        resend = resends.get_progress(id_)
        assert resend is not None
        assert resend.state == OPEN
        after = Resends(publishing.collections, bus)
        while after.resend_page():
            pass
        resend = after.get_progress(id_)
        assert resend is not None
        assert resend.done == 3 * (PAGE // 2)
        until(lambda: len(consuming.heard) == 3 * (PAGE // 2), 60)
