"""What is to be made up for a course is kept and claimed, on every engine."""

import threading

import pytest
from learning.events.to_events import to_event
from learning.store import documents
from learning.store.make_ups import FORM, StoredMakeUps

from tests.engines import Kept


@pytest.fixture
def woken() -> threading.Event:
    return threading.Event()


@pytest.fixture
def make_ups(kept: Kept, woken: threading.Event) -> StoredMakeUps:
    rows = kept.aggregates("learning", documents.MakeUpDocument, FORM, to_event)
    return StoredMakeUps(rows, woken.set)


def test_an_edition_is_begun_once_and_wakes_the_worker(
    make_ups: StoredMakeUps, woken: threading.Event
) -> None:
    make_ups.create("k1", 1)
    assert woken.is_set()
    woken.clear()
    make_ups.create("k1", 1)
    assert not woken.is_set()
    make_ups.create("k1", 2)
    assert make_ups.rows.count() == 2


def test_what_one_worker_has_in_hand_no_other_gets(make_ups: StoredMakeUps) -> None:
    make_ups.create("k1", 1)
    claimed = make_ups.claim()
    assert claimed is not None
    assert (claimed.course_id, claimed.edition, claimed.after) == ("k1", 1, "")
    assert make_ups.claim() is None


def test_it_goes_on_where_it_was_and_ends_when_nobody_is_left(
    make_ups: StoredMakeUps,
) -> None:
    make_ups.create("k1", 1)
    for reached in ("c1.li.1", "c1.wang.1"):
        claimed = make_ups.claim()
        assert claimed is not None
        make_ups.save_progress(claimed, reached, "")
    last = make_ups.claim()
    assert last is not None
    assert last.after == "c1.wang.1"
    make_ups.end_round(last)
    assert make_ups.claim() is None
    assert make_ups.rows.get(last.id).due is None


def test_it_comes_again_later_while_a_certificate_must_wait(
    make_ups: StoredMakeUps,
) -> None:
    make_ups.create("k1", 1)
    for waits in ("class c1 is not known yet", ""):
        claimed = make_ups.claim()
        assert claimed is not None
        make_ups.save_progress(claimed, "c1.li.1", waits)
    ended = make_ups.claim()
    assert ended is not None
    make_ups.end_round(ended)
    assert make_ups.claim() is None, "not at once"
    kept = make_ups.rows.get(ended.id)
    assert kept.due is not None
    assert (kept.after, kept.waits) == ("", "")


def test_who_comes_back_after_the_round_was_ended_changes_nothing(
    make_ups: StoredMakeUps,
) -> None:
    make_ups.create("k1", 1)
    slow = make_ups.claim()
    assert slow is not None
    make_ups.save_progress(slow, "c1.wang.1", "class c1 is not known yet")
    make_ups.end_round(make_ups.rows.get(slow.id))
    ended = make_ups.rows.get(slow.id)
    make_ups.save_progress(slow, "c1.wang.1", "")
    make_ups.end_round(slow)
    assert make_ups.rows.get(slow.id) == ended
    assert ended.due is not None
