"""What the READMEs tell of the demo is so: accounts, classes, pages and numbers."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from biyong.demo import PASSWORD, load_data
from biyong.demo.fill import OPERATOR, TRAINEES
from biyong.demo.people import invent_people

ROOT = Path(__file__).parents[3]
ROUTES = (ROOT / "tests" / "routes" / "table.txt").read_text("utf-8")
BASE, LIFE = load_data("demo"), load_data("demo-life")
TITLES = {class_["title"] for class_ in (*BASE["classes"].values(), *LIFE["classes"])}
PEOPLE = invent_people(TRAINEES, BASE)


def section_of(name: str) -> str:
    """The part about the demo."""
    text = (ROOT / name).read_text("utf-8")
    parts = re.split(r"^## ", text, flags=re.MULTILINE)
    (found,) = [part for part in parts if part.startswith(("The demo", "演示里有什么"))]
    return found


@pytest.fixture(params=["README.md", "README.zh.md"])
def told(request: pytest.FixtureRequest) -> str:
    return section_of(request.param)


def rows_of(told: str) -> list[list[str]]:
    """The cells of the table, without its heads."""
    lines = [line for line in told.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_whom_to_sign_in_as_is_there(told: str) -> None:
    staff = {"jiaowu", OPERATOR, *LIFE["teachers"], *BASE["officers"]}
    trainees = {person.phone for person in PEOPLE}
    trainees |= {f"{person.branch_id}/{person.member_no}" for person in PEOPLE}
    named = {
        login for row in rows_of(told) for login in re.findall("`([^`]+)`", row[1])
    }
    assert staff <= named
    assert named - staff <= trainees
    assert f"`{PASSWORD}`" in told


def test_classes_it_names_are_there(told: str) -> None:
    named = re.findall(r"\w+班（\w+）", told)
    assert named
    assert {next(t for t in TITLES if name.endswith(t)) for name in named} <= TITLES


def test_pages_it_names_are_there(told: str) -> None:
    paths = {path for row in rows_of(told) for path in re.findall("`(/[^`]*)`", row[2])}
    assert paths
    for path in paths:
        assert re.search(rf" GET +{re.escape(path)}$", ROUTES, re.MULTILINE), path


def test_it_counts_right(told: str) -> None:
    assert len(TITLES) == 12
    assert any(word in told for word in ("twelve classes", "十二个班"))
    assert LIFE["newcomers"] == 18
    assert any(word in told for word in ("eighteen people", "十八位"))
    assert f"{TRAINEES}" in told
    for first, last in pairwise(re.findall(r"`(139\d{8})`", told)[-2:]):
        assert (first, last) == (PEOPLE[0].phone, PEOPLE[-1].phone)


def test_the_trainees_it_names_are_where_it_says() -> None:
    places = {person.phone: place for place, person in enumerate(PEOPLE)}
    classes = {class_["key"]: class_ for class_ in LIFE["classes"]}

    def is_through(phone: str, key: str) -> bool:
        first, last = classes[key]["enrol"]
        assert first <= places[phone] < last, phone
        return places[phone] < first + (last - first) * classes[key]["done"] // 100

    assert is_through("13910000135", "finished")
    assert is_through("13910000135", "deadline")
    assert not is_through("13910000160", "deadline")
    asking = PEOPLE[LIFE["joining"]["people"][2]]
    assert (asking.branch_id, asking.member_no) == ("beijing", "BE-0013")
