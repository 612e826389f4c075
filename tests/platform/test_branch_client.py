"""`biyong branch push` on a real broker and platform: cut, killed, refused."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from biyong.branch_client import BranchClient
from biyong.carrier import Taken
from gateway.roster_files.roster_file import CHUNK_ROWS, read_roster

from tests.parts.faults import Wire, wire_to
from tests.parts.rabbitmq import Broker, running_broker
from tests.platform import rosters
from tests.platform.running import Platform, running, until

pytestmark = [pytest.mark.part("rabbitmq"), pytest.mark.part("faults")]
BRANCH, PASSWORD = "beijing", "branch-password"
ROWS, SOME = 3000, 1000
"""Fifteen chunks, and five where only the beginning and the end matter."""
CUT_AFTER = {"upstream": 320 * 1024, "downstream": 160 * 1024}
"""Octets of one connection: about half of the chunks on their way out, and of the
receipts on their way back. What is cut on its way out is noticed by the confirm that
does not come; so that is cut once, the other again and again."""
PAGE = Path(__file__).parents[2] / "docs" / "branch-client.md"
WAYS = ("amqp", "https")


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with running_broker(tmp_path_factory.mktemp("rabbitmq")) as started:
        yield started


@pytest.fixture(scope="module")
def platform(
    broker: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    home = tmp_path_factory.mktemp("branch-client") / "home"
    with running(home, {"AMQP_URL": broker.url}) as started:
        yield started


@pytest.fixture(scope="module")
def wire(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with wire_to(broker.port, tmp_path_factory.mktemp("wire")) as made:
        yield made


@dataclass(frozen=True)
class Ways:
    """How a branch is let in: what is in its environment, by way."""

    by_way: Mapping[str, Mapping[str, str]]

    def environ(self, way: str, **changed: str) -> dict[str, str]:
        """The environment of a push by that way and no other."""
        own = {n: v for n, v in os.environ.items() if not n.startswith("BIYONG_")}
        return {**own, **self.by_way[way], **changed}


@pytest.fixture(scope="module")
def ways(platform: Platform, broker: Broker, wire: Wire) -> Ways:
    address = broker.add_branch(BRANCH, PASSWORD)
    amqp = address.replace(f":{broker.port}/", f":{wire.port}/")
    return Ways({
        "amqp": {"BRANCH_AMQP_URL": amqp},
        "https": {"BIYONG_URL": platform.url, "BIYONG_KEY": a_key(platform)},
    })  # fmt: skip


def a_key(platform: Platform) -> str:
    """An API key of a program that sends rosters for the branch."""
    body = {"name": "会员系统", "scope": "rosters-send", "days": 30}
    return str(platform.door("shi").ask("POST", "keys", body=body)["token"])


def a_class(platform: Platform) -> str:
    staff = platform.door("jiaowu")
    course = platform.demo["course_id"]
    return rosters.open_class(staff, course, ROWS, "名册班")


def command(roster: Path, *options: str) -> list[str]:
    """As a branch types it."""
    typed = [sys.executable, "-m", "biyong", "branch", "push", str(roster), "--json"]
    return [*typed, "--timeout", "240", *options]


@dataclass(frozen=True)
class Pushed:
    """How a push ended: its code, its document, how far it was, its complaints."""

    code: int
    document: dict[str, Any]
    progress: list[int]
    errors: list[str]


def push(roster: Path, environ: Mapping[str, str], *options: str) -> Pushed:
    ran = subprocess.run(
        command(roster, *options),
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in ran.stderr, ran.stderr
    lines = ran.stderr.splitlines()
    progress = [json.loads(line)["done"] for line in lines if line.startswith("{")]
    errors = [line for line in lines if line.startswith("biyong: ")]
    return Pushed(ran.returncode, json.loads(ran.stdout), progress, errors)


def result_of(roster: Path) -> list[dict[str, str]]:
    beside = roster.with_suffix(".result.csv")
    with beside.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def require_each_once(
    platform: Platform, roster: Path, class_id: str, count: int = ROWS
) -> None:
    """Every row has its seat, in the result as in the class."""
    outcomes = Counter(row["outcome"] for row in result_of(roster))
    assert outcomes == {"enrolled": count}
    with platform.store() as store:
        kept = store["enrollment"]["enrolments"].find({"class_id": class_id})
        people = [row["person_id"] for row in kept]
        book = store["enrollment"]["seat_books"].find_one({"_id": class_id})
    assert (len(people), len(set(people))) == (count, count)
    assert book is not None
    assert (book["taken"], book["waiting"]) == (count, 0)


def a_roster(folder: Path, class_id: str, count: int = ROWS) -> Path:
    rows = rosters.rows(count, class_id, BRANCH)
    return rosters.write_file(folder / "roster.csv", rows)


def test_a_wire_that_is_cut_again_and_again_neither_loses_nor_doubles_a_row(
    platform: Platform, ways: Ways, wire: Wire, tmp_path: Path
) -> None:
    class_id = a_class(platform)
    roster = a_roster(tmp_path, class_id)
    for stream, octets in CUT_AFTER.items():
        wire.cut_after(octets, stream)
    try:
        pushed = push(roster, ways.environ("amqp"))
    finally:
        wire.heal()
    assert pushed.code == 0, pushed
    assert pushed.document["counts"] == {"enrolled": ROWS}
    assert pushed.progress[-1] == ROWS
    require_each_once(platform, roster, class_id)


@pytest.mark.parametrize("way", WAYS)
def test_a_push_that_was_killed_goes_on_where_it_stopped(
    platform: Platform, ways: Ways, tmp_path: Path, way: str
) -> None:
    class_id = a_class(platform)
    roster, journal = a_roster(tmp_path, class_id), tmp_path / "roster.push.json"
    errors = tmp_path / "errors"
    with errors.open("wb") as out:
        killed = subprocess.Popen(
            command(roster), env=ways.environ(way), stdout=out, stderr=out
        )
        until(journal.exists, 60, every=0.01)
        killed.send_signal(signal.SIGKILL)
        killed.wait(20)
    done = len(json.loads(journal.read_bytes())["done"])
    assert 0 < done < ROWS / CHUNK_ROWS, errors.read_text()
    assert not roster.with_suffix(".result.csv").exists()
    pushed = push(roster, ways.environ(way))
    assert (pushed.code, pushed.document["missing"]) == (0, []), pushed
    assert pushed.progress[:done] == [CHUNK_ROWS * (n + 1) for n in range(done)]
    require_each_once(platform, roster, class_id)
    again = push(roster, ways.environ(way))
    assert again.document == pushed.document


def test_who_interrupts_a_push_has_what_was_done_and_goes_on_later(
    platform: Platform, ways: Ways, tmp_path: Path
) -> None:
    class_id = a_class(platform)
    roster, journal = a_roster(tmp_path, class_id), tmp_path / "roster.push.json"
    with subprocess.Popen(
        command(roster), env=ways.environ("amqp"), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as stopped:  # fmt: skip
        until(journal.exists, 60, every=0.01)
        stopped.send_signal(signal.SIGINT)
        told = stopped.communicate(timeout=60)[0]
    document = json.loads(told)
    assert (stopped.returncode, document["exit_code"]) == (5, 5)
    assert document["missing"]
    outcomes = Counter(row["outcome"] for row in result_of(roster))
    assert outcomes["no-receipt"] == ROWS - document["counts"]["enrolled"]
    assert push(roster, ways.environ("amqp")).code == 0
    require_each_once(platform, roster, class_id)


@pytest.mark.parametrize("way", WAYS)
def test_a_chunk_that_is_refused_tells_why_and_the_others_are_taken(
    platform: Platform, ways: Ways, tmp_path: Path, way: str
) -> None:
    roster = a_roster(tmp_path, a_class(platform), 600)
    [_, (key, rows), _] = read_roster(roster.read_bytes()).split_into_chunks()
    other = {"roster_id": "other", "rows": rows[:1], "dry_run": True}
    with a_client(ways, way) as client:
        assert list(client.carrier.send_all({key: other})) == [Taken(key)]
    pushed = push(roster, ways.environ(way))
    assert pushed.code == 4, pushed
    assert pushed.document["counts"] == {"enrolled": 400, "refused": 200}
    [refused] = pushed.document["refused"]
    assert (refused["key"], refused["reason"]) == (key, "chunk-differs")
    assert [key in line for line in pushed.errors] == [True]
    assert {
        (row["outcome"], row["reason"]) for row in result_of(roster)[200:400]
    } == {("refused", "chunk-differs")}  # fmt: skip
    again = push(roster, ways.environ(way))
    assert again.document == pushed.document


def a_client(ways: Ways, way: str) -> BranchClient:
    own = ways.by_way[way]
    if way == "amqp":
        return BranchClient.over_amqp(own["BRANCH_AMQP_URL"])
    return BranchClient.over_https(own["BIYONG_URL"], own["BIYONG_KEY"])


@pytest.mark.parametrize("way", WAYS)
def test_a_dry_run_changes_nothing_and_leaves_no_journal(
    platform: Platform, ways: Ways, tmp_path: Path, way: str
) -> None:
    class_id = a_class(platform)
    roster = a_roster(tmp_path, class_id, 3)
    pushed = push(roster, ways.environ(way), "--dry-run")
    assert (pushed.code, pushed.document["counts"]) == (0, {"enrolled": 3})
    assert not (tmp_path / "roster.push.json").exists()
    with platform.store() as store:
        kept = store["enrollment"]["enrolments"]
        assert kept.count_documents({"class_id": class_id}) == 0


def test_a_row_that_is_rejected_and_a_fresh_push(
    platform: Platform, ways: Ways, tmp_path: Path
) -> None:
    rows = rosters.rows(2, a_class(platform), BRANCH)
    rows[1]["phone"] = "12"
    roster = rosters.write_file(tmp_path / "roster.csv", rows)
    first = push(roster, ways.environ("amqp"))
    assert (first.code, first.document["counts"]) == (1, {"enrolled": 1, "rejected": 1})
    journal = tmp_path / "roster.push.json"
    assert rows[0]["name"] not in journal.read_text("utf-8")
    journal.write_bytes(journal.read_bytes().replace(b"rejected", b"enrolled"))
    assert push(roster, ways.environ("amqp")).code == 0, "the journal is believed"
    fresh = push(roster, ways.environ("amqp"), "--fresh")
    assert fresh.document == first.document


@pytest.mark.parametrize(
    ("way", "wrong", "code"),
    [
        ("amqp", {"BIYONG_PASSWORD": "wrong"}, 4),
        ("https", {"BIYONG_KEY": "wrong"}, 4),
        ("amqp", {"BRANCH_AMQP_URL": "amqp://branch.x:y@127.0.0.1:1/"}, 3),
        ("https", {"BIYONG_URL": "http://127.0.0.1:1"}, 3),
        ("amqp", {"BRANCH_AMQP_URL": "amqp://127.0.0.1:1/"}, 2),
    ],
)
def test_who_is_not_let_in_is_told_at_once(
    ways: Ways, tmp_path: Path, way: str, wrong: dict[str, str], code: int
) -> None:
    roster = a_roster(tmp_path, "some-class", 1)
    pushed = push(roster, ways.environ(way, **wrong))
    assert (pushed.code, pushed.document["exit_code"]) == (code, code)
    assert len(pushed.errors) == 1
    assert not roster.with_suffix(".result.csv").exists()


def test_where_nothing_can_be_written_beside_the_file_it_is_told(
    platform: Platform, ways: Ways, tmp_path: Path
) -> None:
    roster = a_roster(tmp_path, a_class(platform), 1)
    (tmp_path / "roster.push.json").mkdir()
    pushed = push(roster, ways.environ("https"))
    assert (pushed.code, len(pushed.errors)) == (2, 1)
    (tmp_path / "roster.push.json").rmdir()
    assert push(roster, ways.environ("https")).document["counts"] == {"enrolled": 1}


def test_an_unreadable_file_is_told_as_such(ways: Ways, tmp_path: Path) -> None:
    pushed = push(tmp_path / "nowhere.csv", ways.environ("https"))
    assert (pushed.code, pushed.document["exit_code"]) == (2, 2)


def test_an_account_that_is_turned_off_in_the_middle_ends_the_push(
    platform: Platform, broker: Broker, tmp_path: Path
) -> None:
    address = broker.add_branch("dongcheng", PASSWORD)
    class_id = a_class(platform)
    rows = rosters.rows(SOME, class_id)
    roster = rosters.write_file(tmp_path / "roster.csv", rows)
    journal = tmp_path / "roster.push.json"
    environ = {**os.environ, "BRANCH_AMQP_URL": address}
    with subprocess.Popen(
        command(roster), env=environ, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as pushing:  # fmt: skip
        until(journal.exists, 60, every=0.01)
        pushing.send_signal(signal.SIGSTOP)
        broker.control("clear_password", "branch.dongcheng")
        with suppress(RuntimeError):
            broker.control("close_all_user_connections", "branch.dongcheng", "off")
        pushing.send_signal(signal.SIGCONT)
        told, _ = pushing.communicate(timeout=60)
    document = json.loads(told)
    assert (pushing.returncode, document["exit_code"]) == (4, 4)
    assert document["missing"]
    assert document["counts"]["enrolled"] >= 200
    broker.control("change_password", "branch.dongcheng", PASSWORD)
    assert push(roster, environ).code == 0
    require_each_once(platform, roster, class_id, SOME)


def test_the_pages_example_runs_as_it_stands(
    platform: Platform, ways: Ways, tmp_path: Path
) -> None:
    [example] = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(example.splitlines()) <= 12
    a_roster(tmp_path, a_class(platform), 2)
    ran = subprocess.run(
        [sys.executable, "-c", example], env=ways.environ("amqp"), cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[0] == "{'enrolled': 2}"
