"""What becomes of a lecture whose making is broken off, with real processes."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from media.clients.child import ChildLimits
from media.clients.scratch import FolderScratch
from media.domain.lecture import FAILED, READY, TRANSCODING, Edition
from media.store import documents
from media.store.editions import StoredEditions
from media.store.job_leases import LeaseTerms
from media.usecases.cancel_making import cancel_making
from media.usecases.ports import Uploads
from media.usecases.transcode_lecture import TranscodeLecture

from tests.engines import Engine, Kept
from tests.media.child import PROBED, ChildTranscoder, KnownProbe
from tests.media.worker import LEASE_SECONDS, editions_in
from tests.parts.mounting import small_disk
from tests.stores.rows import let_lapse

LECTURE = Edition("v1", 1, "触电急救", "sources/v1/u1", 10.0, 4, PROBED)
PATIENCE_SECONDS = 30.0
STOP_SECONDS = 3.0  # what a supervisor may be kept waiting


class Place:
    """One lecture that waits, the folders of its worker, and the processes there."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        kept = Kept(engine)
        kept.declare("media", documents.EditionDocument)
        self.url, self.folder = engine.url, folder
        self.work = folder / "work"
        self.work.mkdir()
        self.stopping = threading.Event()
        self.editions = self.open()
        self.editions.objects.prepare()
        self.editions.objects.put(LECTURE.source, b"film")
        self.queue(LECTURE)

    def open(self) -> StoredEditions:
        leasing = LeaseTerms(self.stopping.is_set, LEASE_SECONDS)
        return editions_in(self.folder, leasing)

    def queue(self, edition: Edition) -> None:
        self.editions.create(edition, edition.creation_events())
        self.editions.change(edition.id, lambda held: held.queue_making(time.time()))

    def try_once(self, script: str, limits: ChildLimits | None = None) -> bool:
        transcoder = ChildTranscoder(script, limits) if limits else None
        return TranscodeLecture(
            self.editions,
            KnownProbe(),
            transcoder or ChildTranscoder(script),
            FolderScratch(self.work),
            time.time,
        )()

    def let_try(self) -> None:
        """The pause before the next try is over."""
        let_lapse(self.editions.rows, LECTURE.id)

    @property
    def lecture(self) -> Edition:
        found = self.editions.get(LECTURE.id)
        assert found is not None
        return found

    @property
    def standing(self) -> tuple[str, int, str]:
        """State, tries that broke off, and the last cause."""
        return self.lecture.state, self.lecture.job.tries, self.lecture.job.cause

    @contextmanager
    def worker(self, script: str) -> Iterator[subprocess.Popen[bytes]]:
        module = [sys.executable, "-m", "tests.media.worker"]
        arguments = [self.url, str(self.folder), script]
        with subprocess.Popen([*module, *arguments]) as process:
            try:
                yield process
            finally:
                process.kill()

    def child(self) -> int:
        """The process that makes the lecture, once there is one."""

        def pid() -> int:
            said = [path.read_text() for path in self.work.glob("*/out/pid")]
            return int(said[0]) if said and said[0] else 0

        return until(pid)


def until(true: Callable[[], int]) -> int:
    """What it says, once that is something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (said := true()):
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)
    return said


def is_gone(pid: int) -> bool:
    """Whether the process has ended."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        )
    except FileNotFoundError:
        return True


def wait_until_gone(pid: int) -> None:
    until(lambda: is_gone(pid))


@pytest.fixture
def place(embedded_engine: Engine, tmp_path: Path) -> Place:
    return Place(embedded_engine, tmp_path)


def test_a_lecture_is_made_and_its_scratch_goes(place: Place) -> None:
    assert place.try_once("make")
    assert place.standing == (READY, 0, "")
    assert place.editions.objects.get("lectures/v1/1/master.m3u8") == b"whole"
    assert list(place.work.iterdir()) == []
    assert not place.try_once("make")


def test_complaints_of_any_length_stop_nothing(place: Place) -> None:
    place.try_once("complain")
    assert place.lecture.state == READY


def test_a_killed_child_is_another_try_with_its_cause(place: Place) -> None:
    def kill() -> None:
        os.kill(place.child(), signal.SIGKILL)

    killing = threading.Thread(target=kill)
    killing.start()
    place.try_once("slow")
    killing.join()
    assert place.standing == (TRANSCODING, 1, "killed")
    assert list(place.work.iterdir()) == []
    assert not place.try_once("make")
    place.let_try()
    place.try_once("make")
    assert place.standing == (READY, 1, "killed")


def test_a_hung_child_is_ended_and_is_another_try(place: Place) -> None:
    short = ChildLimits(seconds=20.0, stall_seconds=0.5, cpu_seconds=60, memory=2 << 30)
    place.try_once("slow", short)
    assert place.standing == (TRANSCODING, 1, "hung")


def test_a_file_that_is_refused_while_it_is_made_has_failed_for_good(
    place: Place,
) -> None:
    place.try_once("refuse")
    assert (place.lecture.state, place.lecture.reason) == (FAILED, "not-video")
    assert not place.try_once("make")


def test_ten_killed_workers_are_ten_tries_and_the_lecture_is_made(
    place: Place,
) -> None:
    for tries in range(10):
        with place.worker("slow") as worker:
            child = place.child()
            worker.kill()
            worker.wait()
        wait_until_gone(child)
        assert place.lecture.job.is_held
        assert place.lecture.job.tries == tries
        place.let_try()
        FolderScratch(place.work).sweep_folders()
    place.try_once("make")
    assert place.standing == (READY, 10, "worker-gone")
    assert list(place.work.iterdir()) == []


def test_after_a_killed_worker_another_goes_on_when_its_lease_is_over(
    place: Place,
) -> None:
    with place.worker("slow") as worker:
        place.child()
        worker.kill()
        worker.wait()
        killed = time.monotonic()
    with place.worker("make"):
        until(lambda: place.lecture.state == READY)
    assert time.monotonic() - killed < 2 * LEASE_SECONDS + STOP_SECONDS
    assert place.lecture.job.cause == "worker-gone"


def test_a_worker_that_is_told_to_stop_gives_the_lecture_back_at_once(
    place: Place,
) -> None:
    with place.worker("slow") as worker:
        child, asked = place.child(), time.monotonic()
        worker.terminate()
        worker.wait()
        assert time.monotonic() - asked < STOP_SECONDS
    assert is_gone(child)
    assert list(place.work.iterdir()) == []
    assert place.standing == (TRANSCODING, 0, "")
    assert place.try_once("make")
    assert place.lecture.state == READY


def test_the_making_is_cancelled_within_seconds_and_can_be_tried_again(
    place: Place, no_uploads: Uploads
) -> None:
    with place.worker("slow"):
        child, asked = place.child(), time.monotonic()
        for _ in range(2):
            cancel_making(place.editions, no_uploads, "v1", time.time())
        wait_until_gone(child)
        assert time.monotonic() - asked < STOP_SECONDS
        assert (place.lecture.state, place.lecture.reason) == (FAILED, "cancelled")
    place.editions.change(LECTURE.id, lambda held: held.retry_making(time.time()))
    place.try_once("make")
    assert place.lecture.state == READY


def test_of_two_workers_on_one_slow_lecture_one_has_it_however_long_it_takes(
    place: Place,
) -> None:
    with place.worker("slow") as first, place.worker("slow"):
        child = place.child()
        began = time.monotonic()
        until(lambda: time.monotonic() - began > 2 * LEASE_SECONDS)
        assert not is_gone(child)
        assert len(list(place.work.iterdir())) == 1
        assert place.standing == (TRANSCODING, 0, "")
        first.kill()


def test_another_lecture_is_made_while_one_is_between_its_tries(place: Place) -> None:
    other = replace(LECTURE, lecture_id="v2", source="sources/v2/u2")
    place.editions.objects.put(other.source, b"film")
    short = ChildLimits(seconds=20.0, stall_seconds=0.2, cpu_seconds=60, memory=2 << 30)
    place.try_once("slow", short)
    place.queue(other)
    place.let_try()
    for _ in range(2):
        place.try_once("make")
    made = place.editions.get("v2.1")
    assert made is not None
    assert (made.state, place.lecture.state) == (READY, READY)


@pytest.mark.part("mount")
@pytest.mark.parametrize("script", ["fill", "fill in silence", "fill and blame"])
def test_a_full_disk_is_no_fault_of_the_file_and_it_is_made_once_there_is_room(
    place: Place, script: str
) -> None:
    with small_disk(place.work / "disk", 80) as disk:
        place.work = disk
        place.try_once(script)
        assert place.standing == (TRANSCODING, 1, "no-room")
        (disk / "others").write_bytes(bytes(40 << 20))
        place.let_try()
        place.try_once("make")
        assert place.standing == (TRANSCODING, 2, "no-room")
        (disk / "others").unlink()
        place.let_try()
        place.try_once("make")
        assert place.lecture.state == READY


@pytest.mark.part("mount")
def test_full_objects_are_no_fault_of_the_file_either(
    embedded_engine: Engine, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "objects", 2) as disk:
        place = Place(embedded_engine, tmp_path)
        filler = disk / "others"
        filler.write_bytes(bytes(shutil.disk_usage(disk).free))
        place.try_once("make")
        assert place.standing == (TRANSCODING, 1, "no-room")
        filler.unlink()
        place.let_try()
        place.try_once("make")
        assert place.lecture.state == READY


class NoUploads:
    """A lecture to which nothing is being uploaded."""

    def find_checking(self, lecture_id: str) -> list[object]:
        return []


@pytest.fixture
def no_uploads() -> NoUploads:
    return NoUploads()
