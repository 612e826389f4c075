"""What the use cases of media ask of the world."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from media.domain.entitlement import Seat, ShownCourse
from media.domain.lecture import Edition
from media.domain.probed import Probed
from media.domain.upload import Upload
from media.domain.viewer import Viewer
from media.domain.watch import Judged, WatchRecord

Facts = Sequence[object]


class Uploads(Protocol):
    """Uploads and their parts."""

    def get(self, id_: str) -> Upload | None:
        """One upload, or None."""

    def add(self, upload: Upload) -> None:
        """Put a new one."""

    def change(self, id_: str, decide: Callable[[Upload], Upload | None]) -> Upload:
        """Read, decide, write under the version that was read."""

    def latest(self, lecture_id: str) -> Upload | None:
        """The upload of a lecture that was begun last, or None."""

    def claim(self) -> str | None:
        """An upload to be checked, leased to this worker."""

    def stale(self, before: float, limit: int) -> list[Upload]:
        """Uploads that are still open and were begun before this moment."""

    def open_parts(self, source: str) -> str:
        """Let parts come; the ticket they come under."""

    def keep_part(self, upload: Upload, part: int, content: bytes) -> None:
        """Keep a part's bytes. Raises WrongPart if they may not come any more."""

    def part_address(self, upload: Upload, part: int) -> str | None:
        """Where the client may send the part itself, or None: not here."""

    def kept_parts(self, upload: Upload) -> Mapping[int, int]:
        """The size of every part that is kept."""

    def assemble(self, upload: Upload, path: Path) -> None:
        """Join the parts to the source, and copy that to a file.

        Raises NoLecture where they are not there any more.
        """

    def forget(self, upload: Upload) -> None:
        """Parts and source are not needed any more."""


class Editions(Protocol):
    """Lectures' editions, their sources and what is made of them."""

    def get(self, id_: str) -> Edition | None:
        """One edition, or None."""

    def latest(self, lecture_id: str) -> Edition | None:
        """The newest edition of a lecture, ready or not."""

    def latest_ready(self, lecture_id: str) -> Edition | None:
        """The newest that can be watched."""

    def add(self, edition: Edition) -> None:
        """Put a new one with what it tells; the same again changes nothing."""

    def change(
        self, id_: str, decide: Callable[[Edition], tuple[Edition, Facts] | None]
    ) -> Edition:
        """Read, decide, write under the version that was read."""

    def claim(self) -> tuple[str, int] | None:
        """An edition to transcode and the number of this try, leased."""

    def renew(self, id_: str, tries: int) -> bool:
        """Keep the lease; False when another worker has taken over."""

    def fetch_source(self, key: str, path: Path) -> None:
        """Copy a source to a file."""

    def keep_output(self, edition: Edition, folder: Path) -> None:
        """Keep everything made, playlists last."""


class Probe(Protocol):
    """Looks at untrusted files."""

    def look(self, path: Path) -> Probed:
        """What it is. Raises NoLecture with the reason, Interrupted."""


@dataclass(frozen=True)
class Made:
    """What became of a file: its renditions, all of so many seconds."""

    renditions: tuple[str, ...]
    seconds: float


class Transcoder(Protocol):
    """Makes renditions."""

    def make(
        self,
        source: Path,
        folder: Path,
        probed: Probed,
        progress: Callable[[int], None],
    ) -> Made:
        """Everything into `folder`. Raises NoLecture, Interrupted.

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
        """One record, or None."""

    def open(self, record: WatchRecord, session: str) -> WatchRecord:
        """The record as it is kept, put if it is new; the session may get segments."""

    def change(
        self,
        record_id: str,
        session: str,
        decide: Callable[[Viewer, WatchRecord, Collection[int]], Judged],
    ) -> Judged:
        """Read viewer, record and the segments that the session got; decide; write.

        What the viewer spends is written before what it is spent for. Again if either
        moved meanwhile. Raises NotEnrolled where no stream of it was granted.
        """

    def note_served(self, record_id: str, session: str, segment: int) -> None:
        """Remember that the session got a segment; known to all within a second."""


class Entitlements(Protocol):
    """Who may watch what, by what catalog and enrollment said."""

    def put_courses(self, told: Iterable[tuple[str, int, ShownCourse]]) -> None:
        """Keep which lectures courses show, unless newer ones are kept."""

    def put_seats(self, told: Iterable[tuple[str, int, Seat]]) -> None:
        """Keep seats, each with its id and version, unless newer ones are kept."""

    def fastest_rate(self, person_id: str, lecture_id: str) -> float | None:
        """The fastest rate at which a seat of the person opens the lecture, or None."""

    def had_seat_lately(self, person_id: str, lecture_id: str) -> bool:
        """Whether a seat opened it half a minute ago or still does."""
