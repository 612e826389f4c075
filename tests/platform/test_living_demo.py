"""The demo lives on behind the ready site; killed in the middle it ends the same."""

import json
import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from biyong.demo import PASSWORD, load_data
from biyong.demo.fill import TRAINEES
from biyong.demo.people import invent_people
from biyong.door import Door

from tests.parts.process import stop_tied
from tests.platform.running import Platform, running, start, until

LIFE_SECONDS = 1200.0
"""A minute or two on a machine that has nothing else to do."""
DATA, BASE = load_data("demo-life"), load_data("demo")
PEOPLE = invent_people(TRAINEES + DATA["newcomers"], BASE)
LIVES = {
    "catalog": ("courses", "classes"),
    "enrollment": ("enrolments", "people", "join_requests"),
    "learning": ("records", "hours", "certificates"),
    "media": ("editions",),
    "gateway": ("accounts",),
}
"""What is counted: all that the demo's life puts in."""


def lines_of(platform: Platform, name: str) -> list[dict[str, Any]]:
    path = platform.home / "demo" / f"records-{name}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def counts_of(platform: Platform) -> Counter[str]:
    with platform.store() as store:
        return Counter(
            {
                f"{service}.{name}": store[service][name].count_documents({})
                for service, names in LIVES.items()
                for name in names
            }
        )


def await_life(platform: Platform) -> None:
    until(lambda: platform.demo["life"] == "there", LIFE_SECONDS, every=1.0)


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform whose demo was killed while people took up their accounts."""
    home = tmp_path_factory.mktemp("living") / "home"
    first, notes = start(home, life=True), home / "demo" / "life.json"
    until(lambda: notes.exists() and "newcomers" in notes.read_text(), LIFE_SECONDS)
    stop_tied(first.process, signal.SIGKILL, 20)
    assert "accounts" not in notes.read_text()
    with running(home, life=True) as platform:
        await_life(platform)
        yield platform


def test_each_class_has_whom_its_branches_sent(living: Platform) -> None:
    staff = living.door("jiaowu")
    made = json.loads((living.home / "demo" / "made.json").read_text())
    for class_ in DATA["classes"]:
        id_ = made[f"class-{class_['key']}"]
        seats = staff.ask("GET", "enrollment", "classes", id_, "seats")
        first, last = class_["enrol"]
        sent = last - first + (DATA["newcomers"] if class_["key"] == "coming" else 0)
        assert seats["taken"] + seats["waiting"] == sent, class_["key"]
        assert seats["closed"] == class_.get("closed", False), class_["key"]
    assert counts_of(living)["catalog.classes"] == 2 + len(DATA["classes"])


def test_every_record_of_the_files_is_there_once_and_says_where_from(
    living: Platform,
) -> None:
    lines = lines_of(living, "finished") + lines_of(living, "history")
    with living.store() as store:
        entries = list(store["learning"]["hours"].find())
        sources = {entry["source"] for entry in entries}
    assert sources == {DATA["source"]}
    assert len(entries) == len({entry["_id"] for entry in entries}) == len(lines)
    through = sum("class" in line for line in lines)
    assert counts_of(living)["learning.certificates"] >= through


def test_nobody_was_told_of_what_was_imported(living: Platform) -> None:
    with living.store() as store:
        kinds = set(store["notify"]["notices"].distinct("kind"))
    assert kinds
    assert not kinds & {"hours-credited", "course-completed", "certificate-issued"}


def test_everybody_signs_in_by_phone_and_by_member_number(living: Platform) -> None:
    for person in PEOPLE[: TRAINEES : TRAINEES // 10]:
        for login in (person.phone, f"{person.branch_id}/{person.member_no}"):
            assert Door(living.url).sign_in(login, PASSWORD)["roles"] == ["trainee"]


@pytest.mark.parametrize("login", sorted(BASE["officers"]))
def test_each_branch_has_something_to_do(living: Platform, login: str) -> None:
    officer, branch = living.door(login), BASE["officers"][login]
    asked = officer.ask("GET", "enrollment", "requests")["items"]
    assert any(request["branch_id"] == branch for request in asked)
    chunk = ("enrollment", "branches", branch, "chunks", "life-slips.1")
    rows = officer.ask("GET", *chunk)["outcomes"]
    assert {row["outcome"] for row in rows} == {"rejected"}


def test_teachers_are_staff(living: Platform) -> None:
    for login in DATA["teachers"]:
        assert Door(living.url).sign_in(login, PASSWORD)["roles"] == ["staff"]


def test_lectures_are_made_and_have_captions(living: Platform) -> None:
    staff = living.door("jiaowu")
    made = json.loads((living.home / "demo" / "made.json").read_text())
    lectures = [id_ for name, id_ in made.items() if name.startswith("lecture-")]
    assert len(lectures) == sum(len(course["lectures"]) for course in DATA["courses"])

    def is_ready(id_: str) -> bool:
        making = staff.ask("GET", "media", "lectures", id_, "making")
        return bool(making["state"] == "ready")

    for id_ in lectures:
        until(lambda id_=id_: is_ready(id_), LIFE_SECONDS, every=1.0)  # type: ignore[misc]
        (captions,) = staff.ask("GET", "media", "lectures", id_, "captions")["items"]
        assert captions["language"] == "zh"


def test_another_start_puts_nothing_in_twice(living: Platform) -> None:
    before = counts_of(living)
    living.stop()
    notes = living.home / "demo" / "life.json"
    notes.unlink()  # as if it had been killed just before it noted anything
    with running(living.home, life=True) as again:
        await_life(again)
        assert counts_of(again) == before
