"""Editions wait for a transcoder and are leased to one, on every engine."""

from dataclasses import replace
from pathlib import Path

import pytest
from chassis.objects.directory import DirectoryObjects
from media.domain.lecture import Edition
from media.events.published import word
from media.store import documents
from media.store.uploads import EDITION_FORM, StoredEditions

from tests.engines import Kept
from tests.stores.rows import let_lapse

EDITION = Edition("v1", 1, "触电急救", "sources/v1/u1", 61.5, 1000)


@pytest.fixture
def editions(kept: Kept, tmp_path: Path) -> StoredEditions:
    rows = kept.aggregates("media", documents.EditionDocument, EDITION_FORM, word)
    return StoredEditions(rows, DirectoryObjects(tmp_path))


def queue(editions: StoredEditions, edition: Edition = EDITION) -> None:
    editions.add(edition)
    editions.change(edition.id, Edition.start)
    editions.make_due(edition.id)


def lease(editions: StoredEditions) -> tuple[float, int]:
    found = editions.rows.collection.find_one({"_id": "v1.1"}) or {}
    return found["work_due"], found["work_tries"]


def test_an_edition_is_claimed_once_it_was_started_and_made_due(
    editions: StoredEditions,
) -> None:
    editions.add(EDITION)
    editions.make_due("v1.1")
    assert editions.claim() is None
    editions.change("v1.1", Edition.start)
    assert editions.claim() is None
    editions.make_due("v1.1")
    assert editions.claim() == ("v1.1", 1)


def test_a_claimed_edition_is_not_given_to_another_worker(
    editions: StoredEditions,
) -> None:
    queue(editions)
    editions.claim()
    assert editions.claim() is None


def test_the_edition_due_first_is_claimed_first(editions: StoredEditions) -> None:
    for number in (2, 1, 3):
        queue(editions, replace(EDITION, number=number))
    claimed = [editions.claim() for _ in range(3)]
    assert claimed == [("v1.2", 1), ("v1.1", 1), ("v1.3", 1)]


def test_making_a_claimed_edition_due_does_not_break_its_lease(
    editions: StoredEditions,
) -> None:
    queue(editions)
    editions.claim()
    editions.make_due("v1.1")
    assert editions.claim() is None


def test_progress_leaves_the_lease_as_it_was(editions: StoredEditions) -> None:
    queue(editions)
    editions.claim()
    before = lease(editions)
    editions.change("v1.1", lambda held: held.progress(20))
    assert lease(editions) == before
    assert editions.renew("v1.1", 1)


def test_a_lease_that_ran_out_goes_to_the_next_with_the_try_counted(
    editions: StoredEditions,
) -> None:
    queue(editions)
    editions.claim()
    let_lapse(editions.rows, "v1.1")
    assert editions.claim() == ("v1.1", 2)


def test_a_renewed_lease_is_kept(editions: StoredEditions) -> None:
    queue(editions)
    editions.claim()
    let_lapse(editions.rows, "v1.1")
    assert editions.renew("v1.1", 1)
    assert editions.claim() is None


def test_a_worker_that_was_taken_over_from_cannot_renew(
    editions: StoredEditions,
) -> None:
    queue(editions)
    editions.claim()
    let_lapse(editions.rows, "v1.1")
    editions.claim()
    assert not editions.renew("v1.1", 1)
    assert editions.renew("v1.1", 2)
    assert not editions.renew("v1.2", 1)


def test_a_finished_or_failed_edition_is_not_claimed(editions: StoredEditions) -> None:
    for number in (1, 2):
        queue(editions, replace(EDITION, number=number))
    editions.change("v1.1", lambda held: held.finish(("360p", "720p"), 61.5))
    editions.change("v1.2", lambda held: held.fail("没有画面"))
    for id_ in ("v1.1", "v1.2"):
        editions.make_due(id_)
    assert editions.claim() is None
