"""A read model is made anew from its producer's snapshots."""

import threading
from functools import partial

import pytest
from chassis.events.envelope import Envelope, Refused
from chassis.projections.projection import ProjectedRow
from chassis.projections.rebuild import MOST_TRIES, NoSuchModel
from chassis.projections.snapshot import AT_ONCE
from notify.domain.title import Title
from notify.events.projected_rows import row_of_title

from tests.engines import Kept
from tests.messaging.rebuilt import CLASSES, Catalog, Notify


@pytest.fixture
def catalog(kept: Kept) -> Catalog:
    return Catalog(kept)


@pytest.fixture
def notify(kept: Kept, catalog: Catalog) -> Notify:
    return Notify(kept, catalog)


def test_what_is_wrong_missing_or_too_much_is_mended_and_the_sums_agree(
    catalog: Catalog, notify: Notify
) -> None:
    catalog.open(CLASSES)
    notify.fill(catalog.classes)
    whole = notify.named()
    rows = notify.titles.collection
    assert notify.rebuild() == "done"
    untouched = notify.rebuilding.get_progress("titles")
    rows.update_one({"_id": "c001"}, {"$set": {"title": "错", "source_version": 9}})
    rows.delete_one({"_id": "c002"})
    rows.insert_one({"_id": "gone", "title": "多", "source_version": 1})
    assert notify.rebuild() == "done"
    mended = notify.rebuilding.get_progress("titles")
    assert notify.named() == whole
    assert untouched.before == untouched.after == mended.after
    assert mended.before != mended.after
    assert (mended.rows, mended.removed) == (CLASSES, 1)
    assert mended.filled == mended.total == CLASSES
    assert rows.count_documents({"awaits_rebuild": {"$ne": None}}) == 0


def test_what_is_told_live_meanwhile_is_never_set_back_and_never_removed(
    catalog: Catalog, notify: Notify
) -> None:
    catalog.open(CLASSES)
    notify.fill(catalog.classes)

    def overtaken(event: Envelope) -> ProjectedRow[Title]:
        told = row_of_title(event)
        if told[0] == "c150":
            notify.titles.put_rows([("c150", 99, Title("c150", "新名"))])
            notify.titles.put_rows([("new", 1, Title("new", "刚开"))])
        return told

    notify.read = overtaken
    assert notify.rebuild() == "done"
    named = notify.named()
    assert (named["c150"], named["new"]) == ("新名", "刚开")
    assert len(named) == CLASSES + 1


def test_a_rebuild_is_stopped_after_a_page_and_goes_on_from_there(
    catalog: Catalog, notify: Notify
) -> None:
    catalog.open(CLASSES)
    seen: list[str] = []

    def stopping(event: Envelope) -> ProjectedRow[Title]:
        seen.append(event.partitionkey)
        if len(seen) == AT_ONCE + AT_ONCE // 2:
            notify.rebuilding.stop_run("titles")
        return row_of_title(event)

    notify.read = stopping
    assert notify.rebuild() == "stopped"
    assert notify.rebuilding.get_progress("titles").filled == AT_ONCE
    assert not notify.rebuilding.rebuild_page(), "nothing is done while it is stopped"
    assert notify.rebuild() == "done"
    again = seen[2 * AT_ONCE :]
    assert again[0] == f"c{AT_ONCE}", "the page that was stopped at is pulled anew"
    assert len(notify.named()) == CLASSES


def test_a_producer_that_is_away_is_asked_again(
    catalog: Catalog, notify: Notify
) -> None:
    catalog.open(3)
    catalog.producer.is_away = True
    assert notify.rebuild() == "filling"
    catalog.producer.is_away = False
    notify.let_go_on()
    assert notify.rebuild() == "done"
    assert sorted(notify.named()) == ["c000", "c001", "c002"]


def test_two_replicas_that_do_the_same_page_count_it_once(
    catalog: Catalog, notify: Notify
) -> None:
    catalog.open(3)
    calls = []

    def overtaken(event: Envelope) -> ProjectedRow[Title]:
        calls.append(event.id)
        if len(calls) == 1:
            notify.let_go_on()
            notify.rebuilding.rebuild_page()
        return row_of_title(event)

    notify.read = overtaken
    assert notify.rebuild() == "done"
    assert notify.rebuilding.get_progress("titles").filled == 3


def test_a_page_that_is_not_as_promised_ends_the_rebuild_with_the_reason(
    catalog: Catalog, notify: Notify
) -> None:
    catalog.open(3)

    def refused(event: Envelope) -> ProjectedRow[Title]:
        raise Refused(f"{event.partitionkey} has no title")

    notify.read = refused
    assert notify.rebuild() == "failed"
    assert "catalog: c000 has no title" in notify.rebuilding.get_progress("titles").why
    notify.read = row_of_title
    assert notify.rebuild() == "done"
    assert len(notify.named()) == 3


def test_a_model_nobody_has_is_refused_with_those_there_are(notify: Notify) -> None:
    for ask in (notify.rebuilding.start_run, notify.rebuilding.stop_run):
        with pytest.raises(NoSuchModel, match=r"notify has no read model 'x'.*titles"):
            ask("x")


def test_a_model_never_rebuilt_says_so(notify: Notify) -> None:
    [progress] = notify.rebuilding.all_progress()
    assert (progress.model, progress.state, progress.asks) == (
        "titles", "", ["catalog"],
    )  # fmt: skip


def test_two_who_start_at_once_start_one(catalog: Catalog, notify: Notify) -> None:
    catalog.open(1)
    starts = [partial(notify.rebuilding.start_run, "titles")] * 8
    threads = [threading.Thread(target=start) for start in starts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert notify.collections.rebuilds.count_documents({}) == 1
    assert notify.rebuild() == "done"


def test_a_producer_without_anything_empties_no_model(
    catalog: Catalog, notify: Notify
) -> None:
    catalog.open(3)
    notify.fill(catalog.classes)
    catalog.classes.collection.delete_many({})
    assert notify.rebuild() == "failed"
    assert len(notify.named()) == 3


def test_a_producer_that_cannot_tell_a_type_ends_the_rebuild(
    catalog: Catalog, notify: Notify
) -> None:
    catalog.open(3)
    notify.fill(catalog.classes)
    catalog.snapshots.sources.clear()
    assert notify.rebuild() == "failed"
    assert "catalog.class.opened" in notify.rebuilding.get_progress("titles").why
    assert len(notify.named()) == 3


def test_what_cannot_be_worded_ends_the_rebuild_with_the_reason(
    catalog: Catalog, notify: Notify
) -> None:
    catalog.open(2)
    catalog.classes.collection.update_one({"_id": "c001"}, {"$set": {"title": ""}})
    assert notify.rebuild() == "failed"
    assert "data/title" in notify.rebuilding.get_progress("titles").why


def test_a_producer_that_never_answers_is_given_up(
    catalog: Catalog, notify: Notify
) -> None:
    catalog.producer.is_away = True
    notify.rebuild()
    for _ in range(MOST_TRIES):
        notify.let_go_on()
        notify.rebuilding.rebuild_page()
    assert notify.state() == "failed"
