"""An upload in parts: begun, filled in any order, completed once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from media.domain.errors import NoLecture, PartsMissing, WrongPart

PART_SIZE = 8 * 1024 * 1024
LARGEST = 8 * 1024**3
OPEN, CHECKING, ACCEPTED, REFUSED = "open", "checking", "accepted", "refused"


@dataclass(frozen=True)
class Upload:
    """A lecture file on its way in. Parts are numbered from 1.

    `ticket` is the object store's name for this put in parts; the store knows which
    of them are there. `begun` is in epoch seconds.
    """

    id: str
    lecture_id: str
    title: str
    bytes: int
    ticket: str = ""
    begun: float = 0.0
    state: str = OPEN
    reason: str = ""

    @property
    def source(self) -> str:
        """The key under which the whole file will lie."""
        return f"sources/{self.lecture_id}/{self.id}"

    @property
    def count(self) -> int:
        """How many parts make it whole."""
        return -(-self.bytes // PART_SIZE)

    def size_of(self, part: int) -> int:
        """How many bytes this part must have. Raises WrongPart."""
        if not 1 <= part <= self.count:
            raise WrongPart(f"没有第 {part} 部分：应为 1 到 {self.count}")
        last = self.bytes - PART_SIZE * (self.count - 1)
        return last if part == self.count else PART_SIZE

    def require_open(self) -> "Upload":
        """Itself. Raises WrongPart once it takes no more parts."""
        if self.state != OPEN:
            raise WrongPart("上传已结束：要换文件请另开一次上传")
        return self

    def complete(self, kept: Mapping[int, int]) -> "Upload | None":
        """All is here, to be checked; None if it is at that. Raises PartsMissing.

        `kept` has the size of every part that the object store holds.
        """
        if self.state != OPEN:
            return None
        wanted = {part: self.size_of(part) for part in range(1, self.count + 1)}
        missing = [part for part in wanted if kept.get(part) != wanted[part]]
        if missing:
            raise PartsMissing(f"还缺第 {missing[:20]} 部分：请补传后再完成")
        return replace(self, state=CHECKING)

    def accept(self) -> "Upload | None":
        """It is a lecture; None unless it was being checked."""
        return replace(self, state=ACCEPTED) if self.state == CHECKING else None

    def refuse(self, reason: str) -> "Upload | None":
        """It is none, and why; None unless it was being checked."""
        if self.state != CHECKING:
            return None
        return replace(self, state=REFUSED, reason=reason)

    def lapse(self, reason: str) -> "Upload | None":
        """Nobody went on with it; None if somebody did."""
        if self.state != OPEN:
            return None
        return replace(self, state=REFUSED, reason=reason)


def check_first_bytes(head: bytes) -> None:
    """Refuse at the door what is plainly no video. Raises NoLecture."""
    is_mp4 = head[4:8] == b"ftyp"
    is_matroska = head[:4] == b"\x1aE\xdf\xa3"
    is_transport = head[:1] == b"\x47" and head[188:189] == b"\x47"
    if not (is_mp4 or is_matroska or is_transport):
        raise NoLecture("not-video")
