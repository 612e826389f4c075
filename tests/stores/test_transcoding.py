"""Editions wait for a transcoder and are leased to one, on every engine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from media.domain.lecture import DELETED, FAILED, READY, TRANSCODING, Edition
from media.domain.probed import Picture, Probed
from media.events.to_events import to_event
from media.objects.directory import DirectoryObjects
from media.store import documents
from media.store.editions import EDITION_FORM, StoredEditions
from media.store.job_leases import LeaseTerms, StoredJobLease
from media.usecases.ports import LeaseLost, Stopping

from tests.engines import Kept
from tests.stores.rows import let_lapse

EDITION = Edition("v1", 1, "触电急救", "sources/v1/u1", 61.5, 1000)
NOW = 1_700_000_000.0


@pytest.fixture
def stopping() -> threading.Event:
    return threading.Event()


@pytest.fixture
def editions(kept: Kept, tmp_path: Path, stopping: threading.Event) -> StoredEditions:
    rows = kept.aggregates("media", documents.EditionDocument, EDITION_FORM, to_event)
    return StoredEditions(rows, DirectoryObjects(tmp_path), LeaseTerms(stopping.is_set))


def queue(
    editions: StoredEditions, edition: Edition = EDITION, at: float = NOW
) -> None:
    editions.create(edition, edition.creation_events())
    editions.change(edition.id, lambda held: held.queue_making(at))


def claimed(editions: StoredEditions, longest: float | None = None) -> str | None:
    """The id of the one that was claimed, and begun."""
    hold = editions.claim(longest)
    if hold is not None:
        editions.change(hold.id, lambda held: held.begin_try(NOW))
    return hold.id if hold else None


def fence(editions: StoredEditions, id_: str = "v1.1") -> int:
    edition = editions.get(id_)
    assert edition is not None
    return edition.job.fence


def due(editions: StoredEditions) -> float | None:
    found = editions.rows.collection.find_one({"_id": "v1.1"}) or {}
    moment: float | None = found["work_due"]
    return moment


@contextmanager
def held(editions: StoredEditions) -> Iterator[StoredJobLease]:
    hold = editions.claim(None)
    assert hold is not None
    with hold.renew_often():
        yield hold


def long(number: int, seconds: float) -> Edition:
    """A lecture in full motion, made in about its own length."""
    picture = Picture(0, 1920, 1080, 25.0, 0.0, seconds)
    probed = Probed(seconds, picture)
    return replace(EDITION, number=number, seconds=seconds, probed=probed)


def test_an_edition_is_claimed_once_it_was_started(editions: StoredEditions) -> None:
    editions.create(EDITION, EDITION.creation_events())
    assert editions.claim(None) is None
    editions.change("v1.1", lambda held: held.queue_making(NOW))
    assert claimed(editions) == "v1.1"
    assert claimed(editions) is None


def test_editions_are_claimed_in_the_order_of_their_coming(
    editions: StoredEditions,
) -> None:
    for place, number in enumerate((2, 1, 3)):
        queue(editions, replace(EDITION, number=number), NOW + place)
    assert [claimed(editions) for _ in range(3)] == ["v1.2", "v1.1", "v1.3"]


def test_a_short_lecture_goes_before_a_long_one_that_came_first(
    editions: StoredEditions,
) -> None:
    queue(editions, long(1, 3600.0), NOW)
    queue(editions, long(2, 60.0), NOW + 1800)
    assert [claimed(editions) for _ in range(2)] == ["v1.2", "v1.1"]


def test_a_long_lecture_waits_only_for_what_came_within_its_own_length(
    editions: StoredEditions,
) -> None:
    queue(editions, long(1, 3600.0), NOW)
    for number in range(2, 5):
        queue(editions, long(number, 60.0), NOW + 2400 * (number - 1))
    assert [claimed(editions) for _ in range(4)] == ["v1.2", "v1.1", "v1.3", "v1.4"]


def test_a_worker_for_short_lectures_leaves_long_ones(
    editions: StoredEditions,
) -> None:
    queue(editions, long(1, 3600.0), NOW)
    assert claimed(editions, 120.0) is None
    queue(editions, long(2, 60.0), NOW + 1800)
    assert claimed(editions, 120.0) == "v1.2"


def test_who_waits_is_told_how_many_are_ahead(editions: StoredEditions) -> None:
    for number in (1, 2, 3):
        queue(editions, replace(EDITION, number=number), NOW + number)
    claimed(editions)
    places = [
        editions.get_waiting_place(edition)
        for edition in editions.find_by_lecture("v1")
    ]
    assert places == [0, 1, 2]


def test_a_lease_that_ran_out_goes_to_the_next_with_the_worker_told_as_gone(
    editions: StoredEditions,
) -> None:
    queue(editions)
    claimed(editions)
    let_lapse(editions.rows, "v1.1")
    assert claimed(editions) == "v1.1"
    edition = editions.get("v1.1")
    assert edition is not None
    assert (edition.job.tries, edition.job.cause) == (1, "worker-gone")


def test_a_hold_that_was_taken_over_is_lost_and_the_new_one_is_not(
    editions: StoredEditions,
) -> None:
    queue(editions)
    with held(editions) as first:
        first.ensure_ours_in_store()
        let_lapse(editions.rows, "v1.1")
        with held(editions) as second:
            with pytest.raises(LeaseLost):
                first.ensure_ours_in_store()
            second.ensure_ours_in_store()


def test_whoever_lost_it_neither_breaks_it_off_nor_gives_it_back(
    editions: StoredEditions,
) -> None:
    queue(editions)
    claimed(editions)
    old = fence(editions)
    let_lapse(editions.rows, "v1.1")
    claimed(editions)
    editions.change("v1.1", lambda held: held.interrupt_try(old, "killed", NOW))
    editions.change("v1.1", lambda held: held.give_back(old, NOW))
    editions.change("v1.1", lambda held: held.note_progress(old, 50))
    edition = editions.get("v1.1")
    assert edition is not None
    assert (edition.job.is_held, edition.job.tries, edition.percent) == (True, 1, 0)


def test_whoever_made_it_before_it_was_cancelled_and_tried_again_ends_nothing(
    editions: StoredEditions,
) -> None:
    queue(editions)
    claimed(editions)
    old = fence(editions)
    editions.change("v1.1", Edition.cancel_making)
    editions.change("v1.1", lambda held: held.retry_making(NOW))
    for _ in range(2):
        editions.change("v1.1", lambda held: held.finish_try(old, ("360p",), 61.5))
        editions.change("v1.1", lambda held: held.fail_try(old, "not-video"))
        edition = editions.get("v1.1")
        assert edition is not None
        assert (edition.state, edition.renditions) == (TRANSCODING, ())
        claimed(editions)
    assert fence(editions) == old + 1


def test_a_hold_is_lost_once_the_making_is_cancelled_and_stays_out_of_the_line(
    editions: StoredEditions,
) -> None:
    queue(editions)
    with held(editions) as hold:
        editions.change("v1.1", Edition.cancel_making)
        with pytest.raises(LeaseLost):
            hold.ensure_ours_in_store()
    assert due(editions) is None
    assert editions.claim(None) is None


def test_a_hold_says_that_the_process_stops(
    editions: StoredEditions, stopping: threading.Event
) -> None:
    queue(editions)
    with held(editions) as hold:
        hold.ensure_ours()
        stopping.set()
        with pytest.raises(Stopping):
            hold.ensure_ours()


def test_what_is_given_back_is_there_at_once_and_nothing_is_counted(
    editions: StoredEditions,
) -> None:
    queue(editions)
    claimed(editions)
    editions.change("v1.1", lambda held: held.give_back(fence(editions), NOW))
    assert claimed(editions) == "v1.1"
    edition = editions.get("v1.1")
    assert edition is not None
    assert edition.job.tries == 0


def test_what_broke_off_waits_for_its_next_try(editions: StoredEditions) -> None:
    queue(editions)
    claimed(editions)
    editions.change(
        "v1.1", lambda held: held.interrupt_try(fence(editions), "killed", NOW)
    )
    assert due(editions) == NOW + 2.0


def test_progress_leaves_the_lease_as_it_was(editions: StoredEditions) -> None:
    queue(editions)
    claimed(editions)
    before = due(editions)
    editions.change("v1.1", lambda held: held.note_progress(fence(editions), 20))
    assert due(editions) == before


def test_a_finished_or_failed_edition_is_not_claimed(editions: StoredEditions) -> None:
    for number in (1, 2):
        queue(editions, replace(EDITION, number=number))
        claimed(editions)
    editions.change("v1.1", lambda held: held.finish_try(1, ("360p", "720p"), 61.5))
    editions.change("v1.2", lambda held: held.fail_try(1, "no-picture"))
    assert [edition.state for edition in editions.find_by_lecture("v1")] == [
        READY,
        FAILED,
    ]
    assert editions.claim(None) is None


def test_a_deleted_edition_is_claimed_to_be_cleared_away_until_it_is(
    editions: StoredEditions,
) -> None:
    editions.create(replace(EDITION, state=READY), ())
    assert editions.claim_deleted() is None
    editions.change("v1.1", lambda held: held.delete(NOW))
    assert editions.claim(None) is None
    assert editions.claim_deleted() is not None
    let_lapse(editions.rows, "v1.1")
    assert editions.claim_deleted() is not None
    editions.change("v1.1", Edition.clear_bytes)
    assert due(editions) is None
    assert [edition.state for edition in editions.find_by_lecture("v1")] == [DELETED]
