"""One upload is checked: it becomes an edition, or ends with the reason."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from media.domain.errors import NoLecture
from media.domain.events import LectureFailed
from media.domain.job import Job
from media.domain.lecture import DELETED, FAILED, READY, WAITING
from media.domain.probed import Probed
from media.domain.upload import ACCEPTED, CHECKING, OPEN, REFUSED
from media.usecases.check_upload import CheckUpload
from media.usecases.ports import Interrupted, LeaseLost, Stopping
from media.usecases.refuse_upload import refuse_upload

from tests.unit.media.fakes import (
    PROBED,
    Clock,
    FakeEditions,
    FakeUploads,
    an_edition,
    an_upload,
)


@dataclass
class Folders:
    """Scratch folders, and how much room was asked for."""

    asked: list[int] = field(default_factory=list)

    @contextmanager
    def open_folder(self, bytes_: int) -> Iterator[Path]:
        self.asked.append(bytes_)
        yield Path()

    def sweep_folders(self) -> None:
        """No worker left any."""


@dataclass
class Check:
    """The worker over one upload that waits; `ends` is what looking at it raises."""

    uploads: FakeUploads = field(default_factory=FakeUploads)
    editions: FakeEditions = field(default_factory=FakeEditions)
    folders: Folders = field(default_factory=Folders)
    clock: Clock = field(default_factory=Clock)
    ends: Exception | None = None

    def __post_init__(self) -> None:
        self.uploads.create(an_upload())

    def probe_file(self, path: Path, tick: Callable[[], None]) -> Probed:
        if self.ends:
            raise self.ends
        return PROBED

    def run(self) -> bool:
        return CheckUpload(
            self.uploads, self.editions, self, self.folders, self.clock
        )()

    @property
    def job(self) -> Job:
        return self.uploads.rows["u1"].job


@pytest.fixture
def check() -> Check:
    return Check()


def test_without_an_upload_that_waits_nothing_is_done(check: Check) -> None:
    check.uploads.rows["u1"] = an_upload(state=OPEN)
    assert not check.run()
    assert check.editions.rows == {}


def test_a_good_file_becomes_an_edition_that_waits_to_be_made(check: Check) -> None:
    assert check.run()
    edition = check.editions.rows["v1.1"]
    assert (edition.state, edition.probed, edition.seconds) == (WAITING, PROBED, 10.0)
    assert check.uploads.rows["u1"].state == ACCEPTED
    assert not check.job.is_held
    assert check.folders.asked == [4]
    assert not check.run()


def test_a_file_that_is_no_lecture_is_refused_with_its_reason(check: Check) -> None:
    check.ends = NoLecture("not-video")
    assert check.run()
    upload = check.uploads.rows["u1"]
    assert (upload.state, upload.reason) == (REFUSED, "not-video")
    assert check.editions.told == [LectureFailed("v1", 1, "not-video")]


def test_a_check_that_broke_off_waits_for_its_next_try(check: Check) -> None:
    check.ends = Interrupted("hung")
    assert check.run()
    assert check.uploads.rows["u1"].state == CHECKING
    assert (check.job.tries, check.job.cause, check.job.is_held) == (1, "hung", False)
    assert check.job.again_at > check.clock.now
    assert check.editions.rows == {}


def test_a_check_that_was_told_to_stop_counts_for_nothing(check: Check) -> None:
    check.ends = Stopping()
    assert check.run()
    assert (check.job.tries, check.job.is_held) == (0, False)


def test_a_worker_that_lost_its_lease_makes_no_edition(check: Check) -> None:
    check.uploads.lost = LeaseLost("u1")
    assert check.run()
    assert check.editions.rows == {}
    assert check.uploads.rows["u1"].state == CHECKING
    assert check.job.is_held, "it is the other worker's by now"


def test_what_is_refused_while_it_is_checked_never_becomes_a_lecture(
    check: Check,
) -> None:
    def delete() -> None:
        check.uploads.change("u1", lambda upload: upload.delete(check.clock()))

    check.uploads.meanwhile = delete
    assert check.run()
    assert check.uploads.rows["u1"].state == REFUSED
    assert [edition.state for edition in check.editions.rows.values()] == [DELETED]


def test_the_file_on_which_too_many_workers_died_is_not_tried_now(
    check: Check,
) -> None:
    died = Job(tries=99, since=1.0, is_held=True)
    check.uploads.rows["u1"] = replace(an_upload(), job=died)
    assert check.run()
    assert check.folders.asked == []
    assert not check.job.is_held


@pytest.mark.parametrize("state", [FAILED, DELETED])
def test_a_refused_file_fails_a_lecture_that_has_nothing_else(state: str) -> None:
    uploads, editions = FakeUploads({"u9": an_upload("u9")}), FakeEditions()
    editions.put(an_edition(1, state))
    refuse_upload(uploads, editions, uploads.rows["u9"], "too-short", 5.0)
    assert editions.told == [LectureFailed("v1", 2, "too-short")]
    assert uploads.rows["u9"].reason == "too-short"


@pytest.mark.parametrize("state", [WAITING, READY])
def test_a_refused_file_takes_nothing_from_an_edition_that_stands(state: str) -> None:
    uploads, editions = FakeUploads({"u9": an_upload("u9")}), FakeEditions()
    editions.put(an_edition(1, state))
    refuse_upload(uploads, editions, uploads.rows["u9"], "too-short", 5.0)
    assert (editions.told, list(editions.rows)) == ([], ["v1.1"])
    assert uploads.rows["u9"].state == REFUSED


def test_refusing_a_file_again_tells_nothing_twice_and_keeps_the_first_reason() -> None:
    uploads, editions = FakeUploads({"u1": an_upload()}), FakeEditions()
    for reason in ("not-video", "too-long"):
        refuse_upload(uploads, editions, an_upload(), reason, 5.0)
    assert len(editions.told) == 1
    assert uploads.rows["u1"].reason == "not-video"
