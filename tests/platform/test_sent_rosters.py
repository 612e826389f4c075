"""A roster as one thing, over HTTP: listed, searched, repaired, taken back, redone."""

from typing import Any

import pytest
from biyong.door import Door, Refused

from tests.platform import rosters
from tests.platform.running import Platform, until

BRANCH = "/api/enrollment/branches/dongcheng"


@pytest.fixture(scope="module")
def officer(platform: Platform) -> Door:
    return platform.door("dongcheng")


def read(officer: Door, path: str) -> dict[str, Any]:
    return officer.call("GET", path, dict[str, Any])


def put(officer: Door, key: str, rows: list[dict[str, Any]], **more: Any) -> None:
    body = {"roster_id": "sent", "rows": rows, "name": "十一月.csv", **more}
    officer.call("PUT", f"{BRANCH}/chunks/{key}", dict[str, Any], body)


def until_state(officer: Door, state: str, chunks: int) -> dict[str, Any]:
    """The roster, once so many chunks of it have come to this state."""

    def there() -> dict[str, Any] | None:
        roster = read(officer, f"{BRANCH}/rosters/sent")
        is_there = roster["state"] == state and roster["chunks"] == chunks
        return roster if is_there else None

    return until(there, 60)


def rows_of(officer: Door, query: str = "") -> list[tuple[int, str, str]]:
    page = read(officer, f"{BRANCH}/rosters/sent/rows{query}")
    assert page["next"] == ""
    return [(row["row"], row["outcome"], row["reason"]) for row in page["items"]]


def test_a_roster_is_sent_repaired_taken_back_and_redone(
    platform: Platform, officer: Door
) -> None:
    course = platform.demo["course_id"]
    class_id = rosters.open_class(platform.door("jiaowu"), course, 2, "撤回班")
    rows = rosters.rows(4, class_id)
    phone = rows[3]["phone"]
    put(officer, "sent.1", rows[:2])
    put(officer, "sent.2", [rows[2], rows[3] | {"phone": "12"}])
    roster = until_state(officer, "decided", 2)
    assert (roster["rows"], roster["needing"], roster["name"]) == (4, 1, "十一月.csv")
    assert roster["counts"]["enrolled"] == 2
    assert roster["sent_by"]
    listed = read(officer, "/api/enrollment/rosters?limit=1&dry_run=false")
    assert listed["items"][0]["roster_id"] == "sent"
    assert rows_of(officer, "?needing=true") == [(5, "rejected", "phone-invalid")]
    assert len(rows_of(officer, f"?search={rows[0]['phone']}")) == 1

    since = read(officer, f"{BRANCH}/rosters/sent/progress")["cursor"]
    put(officer, "sent.fix", [rows[3] | {"phone": phone}], repairs=[5])
    until_state(officer, "decided", 3)
    repaired = until(
        lambda: next(iter(rows_of(officer, "?outcome=waitlisted")[1:]), None), 30
    )
    assert repaired == (5, "waitlisted", "")
    progress = read(officer, f"{BRANCH}/rosters/sent/progress?since={since}")
    assert "sent.2" in [chunk["key"] for chunk in progress["changed"]]

    foreseen = read(officer, f"{BRANCH}/rosters/sent/taking-back")
    assert foreseen == {"seated": 2, "waiting": 2, "begun": 0, "finished": 0}
    officer.call("POST", f"{BRANCH}/rosters/sent/taking-back", object, {})
    taken = until_state(officer, "taken-back", 3)
    assert taken["redo_until"] > taken["turned_at"]
    until(lambda: len(rows_of(officer, "?outcome=taken-back")) == 4, 30)
    seats = read(officer, f"/api/enrollment/classes/{class_id}/seats")
    assert (seats["taken"], seats["waiting"]) == (0, 0)
    [outcome, _] = rosters.receipt(officer, "sent.1", "dongcheng")
    assert (outcome["outcome"], outcome["reason"]) == ("rejected", "taken-back")

    officer.call("POST", f"{BRANCH}/rosters/sent/redoing", object, {})
    until_state(officer, "decided", 3)
    seats = read(officer, f"/api/enrollment/classes/{class_id}/seats")
    assert (seats["taken"], seats["waiting"]) == (2, 2)


def test_a_roster_that_nobody_sent_is_unknown(officer: Door) -> None:
    with pytest.raises(Refused) as refused:
        read(officer, f"{BRANCH}/rosters/nothing")
    assert (refused.value.status, refused.value.slug) == (404, "unknown-roster")
