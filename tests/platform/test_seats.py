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
from embedded.supervisor import free_ports, is_healthy

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
def test_one_person_sent_by_two_branches_at_once_takes_one_seat(
    platform: Platform,
) -> None:
    shi, jianguomen = platform.door("shi"), platform.door("jianguomen")
    class_id = rosters.open_class(
        platform.door("jiaowu"), platform.demo["course_id"], 30, "两单位班"
    )
    people = rosters.rows(20, class_id)
    for row in people:
        del row["branch_id"]

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


def withdraw(officer: Door, enrolment_id: str) -> None:
    officer.call("DELETE", f"/api/enrollment/enrolments/{enrolment_id}", dict[str, Any])


def enrolments(officer: Door, class_id: str) -> list[dict[str, Any]]:
    """All of a class, by ticket."""
    path = f"/api/enrollment/classes/{class_id}/enrolments?limit=500"
    said = officer.call("GET", path, dict[str, Any])
    return list(said["enrolments"])
