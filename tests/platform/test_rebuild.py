"""Every read model of the platform is made anew from its producers, and is the same."""

from pathlib import Path
from typing import Any

import pytest
from biyong.door import Door
from biyong.operating import ThroughGateway
from chassis.operations.console import EventConsole
from chassis.projections.projection import BOOKKEEPING

from tests.platform import chain, rosters
from tests.platform.running import Platform, until
from tests.platform.test_operations import biyong, page

MODELS = (
    ("catalog", "lectures"),
    ("enrollment", "courses"),
    ("enrollment", "finished_classes"),
    ("enrollment", "watched"),
    ("learning", "aliases"),
    ("learning", "classes"),
    ("learning", "courses"),
    ("learning", "seats"),
    ("learning", "watched"),
    ("media", "aliases"),
    ("media", "courses"),
    ("media", "seats"),
    ("notify", "aliases"),
    ("notify", "cancellations"),
    ("notify", "seats"),
    ("notify", "titles"),
)


@pytest.fixture(scope="module", autouse=True)
def watched(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A lecture is watched to its end, another seat given up again, people merged."""
    course = chain.publish_course(platform, Path(tmp_path_factory.mktemp("rebuild")))
    officer = platform.door("shi")
    first, second = rosters.rows(2, course.class_id)
    rows = [{**first, "email": "rebuild@biyong.example"}, second]
    rosters.put(officer, "rebuild.1", rows)
    outcomes = until(lambda: rosters.receipt(officer, "rebuild.1"), 30)
    given_up = f"/api/enrollment/enrolments/{outcomes[1]['enrolment_id']}"
    officer.call("DELETE", given_up, object)
    trainee = chain.take_up_invitation(platform, "rebuild@biyong.example")
    chain.watch_to_the_end(trainee, chain.grant(trainee, course.lecture_id))
    chain.certificate(trainee)
    _merge_two_pairs(platform, course.class_id)
    _cancel_a_class(platform, course.course_id)


def _merge_two_pairs(platform: Platform, class_id: str) -> None:
    """Two people count for two others, as every service has heard."""
    officer, staff = platform.door("shi"), platform.door("jiaowu")
    rosters.put(officer, "rebuild.2", rosters.rows(4, class_id))
    outcomes = until(lambda: rosters.receipt(officer, "rebuild.2"), 30)
    people = [outcome["enrolment_id"].split(".")[1] for outcome in outcomes]
    for survivor, alias in (people[:2], people[2:]):
        path, body = f"/api/enrollment/people/{survivor}/merges", {"person_id": alias}
        staff.call("POST", path, dict[str, Any], body)
    with platform.store() as store:
        for service in ("learning", "media", "notify"):
            rows = store[service]["aliases"]
            until(lambda rows=rows: rows.count_documents({}) >= 2, 30)


def _cancel_a_class(platform: Platform, course_id: str) -> None:
    """A class is cancelled, as notify has heard."""
    staff = platform.door("jiaowu")
    class_id = rosters.open_class(staff, course_id, 5, "取消的班")
    path = f"/api/catalog/classes/{class_id}/cancellation"
    staff.call("POST", path, dict[str, Any], {"reason": "教学点停电"})
    with platform.store() as store:
        rows = store["notify"]["cancellations"]
        until(lambda: rows.count_documents({}) >= 1, 30)


def test_the_models_are_those_that_are_listed(operator: Door) -> None:
    found = [
        (service, model.model)
        for service in ("catalog", "enrollment", "learning", "media", "notify")
        for model in ThroughGateway(operator).ask(service, EventConsole.find_models)
    ]
    assert tuple(found) == MODELS


@pytest.mark.parametrize(("service", "model"), MODELS)
def test_a_model_is_damaged_rebuilt_and_the_same_as_before(
    platform: Platform, service: str, model: str
) -> None:
    with platform.store() as store:
        rows = store[service][model]
        before = {row["_id"]: said(row) for row in rows.find({})}
        wrong, gone = min(before), max(before)
        field = next(name for name in before[wrong] if name != "_id")
        rows.update_one({"_id": wrong}, {"$unset": {field: 1}})
        rows.insert_one({**before[gone], "_id": "invented", "source_version": 1})
        rows.delete_one({"_id": gone})
        done = biyong(platform, "rebuild", service, model)
        assert done.returncode == 0, done.stderr
        after = {row["_id"]: said(row) for row in rows.find({})}
    assert after == before
    assert "1 rows removed" in done.stdout
    again = biyong(platform, "rebuild", service, model)
    assert "as before" in again.stdout, "what is whole stays as it is"


def said(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what the plumbing notes in it."""
    return {name: row[name] for name in row if name not in BOOKKEEPING}


def test_the_page_of_operations_starts_a_rebuild_and_shows_it(
    platform: Platform, operator: Door
) -> None:
    form = {"model": "titles", "action": "rebuild"}
    page(platform, operator, "/operations/notify/models", "POST", **form)
    until(lambda: 'data-sum="same"' in titles(platform, operator), 30)
    listed = biyong(platform, "rebuild", "notify")
    assert "titles" in listed.stdout
    assert "done" in listed.stdout


def titles(platform: Platform, operator: Door) -> str:
    """The line of notify's titles."""
    shown = page(platform, operator, "/operations")
    begin = shown.index("<code>titles</code>")
    return shown[begin : shown.index("</li>", begin)]


def test_nothing_is_told_or_credited_by_a_rebuild(platform: Platform) -> None:
    with platform.store() as store:
        counted = counts(store)
        for service, model in MODELS:
            assert biyong(platform, "rebuild", service, model).returncode == 0
        assert counts(store) == counted


def counts(store: Any) -> list[int]:
    """Notices, mails, ledger lines and certificates."""
    kept = (
        store.notify.notices, store.notify.mails, store.learning.hours,
        store.learning.certificates,
    )  # fmt: skip
    return [rows.count_documents({}) for rows in kept]


@pytest.mark.parametrize("stop", [[], ["--stop"]])
def test_a_model_that_there_is_not_is_refused(
    platform: Platform, stop: list[str]
) -> None:
    assert biyong(platform, "rebuild", "notify", "nothing", *stop).returncode == 4


def test_a_service_without_read_models_has_none_to_list(platform: Platform) -> None:
    assert biyong(platform, "rebuild", "enrollment").returncode == 0
