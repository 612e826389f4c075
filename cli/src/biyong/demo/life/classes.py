"""Classes in every state, with the people whom branches send to them."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from biyong.demo.fill import await_result
from biyong.demo.life.college import College
from biyong.demo.people import Invented
from biyong.door import Door

SLIPS = "slips"
Row = Mapping[str, Any]


def open_classes(college: College) -> None:
    """Open every class, once. Raises Refused, Away."""
    for class_ in college.data["classes"]:
        body = {
            "course_id": college.note(f"course-{class_['course']}"),
            "title": class_["title"],
            "capacity": class_["capacity"],
            "starts_on": college.shift_day(class_["starts"]).isoformat(),
            "ends_on": college.shift_day(class_["ends"]).isoformat(),
            "form": class_["form"],
            "point": class_["point"],
            "quotas": class_.get("quotas", []),
        }
        college.demo.make_once(
            f"class-{class_['key']}",
            partial(_open_class, college.staff, body, f"demo-class-{class_['key']}"),
        )


def _open_class(staff: Door, body: Mapping[str, Any], key: str) -> str:
    made = staff.call("POST", "/api/catalog/classes", dict[str, Any], body, key=key)
    return str(made["id"])


def fill_classes(college: College) -> None:
    """Each branch sends its people, in rosters of its own. Raises Refused, Away,
    NotFilled."""
    for class_ in college.data["classes"]:
        seated = college.find_seated(class_)
        if seated:
            college.demo.tell(f"people of {class_['title']}")
            _push_people(college, class_["key"], seated, class_["title"])


def welcome_newcomers(college: College) -> None:
    """Put people who have not taken up their accounts, and rows that need a second
    look: what an officer finds to do. Raises Refused, Away, NotFilled."""
    new = college.data["roster_names"]
    _push_people(college, "coming", college.newcomers, new["newcomers"], "newcomers")
    class_id = college.note("class-coming")
    rows = [
        {"row": place, "class_id": class_id, **slip}
        for place, slip in enumerate(college.data[SLIPS], 2)
    ]
    for branch, officer in college.officers.items():
        _push_rows(officer, branch, SLIPS, new[SLIPS], rows)


def close_classes(college: College) -> None:
    """Close those that take nobody any more. Raises Refused, Away."""
    for class_ in college.data["classes"]:
        if class_.get("closed"):
            class_id = college.note(f"class-{class_['key']}")
            college.staff.ask("POST", "catalog", "classes", class_id, "closing")


def _push_people(
    college: College,
    key: str,
    people: Sequence[Invented],
    name: str,
    roster: str = "",
) -> None:
    class_id = college.note(f"class-{key}")
    for branch, officer in college.officers.items():
        own = [person for person in people if person.branch_id == branch]
        rows = [
            {"row": place, "class_id": class_id, **vars(person)}
            for place, person in enumerate(own, 2)
        ]
        if rows:
            _push_rows(officer, branch, roster or key, name, rows)


def _push_rows(
    officer: Door, branch: str, roster: str, name: str, rows: Sequence[Row]
) -> None:
    chunk = ("enrollment", "branches", branch, "chunks", f"life-{roster}.1")
    body = {"roster_id": f"life-{roster}", "name": name, "rows": rows}
    officer.ask("PUT", *chunk, body=body)

    def is_decided() -> bool | None:
        return officer.ask("GET", *chunk)["state"] == "decided" or None

    await_result(is_decided, f"the receipt of {branch}'s roster {roster}")
