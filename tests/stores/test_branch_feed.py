"""The feeds of branches are read without gaps while many write, on every engine."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from enrollment.domain.branch_feed import (
    FeedEntry,
    FeedEvent,
    PlacedEvent,
    cut_at_gap,
)
from enrollment.store.feeds import KEPT_SECONDS, PAGE_BYTES, StoredFeeds
from enrollment.usecases.read_feed import ReadFeed

from tests.engines import Kept
from tests.unit.enrollment.fakes import FakePeople, Steps

WRITERS, BATCHES, OF_EACH = 6, 8, 5
NOW = "2026-11-30T08:00:00.000+00:00"


class NoGroups:
    """Nobody has two records."""

    def find_groups(self, person_ids: object) -> dict[str, tuple[str, ...]]:
        assert isinstance(person_ids, list)
        return {id_: (id_,) for id_ in person_ids}


def placed(id_: str, branch: str = "dc") -> PlacedEvent:
    event = FeedEvent(id_, "enrollment.receipt.issued.v1", NOW, {}, "", branch)
    return PlacedEvent(event, branch)


@pytest.fixture
def feeds(kept: Kept) -> StoredFeeds:
    feeds = StoredFeeds(kept.database("enrollment"))
    feeds.declare_indexes()
    return feeds


def numbers(entries: list[FeedEntry]) -> list[int]:
    return [entry.number for entry in entries]


def ids(entries: list[FeedEntry]) -> list[str]:
    return [entry.event.id for entry in entries]


def test_numbers_rise_by_one_in_each_feed(feeds: StoredFeeds) -> None:
    feeds.append_events("dc", [placed("a"), placed("b")])
    feeds.append_events("xc", [placed("a", "xc")])
    feeds.append_events("dc", [placed("c")])
    assert numbers(feeds.find_after("dc", 0, 10)) == [1, 2, 3]
    assert ids(feeds.find_after("dc", 1, 1)) == ["b"]
    assert numbers(feeds.find_after("xc", 0, 10)) == [1]


def test_an_event_that_comes_again_changes_nothing(feeds: StoredFeeds) -> None:
    feeds.append_events("dc", [placed("a"), placed("b")])
    feeds.append_events("dc", [placed("b"), placed("c"), placed("a")])
    assert ids(feeds.find_after("dc", 0, 10)) == ["a", "b", "c"]


def test_a_feed_read_while_many_write_has_everything_once_and_in_order(
    feeds: StoredFeeds,
) -> None:
    read = ReadFeed(feeds, FakePeople(Steps()), NoGroups())
    everything = {
        f"w{writer}.{batch}.{place}"
        for writer in range(WRITERS)
        for batch in range(BATCHES)
        for place in range(OF_EACH)
    }
    done = threading.Event()

    def write(writer: int) -> None:
        for batch in range(BATCHES):
            new = [placed(f"w{writer}.{batch}.{place}") for place in range(OF_EACH)]
            feeds.append_events("dc", new)
            feeds.append_events("dc", new)  # as an event that is handled again

    def follow() -> list[FeedEntry]:
        seen: list[FeedEntry] = []
        after, over = 0, False
        while True:
            page = read("dc", after, 7)
            seen += [entry for entry, _ in page.entries]
            after = page.next
            if over and not page.entries:
                return seen
            over = done.is_set()

    with ThreadPoolExecutor(WRITERS + 2) as pool:
        readers = [pool.submit(follow) for _ in range(2)]
        for writing in [pool.submit(write, writer) for writer in range(WRITERS)]:
            writing.result()
        done.set()
        seen = [reader.result() for reader in readers]
    for entries in seen:
        assert numbers(entries) == list(range(1, len(everything) + 1))
        assert set(ids(entries)) == everything


def test_a_moment_divides_a_feed(feeds: StoredFeeds) -> None:
    feeds.append_events("dc", [placed("a")])
    [first] = feeds.find_after("dc", 0, 1)
    feeds.append_events("dc", [placed("b")])
    [second] = feeds.find_after("dc", 1, 1)
    assert feeds.get_number_before("dc", first.added) == 0
    assert feeds.get_number_before("dc", second.added) in (0, 1)
    assert feeds.get_number_before("dc", second.added + 1) == 2
    assert feeds.get_number_before("xc", 0.0) == 0


def test_a_moment_is_found_by_an_index_alone(feeds: StoredFeeds) -> None:
    keys = [index["key"] for index in feeds.entries.index_information().values()]
    assert [("branch_id", 1), ("added", 1), ("number", 1)] in keys


def large(id_: str, size: int) -> PlacedEvent:
    one = placed(id_)
    return replace(one, event=replace(one.event, data={"rows": "x" * size}))


def test_a_page_ends_where_it_would_be_too_large(feeds: StoredFeeds) -> None:
    third = PAGE_BYTES // 3
    sizes = {"a": third, "b": third, "c": third, "d": 2 * PAGE_BYTES, "e": 1}
    for id_, size in sizes.items():
        feeds.append_events("dc", [large(id_, size)])
    assert numbers(feeds.find_after("dc", 0, 10)) == [1, 2]
    assert numbers(feeds.find_after("dc", 2, 10)) == [3]
    assert numbers(feeds.find_after("dc", 3, 10)) == [4], "one at least"
    assert numbers(feeds.find_after("dc", 4, 10)) == [5]


def test_a_clock_that_goes_back_does_not_mix_the_moments(feeds: StoredFeeds) -> None:
    feeds.append_events("dc", [placed("a")])
    ahead = feeds.find_after("dc", 0, 1)[0].added + 3600
    feeds.entries.update_one({"branch_id": "dc"}, {"$set": {"added": ahead}})
    feeds.append_events("dc", [placed("b")])
    assert [entry.added for entry in feeds.find_after("dc", 0, 2)] == [ahead, ahead]


def test_what_is_old_is_cleared_and_no_number_comes_twice(feeds: StoredFeeds) -> None:
    feeds.open_feeds(["dc"])
    feeds.append_events("dc", [placed("a"), placed("b"), placed("c")])
    newest = feeds.find_after("dc", 2, 1)[0].added
    feeds.clear_old(newest + KEPT_SECONDS + 1)
    assert numbers(feeds.find_after("dc", 0, 10)) == [3]
    assert feeds.get_first_number("dc") == 3
    feeds.append_events("dc", [placed("d")])
    assert numbers(feeds.find_after("dc", 0, 10)) == [3, 4]


def test_a_feed_is_open_once_it_is_asked_for(feeds: StoredFeeds) -> None:
    feeds.open_feeds(["dc"])
    feeds.open_feeds(["dc", "xc"])
    assert feeds.find_open(["dc", "xc", "bj"]).keys() == {"dc", "xc"}


def test_a_feed_that_began_earlier_keeps_that_moment(feeds: StoredFeeds) -> None:
    feeds.open_feeds(["dc"], {"dc": 5.0})
    feeds.open_feeds(["dc"], {"dc": 3.0})
    assert feeds.find_open(["dc"]) == {"dc": 5.0}


def test_what_lies_behind_a_gap_is_not_read_yet() -> None:
    entry = FeedEntry("dc", 4, 0.0, placed("a"))
    after_gap = [entry, replace(entry, number=5), replace(entry, number=7)]
    assert numbers(cut_at_gap(after_gap)) == [4, 5]
