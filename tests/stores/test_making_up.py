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
def making_up(kept: Kept, woken: threading.Event) -> StoredMakeUps:
    rows = kept.aggregates("learning", documents.MakeUpDocument, FORM, to_event)
    return StoredMakeUps(rows, woken.set)


def test_an_edition_is_begun_once_and_wakes_the_worker(
    making_up: StoredMakeUps, woken: threading.Event
) -> None:
    making_up.create("k1", 1)
    assert woken.is_set()
    woken.clear()
    making_up.create("k1", 1)
    assert not woken.is_set()
    making_up.create("k1", 2)
    assert making_up.rows.count() == 2


def test_what_one_worker_has_in_hand_no_other_gets(making_up: StoredMakeUps) -> None:
    making_up.create("k1", 1)
    claimed = making_up.claim()
    assert claimed is not None
    assert (claimed.course_id, claimed.edition, claimed.after) == ("k1", 1, "")
    assert making_up.claim() is None


def test_it_goes_on_where_it_was_and_ends_when_nobody_is_left(
    making_up: StoredMakeUps,
) -> None:
    making_up.create("k1", 1)
    for reached in ("c1.li.1", "c1.wang.1"):
        claimed = making_up.claim()
        assert claimed is not None
        making_up.save_progress(claimed, reached, "")
    last = making_up.claim()
    assert last is not None
    assert last.after == "c1.wang.1"
    making_up.end_round(last)
    assert making_up.claim() is None
    assert making_up.rows.get(last.id).due is None


def test_it_comes_again_later_while_a_certificate_must_wait(
    making_up: StoredMakeUps,
) -> None:
    making_up.create("k1", 1)
    for waits in ("class c1 is not heard of yet", ""):
        claimed = making_up.claim()
        assert claimed is not None
        making_up.save_progress(claimed, "c1.li.1", waits)
    ended = making_up.claim()
    assert ended is not None
    making_up.end_round(ended)
    assert making_up.claim() is None, "not at once"
    kept = making_up.rows.get(ended.id)
    assert kept.due is not None
    assert (kept.after, kept.waits) == ("", "")


def test_who_comes_back_after_the_round_was_ended_changes_nothing(
    making_up: StoredMakeUps,
) -> None:
    making_up.create("k1", 1)
    slow = making_up.claim()
    assert slow is not None
    making_up.save_progress(slow, "c1.wang.1", "class c1 is not heard of yet")
    making_up.end_round(making_up.rows.get(slow.id))
    ended = making_up.rows.get(slow.id)
    making_up.save_progress(slow, "c1.wang.1", "")
    making_up.end_round(slow)
    assert making_up.rows.get(slow.id) == ended
    assert ended.due is not None
