"""An upload in parts: begun, filled in any order, completed once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from media.domain.errors import NoLecture, PartsMissing, UploadAccepted, WrongPart
from media.domain.job import Job

PART_SIZE = 8 * 1024 * 1024
"""S3 takes parts from 5 MiB on; a cut connection loses one at most."""
LARGEST = 8 * 1024**3  # two hours at 8 Mbit/s, as cameras write 1080p, are 7
HEAD_BYTES = 1024  # of a file are looked at when it comes: five packets of a stream
# atoms that a QuickTime file or an MP4 begins with; before 2001 there was no ftyp
FIRST_ATOMS = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"}
BEGINNINGS = (
    b"\x1aE\xdf\xa3",  # Matroska, WebM
    bytes.fromhex("3026b2758e66cf11"),  # Windows Media
    b"FLV\x01",
    b"\x00\x00\x01\xba",  # MPEG program streams
)
RIFF_KINDS = {b"AVI ", b"AVIX"}
# plain, of camcorders (with a clock before each), with error correction behind each
PACKET_SIZES, SYNC, FEWEST_PACKETS = (188, 192, 204), {0x47}, 5
OPEN, CHECKING, ACCEPTED, REFUSED = "open", "checking", "accepted", "refused"
LAPSED, GIVEN_UP, DELETED = "lapsed", "given-up", "deleted"
CHECK_CANCELLED = "check-cancelled"
BYTES_A_SECOND = 100e6  # at which a disk reads what is checked


@dataclass(frozen=True)
class Upload:
    """A lecture file on its way in. Parts are numbered from 1.

    `ticket` is the object store's name for this put in parts; the store knows which
    of them are there. `begun` is in epoch seconds. `account` is whose it is, and
    `mark` what that account's program knows the file by, to go on with it after a cut.
    `is_cleared` once nothing of a refused one is kept any more.
    """

    id: str
    lecture_id: str
    title: str
    bytes: int
    ticket: str = ""
    begun: float = 0.0
    state: str = OPEN
    reason: str = ""
    account: str = ""
    mark: str = ""
    job: Job = field(default_factory=Job)
    is_cleared: bool = False

    @property
    def cost(self) -> float:
        """About how many seconds its check takes."""
        return self.bytes / BYTES_A_SECOND

    @property
    def source(self) -> str:
        """The key under which the whole file will lie."""
        return f"sources/{self.lecture_id}/{self.id}"

    @property
    def keeps_source(self) -> bool:
        """Whether the upload's file may be there still: of a refused one it goes."""
        return self.state != REFUSED

    @property
    def count(self) -> int:
        """The number of parts that make it whole."""
        return -(-self.bytes // PART_SIZE)

    def size_of(self, part: int) -> int:
        """The bytes that this part must have. Raises WrongPart."""
        if not 1 <= part <= self.count:
            raise WrongPart(f"没有第 {part} 部分：应为 1 到 {self.count}")
        last = self.bytes - PART_SIZE * (self.count - 1)
        return last if part == self.count else PART_SIZE

    def require_open(self) -> "Upload":
        """The upload itself. Raises WrongPart once it takes no more parts."""
        if self.state != OPEN:
            raise WrongPart("上传已结束：要换文件请另开一次上传")
        return self

    def complete(self, stored: Mapping[int, int], now: float) -> "Upload | None":
        """The upload whole, to be checked; None if it is at that. Raises PartsMissing.

        `stored` has the size of every part that the object store holds.
        """
        if self.state != OPEN:
            return None
        wanted = {part: self.size_of(part) for part in range(1, self.count + 1)}
        missing = [part for part in wanted if stored.get(part) != wanted[part]]
        if missing:
            raise PartsMissing(f"还缺第 {missing[:20]} 部分：请补传后再完成")
        return replace(self, state=CHECKING, job=self.job.queue(now))

    def begin_try(self, now: float) -> "Upload | None":
        """A worker begins to check it; None unless it waits for that."""
        if self.state != CHECKING:
            return None
        return replace(self, job=self.job.begin_try(now, self.cost))

    def interrupt_check(self, fence: int, cause: str, now: float) -> "Upload | None":
        """The check that began as `fence` broke off; None if another has begun."""
        if not self._is_checked_by(fence):
            return None
        return replace(self, job=self.job.interrupt(cause, now, self.cost))

    def give_back(self, fence: int, now: float) -> "Upload | None":
        """The worker that began as `fence` was told to stop; None if another has it."""
        if not self._is_checked_by(fence):
            return None
        return replace(self, job=self.job.give_back(now))

    def _is_checked_by(self, fence: int) -> bool:
        return self.state == CHECKING and self.job.is_held and self.job.fence == fence

    def accept(self) -> "Upload | None":
        """The upload accepted as a lecture; None unless it was being checked."""
        if self.state != CHECKING:
            return None
        return replace(self, state=ACCEPTED, job=replace(self.job, is_held=False))

    def refuse(self, reason: str, now: float) -> "Upload | None":
        """The upload refused, and why; None unless it was being checked."""
        return self._end_with(reason, now) if self.state == CHECKING else None

    def lapse(self, now: float) -> "Upload | None":
        """The upload lapsed: nobody went on with it; None if somebody did."""
        return self._end_with(LAPSED, now) if self.state == OPEN else None

    def give_up(self, now: float) -> "Upload | None":
        """Whoever sends it wants it no more; None if it was refused.

        Raises UploadAccepted once it is a lecture.
        """
        if self.state == ACCEPTED:
            raise UploadAccepted("上传已成为一讲：不要它就请删除这一讲")
        return self._end_with(GIVEN_UP, now) if self.state in (OPEN, CHECKING) else None

    def delete(self, now: float) -> "Upload | None":
        """Its lecture was deleted; None if the upload had ended before."""
        return self._end_with(DELETED, now) if self.state in (OPEN, CHECKING) else None

    def _end_with(self, reason: str, now: float) -> "Upload":
        return replace(self, state=REFUSED, reason=reason, job=self.job.queue(now))

    def clear_bytes(self) -> "Upload":
        """The upload of which nothing is kept any more."""
        return replace(self, is_cleared=True)


@dataclass(frozen=True)
class PlaceInUploads:
    """Where an upload stands among all, which are in order of time, newest first."""

    begun: float
    id: str


def upload_id_of(source: str) -> str:
    """The id of the upload that a source came by."""
    return source.rpartition("/")[2]


def check_first_bytes(head: bytes) -> None:
    """Refuse first bytes that are plainly no video. Raises NoLecture.

    `head` is the first HEAD_BYTES of the file, or all of a smaller one. Whether it is
    a video is seen when it is looked at.
    """
    is_riff = head[:4] == b"RIFF" and head[8:12] in RIFF_KINDS
    is_known = head[4:8] in FIRST_ATOMS or head.startswith(BEGINNINGS)
    if not (is_riff or is_known or _is_transport(head)):
        raise NoLecture("not-video")


def _is_transport(head: bytes) -> bool:
    """Whether packets of an MPEG stream follow each other, wherever they begin."""
    for size in PACKET_SIZES:
        for begin in range(size):
            packets = head[begin::size]
            if len(packets) >= FEWEST_PACKETS and set(packets) == SYNC:
                return True
    return False
