"""Media's ports in memory, for use cases on a clock of the test's own."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from media.domain.captions import CaptionTrack
from media.domain.errors import NotEnrolled
from media.domain.lecture import DELETED, READY, TRANSCODING, Edition
from media.domain.probed import Picture, Probed
from media.domain.upload import CHECKING, OPEN, REFUSED, PlaceInUploads, Upload
from media.domain.viewer import Viewer
from media.domain.watch import Judgement, WatchRecord


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class WatchingInMemory:
    """Viewers, their records and what their sessions got."""

    records: dict[str, WatchRecord] = field(default_factory=dict)
    viewers: dict[str, Viewer] = field(default_factory=dict)
    served: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    told: list[object] = field(default_factory=list)

    def get(self, id_: str) -> WatchRecord | None:
        return self.records.get(id_)

    def find_of_person(
        self, person_id: str, lecture_ids: Collection[str]
    ) -> list[WatchRecord]:
        return [
            record
            for record in self.records.values()
            if record.person_id == person_id and record.lecture_id in lecture_ids
        ]

    def open_record(self, record: WatchRecord, session: str) -> WatchRecord:
        return self.records.setdefault(record.id, record)

    def change(
        self,
        record_id: str,
        session: str,
        decide: Callable[[Viewer, WatchRecord, Collection[int]], Judgement],
    ) -> Judgement:
        record = self.records.get(record_id)
        if record is None:
            raise NotEnrolled
        viewer = self.viewers.get(record.person_id, Viewer(record.person_id))
        judged = decide(viewer, record, self.served.get((record_id, session), set()))
        self.records[record_id] = judged.record
        self.viewers[record.person_id] = judged.viewer
        self.told += judged.events
        return judged

    def note_served(self, record_id: str, session: str, segment: int) -> None:
        self.served.setdefault((record_id, session), set()).add(segment)

    def write_served(self, got: Mapping[tuple[str, str], Collection[int]]) -> None:
        for key, segments in got.items():
            self.served.setdefault(key, set()).update(segments)


@dataclass
class Seats:
    """Who has a seat for which lecture, at which rate, now and half a minute ago."""

    rates: dict[tuple[str, str], float] = field(default_factory=dict)
    lately: dict[tuple[str, str], float] = field(default_factory=dict)

    def put_courses(self, rows: object) -> None:
        raise AssertionError("no course comes here")

    def put_seats(self, rows: object) -> None:
        raise AssertionError("no seat comes here")

    def get_fastest_rate(self, person_id: str, lecture_id: str) -> float | None:
        return self.rates.get((person_id, lecture_id))

    def get_recent_rate(self, person_id: str, lecture_id: str) -> float | None:
        key = (person_id, lecture_id)
        return self.lately.get(key, self.rates.get(key))


PROBED = Probed(10.0, Picture(0, 320, 240, 25.0, 0.0, 10.0))


@dataclass
class FakeLease:
    """A lease of one document; `lost` is what it raises once the store is asked."""

    id: str
    lost: Exception | None = None

    @contextmanager
    def renew_often(self, tell: Callable[[], None] = lambda: None) -> Iterator[None]:
        yield

    def ensure_ours(self) -> None:
        """Nobody takes it away between two looks at the store."""

    def ensure_ours_in_store(self) -> None:
        if self.lost:
            raise self.lost


@dataclass
class FakeUploads:
    """Uploads, their parts, and whose files were deleted.

    `meanwhile` runs as one is assembled, `arrivals` as the next is put. `room` is what
    the object store says that it can take.
    """

    rows: dict[str, Upload] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    arrivals: list[Callable[[], object]] = field(default_factory=list)
    room: int | None = None
    deleted: list[str] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    lost: Exception | None = None

    def get(self, id_: str) -> Upload | None:
        return self.rows.get(id_)

    def create(self, upload: Upload) -> None:
        if self.arrivals:
            self.arrivals.pop()()
        self.rows.setdefault(upload.id, upload)

    def change(self, id_: str, decide: Callable[[Upload], Upload | None]) -> Upload:
        self.rows[id_] = decide(self.rows[id_]) or self.rows[id_]
        return self.rows[id_]

    def find_checking(self, lecture_id: str) -> list[Upload]:
        return self._of(lecture_id, CHECKING)

    def find_unfinished_of(self, lecture_id: str) -> list[Upload]:
        return self._of(lecture_id, OPEN, CHECKING)

    def find_unfinished(self) -> list[Upload]:
        return [u for u in self.rows.values() if u.state in (OPEN, CHECKING)]

    def get_latest(self, lecture_id: str) -> Upload | None:
        uploads = self.find_newest(None, len(self.rows))
        return next((u for u in uploads if u.lecture_id == lecture_id), None)

    def find_newest(
        self, account: str | None, limit: int, behind: PlaceInUploads | None = None
    ) -> list[Upload]:
        uploads = sorted(self.rows.values(), key=lambda u: (u.begun, u.id))
        place = (behind.begun, behind.id) if behind else (math.inf, "")
        return [
            u
            for u in reversed(uploads)
            if account in (None, u.account) and (u.begun, u.id) < place
        ][:limit]

    def find_stale(self, before: float, limit: int) -> list[Upload]:
        stale = [u for u in self.rows.values() if u.state == OPEN and u.begun < before]
        return stale[:limit]

    def free_bytes(self) -> int | None:
        return self.room

    def open_parts(self, source: str) -> str:
        return f"parts of {source}"

    def store_part(
        self, upload: Upload, part: int, content: BinaryIO, size: int
    ) -> None:
        self.parts.setdefault(upload.id, {})[part] = content.read()

    def part_address(self, upload: Upload, part: int) -> str | None:
        return None

    def find_stored_parts(self, upload: Upload) -> Mapping[int, int]:
        parts = self.parts.get(upload.id, {})
        return {part: len(content) for part, content in parts.items()}

    def _of(self, lecture_id: str, *states: str) -> list[Upload]:
        rows = self.rows.values()
        return [u for u in rows if u.lecture_id == lecture_id and u.state in states]

    def claim(self) -> FakeLease | None:
        return self._claim(lambda upload: upload.state == CHECKING)

    def claim_refused(self) -> FakeLease | None:
        return self._claim(lambda u: u.state == REFUSED and not u.is_cleared)

    def _claim(self, is_wanted: Callable[[Upload], bool]) -> FakeLease | None:
        ids = [upload.id for upload in self.rows.values() if is_wanted(upload)]
        return FakeLease(ids[0], self.lost) if ids else None

    def assemble_parts(
        self, upload: Upload, path: Path, check: Callable[[], None]
    ) -> None:
        check()
        self.meanwhile()

    def delete_files(self, upload: Upload) -> None:
        self.deleted.append(upload.id)


@dataclass
class FakeEditions:
    """Editions, what they told, and whose files were deleted.

    `meanwhile` runs once, before the next edition is put.
    """

    rows: dict[str, Edition] = field(default_factory=dict)
    told: list[object] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)
    lacks_source: bool = False

    def put(self, *editions: Edition) -> "FakeEditions":
        """As if these had come before; nothing is told of them."""
        self.rows |= {edition.id: edition for edition in editions}
        return self

    def get(self, id_: str) -> Edition | None:
        return self.rows.get(id_)

    def find_by_lecture(self, lecture_id: str) -> list[Edition]:
        editions = [e for e in self.rows.values() if e.lecture_id == lecture_id]
        return sorted(editions, key=lambda edition: edition.number)

    def find_in_states(
        self, states: Sequence[str], after: str, limit: int
    ) -> list[Edition]:
        rows = sorted(self.rows.values(), key=lambda edition: edition.id)
        return [e for e in rows if e.state in states and e.id > after][:limit]

    def get_waiting_place(self, edition: Edition) -> int:
        return int(edition.state == TRANSCODING and not edition.job.is_held)

    def get_latest(self, lecture_id: str) -> Edition | None:
        return next(reversed(self.find_by_lecture(lecture_id)), None)

    def get_latest_ready(self, lecture_id: str) -> Edition | None:
        editions = reversed(self.find_by_lecture(lecture_id))
        return next((e for e in editions if e.state == READY), None)

    def create(self, edition: Edition, events: Sequence[object]) -> bool:
        if self.meanwhile:
            self.meanwhile.pop()()
        if edition.id in self.rows:
            return False
        self.rows[edition.id] = edition
        self.told += events
        return True

    def change(
        self,
        id_: str,
        decide: Callable[[Edition], tuple[Edition, Sequence[object]] | None],
    ) -> Edition:
        decided = decide(self.rows[id_])
        if decided is not None:
            self.rows[id_] = decided[0]
            self.told += decided[1]
        return self.rows[id_]

    def claim_deleted(self) -> FakeLease | None:
        rows = self.rows.values()
        ids = [e.id for e in rows if e.state == DELETED and not e.is_cleared]
        return FakeLease(ids[0]) if ids else None

    def has_source(self, edition: Edition) -> bool:
        return not self.lacks_source

    def delete_files(self, edition: Edition) -> None:
        self.deleted.append(edition.id)


@dataclass
class FakeTracks:
    """Captions by lecture and language; `meanwhile` runs once, before a write."""

    rows: dict[tuple[str, str], CaptionTrack] = field(default_factory=dict)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def get(self, lecture_id: str, language: str) -> CaptionTrack | None:
        track = self.rows.get((lecture_id, language))
        return None if track is None or track.is_deleted else track

    def find_by_lecture(self, lecture_id: str) -> list[CaptionTrack]:
        tracks = sorted(self.rows.values(), key=lambda track: track.language)
        return [t for t in tracks if t.lecture_id == lecture_id and not t.is_deleted]

    def change(
        self,
        lecture_id: str,
        language: str,
        decide: Callable[[CaptionTrack | None], CaptionTrack],
    ) -> CaptionTrack:
        if self.meanwhile:
            self.meanwhile.pop()()
        stored = self.rows.get((lecture_id, language))
        version = 1 + (stored.version if stored else 0)
        track = replace(decide(stored), version=version)
        self.rows[lecture_id, language] = track
        return track


def an_upload(id_: str = "u1", state: str = CHECKING, lecture: str = "v1") -> Upload:
    """An upload of four bytes."""
    return Upload(id_, lecture, "触电急救", 4, state=state)


def an_edition(number: int = 1, state: str = READY, **more: object) -> Edition:
    """An edition of the lecture v1, by an upload of its number."""
    source, probed = f"sources/v1/u{number}", PROBED
    edition = Edition("v1", number, "触电急救", source, 10.0, 4, probed, **more)
    if state == TRANSCODING:
        queued = edition.queue_making(1.0)
        assert queued is not None
        return queued[0]
    return replace(edition, state=state)
