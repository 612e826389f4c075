"""Every process is killed while rosters come in; nothing is lost, nothing doubled."""

import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from biyong.door import Door

from tests.parts.process import TIED
from tests.platform import rosters
from tests.platform.running import Platform, running, start, until

PROCESSES = ("store", "catalog", "enrollment", "media", "learning", "notify", "gateway")
CHUNKS, ROWS = 14, 60
BACK_SECONDS = 15.0


def test_every_row_has_one_outcome_and_every_outcome_one_notice_through_kills(
    tmp_path: Path,
) -> None:
    with running(tmp_path / "home") as platform:
        staff, officer = platform.door("jiaowu"), platform.door("shi")
        class_id = rosters.open_class(
            staff, platform.demo["course_id"], CHUNKS * ROWS // 2, "杀进程班"
        )
        sent = {f"kill.{n}": rosters.rows(ROWS, class_id) for n in range(1, CHUNKS + 1)}
        pushing = threading.Thread(target=_push, args=(officer, sent))
        pushing.start()
        back = {name: platform.kill(name) for name in PROCESSES}
        pushing.join(timeout=120)
        assert not pushing.is_alive()
        assert max(back.values()) < BACK_SECONDS, back
        _assert_exact(platform, officer, sent, class_id)


def _push(officer: Door, sent: dict[str, list[dict[str, Any]]]) -> None:
    for key, rows in sent.items():
        rosters.put(officer, key, rows)


def _assert_exact(
    platform: Platform,
    officer: Door,
    sent: dict[str, list[dict[str, Any]]],
    class_id: str,
) -> None:
    outcomes = {
        key: until(lambda key=key: rosters.receipt(officer, key), 90) for key in sent
    }
    for key, rows in sent.items():
        assert [o["row"] for o in outcomes[key]] == [row["row"] for row in rows]
    told = Counter(o["outcome"] for chunk in outcomes.values() for o in chunk)
    half = CHUNKS * ROWS // 2
    assert told == {"enrolled": half, "waitlisted": half}
    with platform.store() as store:
        wanted = {o["enrolment_id"] for chunk in outcomes.values() for o in chunk}

        def notices() -> list[str]:
            found = store.notify.notices.find({}, {"words": 1})
            return [
                one["words"]["enrolment_id"]
                for one in found
                if one["words"].get("class_id") == class_id
            ]

        until(lambda: set(notices()) == wanted, 90)
        assert len(notices()) == len(wanted)
        book = store.enrollment.seat_books.find_one({"_id": class_id})
        assert book is not None
        assert (book["taken"], book["waiting"], book["journal"]) == (half, half, [])


def test_a_killed_supervisor_leaves_nothing_running_and_the_next_start_goes_on(
    tmp_path: Path,
) -> None:
    platform = start(tmp_path / "home")
    officer = platform.door("shi")
    class_id = platform.demo["classes"]["open"]
    sent = {f"sup.{n}": rosters.rows(100, class_id) for n in range(1, 4)}
    for key, rows in sent.items():
        rosters.put(officer, key, rows)
    processes = platform.said["processes"]
    platform.process.send_signal(signal.SIGKILL)
    platform.process.wait()
    until(lambda: not any(_is_alive(one["pid"]) for one in processes), 10)
    assert _find_processes_of(tmp_path / "home") == []
    with running(tmp_path / "home") as again:
        officer = again.door("shi")
        for key, rows in sent.items():
            outcomes = until(lambda key=key: rosters.receipt(officer, key), 60)
            assert len(outcomes) == len(rows)


def _find_processes_of(home: Path) -> list[int]:
    """Whatever runs with this home in its environment, listed or not, but for who waits
    beside it for our own end."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            environ = (process / "environ").read_bytes().split(b"\0")
            command = (process / "cmdline").read_bytes().split(b"\0")
            if (
                f"BIYONG_HOME={home}".encode() in environ
                and TIED.encode() not in command
            ):
                found.append(int(process.name))
    return found


def _is_alive(pid: int) -> bool:
    """Whether it runs; one that has ended and waits to be reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_ctrl_c_ends_all_within_ten_seconds_and_keeps_the_data(tmp_path: Path) -> None:
    with running(tmp_path / "home") as platform:
        demo, processes = platform.demo, platform.said["processes"]
        began = time.monotonic()
        assert platform.stop() == 0
        assert time.monotonic() - began < 10
        assert not any(_is_alive(one["pid"]) for one in processes)
        assert not (platform.home / "ready.json").exists()
    with running(tmp_path / "home") as again:
        assert again.demo == demo
        assert again.door("shi").call("GET", "/api/enrollment/branches", dict[str, Any])
