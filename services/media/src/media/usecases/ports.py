"""Ports of media: what its use cases ask of the world."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from media.domain.captions import CaptionTrack
from media.domain.entitlement import Seat, ShownCourse
from media.domain.lecture import Edition
from media.domain.made import Made
from media.domain.probed import Probed
from media.domain.upload import PlaceInUploads, Upload
from media.domain.viewer import Viewer
from media.domain.watch import Judgement, WatchRecord

Events = Sequence[object]


class LeaseLost(Exception):
    """Another worker has the work, or nobody wants it any more: end it quietly."""


class Stopping(Exception):
    """The process was told to stop: give the work back."""


class JobLease(Protocol):
    """A piece of work that this worker alone has, while `renew_often` lasts."""

    id: str

    def renew_often(
        self, tell: Callable[[], None] = lambda: None
    ) -> AbstractContextManager[None]:
        """Renew the lease until the block ends; `tell` is called meanwhile."""

    def ensure_ours(self) -> None:
        """Raises LeaseLost, Stopping. Costs nothing: ask often."""

    def ensure_ours_in_store(self) -> None:
        """Ask the store itself. Raises LeaseLost, Stopping."""


class Scratch(Protocol):
    """Where files lie while they are worked on."""

    def open_folder(self, bytes_: int) -> AbstractContextManager[Path]:
        """A folder with room for so many bytes, which goes with what is in it.

        Raises Interrupted where there is no such room.
        """

    def sweep_folders(self) -> None:
        """Remove what workers left that are no more."""


class Uploads(Protocol):
    """Uploads and their parts."""

    def get(self, id_: str) -> Upload | None:
        """The upload with this id, or None."""

    def create(self, upload: Upload) -> None:
        """Put a new upload."""

    def change(self, id_: str, decide: Callable[[Upload], Upload | None]) -> Upload:
        """Read an upload, decide, write under the version that was read."""

    def get_latest(self, lecture_id: str) -> Upload | None:
        """The upload of a lecture that was begun last, or None."""

    def find_newest(
        self, account: str | None, limit: int, behind: PlaceInUploads | None = None
    ) -> list[Upload]:
        """Uploads of an account, or all, behind a place; those begun last first."""

    def find_unfinished(self) -> list[Upload]:
        """Every upload that is open or being checked, by when it was begun."""

    def find_checking(self, lecture_id: str) -> list[Upload]:
        """A lecture's uploads that are checked or wait for that."""

    def find_unfinished_of(self, lecture_id: str) -> list[Upload]:
        """A lecture's uploads that are open or being checked."""

    def claim(self) -> JobLease | None:
        """An upload to be checked, held by this worker."""

    def claim_refused(self) -> JobLease | None:
        """A refused upload of which something is kept, held by this worker."""

    def free_bytes(self) -> int | None:
        """The bytes that the object store can still take, or None: it does not say."""

    def find_stale(self, before: float, limit: int) -> list[Upload]:
        """Uploads that are still open and were begun before this moment."""

    def open_parts(self, source: str) -> str:
        """Open a put in parts at the object store; its ticket."""

    def store_part(
        self, upload: Upload, part: int, content: BinaryIO, size: int
    ) -> None:
        """Store a part's bytes, read in pieces.

        Raises WrongPart if they may not come any more, or do not all come.
        """

    def part_address(self, upload: Upload, part: int) -> str | None:
        """Where the client may send the part itself, or None: not here."""

    def find_stored_parts(self, upload: Upload) -> Mapping[int, int]:
        """The size of every part that is kept."""

    def assemble_parts(
        self, upload: Upload, path: Path, check: Callable[[], None]
    ) -> None:
        """Join the parts to the source, and copy that to a file.

        `check` is asked now and then; what it raises ends the work. Raises NoLecture
        where the parts are not there any more, Interrupted.
        """

    def delete_files(self, upload: Upload) -> None:
        """Parts and source are not needed any more."""


class Editions(Protocol):
    """Lectures' editions, their sources and what is made of them."""

    def get(self, id_: str) -> Edition | None:
        """The edition with this id, or None."""

    def get_latest(self, lecture_id: str) -> Edition | None:
        """The newest edition of a lecture, ready or not."""

    def get_latest_ready(self, lecture_id: str) -> Edition | None:
        """The newest that can be watched."""

    def find_by_lecture(self, lecture_id: str) -> list[Edition]:
        """Every edition of a lecture, by number, deleted ones too."""

    def find_in_states(
        self, states: Sequence[str], after: str, limit: int
    ) -> list[Edition]:
        """Editions in one of these states, by id, those behind this id."""

    def get_waiting_place(self, edition: Edition) -> int:
        """The place of a waiting edition in the line, from 1; 0 where it waits not."""

    def create(self, edition: Edition, events: Events) -> bool:
        """Put a new edition with its events; False if its number is taken."""

    def change(
        self, id_: str, decide: Callable[[Edition], tuple[Edition, Events] | None]
    ) -> Edition:
        """Read an edition, decide, write under the version that was read."""

    def claim(self, longest_seconds: float | None) -> JobLease | None:
        """An edition to transcode, held by this worker; with a limit only one whose
        making takes no longer than that."""

    def claim_deleted(self) -> JobLease | None:
        """A deleted edition of which something is kept, held by this worker."""

    def has_source(self, edition: Edition) -> bool:
        """Whether the file that the edition is made of is there."""

    def fetch_source(self, key: str, path: Path, check: Callable[[], None]) -> None:
        """Copy a source to a file, asking `check` now and then.

        Raises NoLecture where it is not there, Interrupted, and what `check` raises.
        """

    def store_output(
        self, edition: Edition, folder: Path, check: Callable[[], None]
    ) -> None:
        """Store everything made, playlists last, asking `check` before each file.

        Raises Interrupted, and what `check` raises.
        """

    def delete_files(self, edition: Edition) -> None:
        """Source and everything made are not needed any more."""


class CaptionTracks(Protocol):
    """Captions of lectures, by language."""

    def get(self, lecture_id: str, language: str) -> CaptionTrack | None:
        """The track with its text, or None, also for one that was deleted."""

    def find_by_lecture(self, lecture_id: str) -> list[CaptionTrack]:
        """A lecture's tracks by language, without their texts; none deleted."""

    def change(
        self,
        lecture_id: str,
        language: str,
        decide: Callable[[CaptionTrack | None], CaptionTrack],
    ) -> CaptionTrack:
        """Read a track, deleted or not, decide, write under the version that was read.

        `decide` gets None where there never was one. What comes back has its version.
        """


class ShownCourses(Protocol):
    """Which courses show a lecture."""

    def find_courses_showing(self, lecture_id: str) -> list[str]:
        """The ids of published courses that show it."""


class Probe(Protocol):
    """Looks at untrusted files."""

    def probe_file(self, path: Path, tick: Callable[[], None]) -> Probed:
        """The probed file. Raises NoLecture with the reason, Interrupted.

        `tick` is called about every second while it looks; what it raises ends that.
        """


class Transcoder(Protocol):
    """Makes renditions."""

    def make_renditions(
        self,
        source: Path,
        folder: Path,
        probed: Probed,
        progress: Callable[[int], None],
    ) -> Made:
        """Make all renditions in `folder`. Raises NoLecture, Interrupted.

        `progress` is called with the percentage, at least every second while it
        works; what it raises ends the work.
        """


class Interrupted(Exception):
    """A child ended for no fault of the file: killed, hung, no memory, no room.

    `cause` is one of `killed`, `hung`, `no-memory`, `no-room`, `broken`.
    """

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Watching(Protocol):
    """Viewers and their watch records."""

    def get(self, id_: str) -> WatchRecord | None:
        """The watch record with this id, or None."""

    def find_of_person(
        self, person_id: str, lecture_ids: Collection[str]
    ) -> list[WatchRecord]:
        """The person's records of these lectures, of every edition."""

    def open_record(self, record: WatchRecord, session: str) -> WatchRecord:
        """The record as it is kept, put if it is new; the session may get segments."""

    def change(
        self,
        record_id: str,
        session: str,
        decide: Callable[[Viewer, WatchRecord, Collection[int]], Judgement],
    ) -> Judgement:
        """Read viewer, record and the segments that the session got; decide; write.

        What the viewer spends is written before what it is spent for. Again if either
        moved meanwhile. Raises NotEnrolled where no stream of it was granted.
        """

    def note_served(self, record_id: str, session: str, segment: int) -> None:
        """Remember that the session got a segment; known to all within a second."""

    def write_served(self, got: Mapping[tuple[str, str], Collection[int]]) -> None:
        """Write the segments that sessions got, by record and session, at once."""


class Entitlements(Protocol):
    """Entitlements: who may watch what, from the events of catalog and enrollment."""

    def put_courses(self, rows: Iterable[tuple[str, int, ShownCourse]]) -> None:
        """Put rows of courses, each with its version; newer ones stay."""

    def put_seats(self, rows: Iterable[tuple[str, int, Seat]]) -> None:
        """Put rows of seats, each with its version; newer ones stay."""

    def get_fastest_rate(self, person_id: str, lecture_id: str) -> float | None:
        """The fastest rate at which a seat of the person opens the lecture, or None."""

    def get_recent_rate(self, person_id: str, lecture_id: str) -> float | None:
        """The fastest rate, as it is or as it was within the last half minute."""
