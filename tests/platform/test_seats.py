"""The last seats under many writers, through two enrollment processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from biyong.door import Door
from embedded.supervisor import is_healthy

from tests.parts.process import free_ports
from tests.platform import rosters
from tests.platform.running import Platform, until

SEATS, ASKING, LEAVING = 50, 200, 20


@pytest.fixture(scope="module")
def second_enrollment(
    platform: Platform, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A second enrollment process on the same store and bus."""
    [port] = free_ports(1)
    first = Path(f"/proc/{platform.pid('enrollment')}/environ").read_bytes()
    environ = dict(
        line.split("=", 1) for line in first.decode().split("\0") if "=" in line
    )
    environ |= {"PORT": str(port)}
    environ.pop("BIYONG_PARENT_PIPE", None)
    log = tmp_path_factory.mktemp("second") / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "enrollment", "all"],
            env={**os.environ, **environ}, stdout=out, stderr=out,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    until(lambda: is_healthy(f"{url}/readyz"), 30)
    yield url
    process.terminate()
    process.wait(timeout=15)


@pytest.mark.usefixtures("second_enrollment")
def test_fifty_of_two_hundred_are_seated_and_withdrawals_promote_in_order(
    platform: Platform,
) -> None:
    officer = platform.door("shi")
    class_id = rosters.open_class(
        platform.door("jiaowu"), platform.demo["course_id"], SEATS, "五十席班"
    )
    asking = rosters.rows(ASKING, class_id)
    keys = [f"seat.{row['row']}" for row in asking]
    with ThreadPoolExecutor(32) as many:
        list(
            many.map(
                lambda at: rosters.put(officer, keys[at], [asking[at]]), range(ASKING)
            )
        )
    outcomes = [
        until(lambda key=key: rosters.receipt(officer, key), 90) for key in keys
    ]
    said = [outcome["outcome"] for [outcome] in outcomes]
    assert (said.count("enrolled"), said.count("waitlisted")) == (SEATS, ASKING - SEATS)

    before = enrolments(officer, class_id)
    assert [one["ticket"] for one in before] == list(range(1, ASKING + 1))
    assert [one["state"] for one in before] == ["seated"] * SEATS + ["waiting"] * (
        ASKING - SEATS
    )
    leaving = [one["id"] for one in before[5 : 5 + LEAVING]]
    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda id_: withdraw(officer, id_), leaving))
    after = {one["ticket"]: one["state"] for one in enrolments(officer, class_id)}
    promoted = [t for t in range(SEATS + 1, ASKING + 1) if after[t] == "seated"]
    assert promoted == list(range(SEATS + 1, SEATS + LEAVING + 1))
    assert sorted(after.values()).count("seated") == SEATS


@pytest.mark.usefixtures("second_enrollment")
def test_one_person_sent_by_two_officers_at_once_takes_one_seat(
    platform: Platform,
) -> None:
    """The city's officer and the branch's own both name the branch that holds them."""
    shi, jianguomen = platform.door("shi"), platform.door("jianguomen")
    class_id = rosters.open_class(
        platform.door("jiaowu"), platform.demo["course_id"], 30, "两单位班"
    )
    people = rosters.rows(20, class_id, "jianguomen")

    def send(at: int) -> None:
        row = people[at // 2]
        if at % 2:
            rosters.put(jianguomen, f"two.{at}", [row], "jianguomen")
        else:
            rosters.put(shi, f"two.{at}", [row], "beijing")

    with ThreadPoolExecutor(16) as many:
        list(many.map(send, range(40)))
    outcomes = []
    for at in range(40):
        door, branch = (jianguomen, "jianguomen") if at % 2 else (shi, "beijing")
        outcomes += until(
            lambda d=door, b=branch, k=f"two.{at}": rosters.receipt(d, k, b), 60
        )
    said = sorted(outcome["outcome"] for outcome in outcomes)
    assert said == ["already-enrolled"] * 20 + ["enrolled"] * 20
    with platform.store() as store:
        book = store.enrollment.seat_books.find_one({"_id": class_id})
        assert book is not None
        assert (book["taken"], book["waiting"], book["journal"]) == (20, 0, [])


def test_a_dry_run_over_several_chunks_says_what_the_real_run_then_does(
    platform: Platform,
) -> None:
    officer, staff = platform.door("shi"), platform.door("jiaowu")
    course = platform.demo["course_id"]
    classes = [rosters.open_class(staff, course, 7, f"试算{at}班") for at in range(2)]
    rows = rosters.rows(24, "")
    for at, row in enumerate(rows):
        row["class_id"] = classes[at % 2]
    rows[20] |= {"phone": rows[0]["phone"], "name": "别人"}
    rows[21] |= {k: rows[1][k] for k in ("phone", "name", "member_no")}
    decided: dict[bool, list[tuple[int, str, str]]] = {}
    for dry_run in (True, False):
        keys = [f"trial{dry_run}.{at}".lower() for at in range(3)]
        for at, key in enumerate(keys):
            chunk = rows[at * 8 : at * 8 + 8]
            rosters.put(officer, key, chunk, dry_run=dry_run)
            until(lambda k=key: rosters.receipt(officer, k), 60)
        decided[dry_run] = [
            (one["row"], one["outcome"], one.get("reason", ""))
            for key in keys
            for one in rosters.receipt(officer, key)
        ]
    assert decided[True] == decided[False]
    outcomes = [outcome for _, outcome, _ in decided[True]]
    assert (outcomes.count("enrolled"), outcomes.count("already-enrolled")) == (14, 1)


def withdraw(officer: Door, enrolment_id: str) -> None:
    officer.call("DELETE", f"/api/enrollment/enrolments/{enrolment_id}", dict[str, Any])


def enrolments(officer: Door, class_id: str) -> list[dict[str, Any]]:
    """All of a class, by ticket."""
    path = f"/api/enrollment/classes/{class_id}/enrolments?limit=500"
    said = officer.call("GET", path, dict[str, Any])
    return list(said["items"])
