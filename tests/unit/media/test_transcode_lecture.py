"""How the making of an edition ends, however it goes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from media.domain.errors import NoLecture
from media.domain.lecture import DELETED, FAILED, READY, TRANSCODING, Edition
from media.domain.probed import Probed
from media.usecases.ports import (
    Editions,
    Interrupted,
    LeaseLost,
    Made,
    Probe,
    Scratch,
    Stopping,
    Transcoder,
)
from media.usecases.transcode_lecture import TranscodeLecture

from tests.unit.media.fakes import PROBED, Clock, FakeLease

LECTURE = Edition("v1", 1, "触电急救", "sources/v1/u1", 10.0, 4, PROBED)


@dataclass
class Making:
    """One edition in the line, everything that its maker asks of the world, and what
    happens while the last files are kept."""

    edition: Edition
    clock: Clock = field(default_factory=Clock)
    folder: Path = Path()
    ends: Exception | None = None
    keeping: Callable[[], None] = lambda: None
    forgotten: int = 0
    room_wanted: int = 0

    def claim(self, longest_seconds: float | None) -> FakeLease:
        return FakeLease("v1.1")

    def get(self, id_: str) -> Edition:
        return self.edition

    def change(
        self,
        id_: str,
        decide: Callable[[Edition], tuple[Edition, Sequence[object]] | None],
    ) -> Edition:
        decided = decide(self.edition)
        self.edition = decided[0] if decided else self.edition
        return self.edition

    def fetch_source(self, key: str, path: Path, check: Callable[[], None]) -> None:
        pass

    def store_output(self, edition: Edition, folder: Path, check: object) -> None:
        self.keeping()

    def delete_files(self, edition: Edition) -> None:
        self.forgotten += 1

    @contextmanager
    def room(self, bytes_: int) -> Iterator[Path]:
        self.room_wanted = bytes_
        yield self.folder

    def make_renditions(
        self, source: Path, folder: Path, probed: Probed, progress: object
    ) -> Made:
        folder.rmdir()
        if self.ends:
            raise self.ends
        return Made(("360p",), 10.0)

    def try_once(self) -> Edition:
        scratch = type("Folders", (), {"open_folder": staticmethod(self.room)})()
        TranscodeLecture(
            cast(Editions, self), cast(Probe, None), cast(Transcoder, self),
            cast(Scratch, scratch), self.clock,
        )()  # fmt: skip
        return self.edition

    def delete(self) -> None:
        self.change("v1.1", lambda held: held.delete(self.clock()))


@pytest.fixture
def making(tmp_path: Path) -> Making:
    clock = Clock()
    started = LECTURE.queue_making(clock())
    assert started is not None
    return Making(started[0], clock, tmp_path)


def test_what_was_made_and_kept_is_ready(making: Making) -> None:
    assert making.try_once().state == READY
    assert making.forgotten == 0


def test_room_is_wanted_for_the_file_and_its_sound_as_it_is_decoded(
    making: Making,
) -> None:
    making.try_once()
    assert making.room_wanted >= LECTURE.bytes + LECTURE.seconds * 48_000 * 2 * 4


@pytest.mark.parametrize(
    "end",
    [None, Stopping(), Interrupted("no-room"), NoLecture("not-video"), LeaseLost("v1")],
)
def test_of_what_is_deleted_while_its_last_files_are_kept_nothing_stays(
    making: Making, end: Exception | None
) -> None:
    def keeping() -> None:
        making.delete()
        if end:
            raise end

    making.keeping = keeping
    assert making.try_once().state == DELETED
    assert making.forgotten == 1


@pytest.mark.parametrize("end", [Stopping(), Interrupted("no-room"), LeaseLost("v1")])
def test_what_breaks_off_keeps_its_files_for_the_next_try(
    making: Making, end: Exception
) -> None:
    making.ends = end
    assert making.try_once().state == TRANSCODING
    assert making.forgotten == 0


def test_what_we_cannot_make_fails_at_the_third_try_as_our_fault(
    making: Making,
) -> None:
    making.ends = Interrupted("broken")
    assert [making.try_once().state for _ in range(3)] == [
        TRANSCODING, TRANSCODING, FAILED,
    ]  # fmt: skip
    job = making.edition.job
    assert (making.edition.reason, job.tries, job.cause) == ("not-made", 3, "broken")
    assert making.forgotten == 0


def test_what_we_could_not_make_is_made_once_that_is_mended(making: Making) -> None:
    making.ends = Interrupted("broken")
    for _ in range(3):
        making.try_once()
    making.change("v1.1", lambda held: held.retry_making(making.clock()))
    making.ends = None
    assert making.try_once().state == READY


@pytest.mark.parametrize("cause", ["killed", "hung", "no-memory", "no-room"])
def test_what_is_no_verdict_of_ours_fails_no_lecture(
    making: Making, cause: str
) -> None:
    making.ends = Interrupted(cause)
    for _ in range(30):
        assert making.try_once().state == TRANSCODING
