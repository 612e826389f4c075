"""A lecture in editions, each transcoded into renditions."""

from dataclasses import dataclass, replace

from media.domain import facts
from media.domain.errors import NotReady
from media.domain.probed import Probed

WAITING, TRANSCODING, READY, FAILED = "waiting", "transcoding", "ready", "failed"
SHORTEST_SECONDS, LONGEST_SECONDS = 1.0, 12 * 3600.0
Told = list[object]


@dataclass(frozen=True)
class Edition:
    """One file of a lecture, from upload to playlists."""

    lecture_id: str
    number: int
    title: str
    source: str
    seconds: float
    bytes: int
    probed: Probed | None = None
    state: str = WAITING
    percent: int = 0
    renditions: tuple[str, ...] = ()
    reason: str = ""

    @property
    def id(self) -> str:
        """Lecture and number."""
        return edition_id(self.lecture_id, self.number)

    @property
    def folder(self) -> str:
        """Where its playlists and segments lie."""
        return f"lectures/{self.lecture_id}/{self.number}/"

    def begin(self) -> Told:
        """What its arrival tells."""
        return [
            facts.LectureUploaded(
                self.lecture_id, self.number, self.seconds, self.bytes
            )
        ]

    def start(self) -> "tuple[Edition, Told] | None":
        """Transcoding may begin; None if it did."""
        if self.state != WAITING:
            return None
        told = facts.TranscodeProgressed(self.lecture_id, self.number, 0)
        return replace(self, state=TRANSCODING), [told]

    def progress(self, percent: int) -> "tuple[Edition, Told] | None":
        """Say every tenth; never back."""
        if self.state != TRANSCODING or percent <= self.percent:
            return None
        told: Told = []
        if percent // 10 > self.percent // 10:
            told.append(
                facts.TranscodeProgressed(self.lecture_id, self.number, percent)
            )
        return replace(self, percent=percent), told

    def finish(
        self, renditions: tuple[str, ...], seconds: float
    ) -> "tuple[Edition, Told] | None":
        """It can be watched, as long as it was made; None if it could before."""
        if self.state == READY:
            return None
        told = facts.LectureReady(self.lecture_id, self.number, seconds, renditions)
        done = replace(
            self, state=READY, percent=100, renditions=renditions, reason="",
            seconds=seconds,
        )  # fmt: skip
        return done, [told]

    def fail(self, reason: str) -> "tuple[Edition, Told] | None":
        """It cannot be watched; None if it can or is known to fail."""
        if self.state in (READY, FAILED):
            return None
        told = facts.LectureFailed(self.lecture_id, self.number, reason[:500])
        return replace(self, state=FAILED, reason=reason[:500]), [told]

    def restate(self) -> Told:
        """How it stands now; nothing while it waits."""
        about = (self.lecture_id, self.number)
        if self.state == TRANSCODING:
            return [facts.TranscodeProgressed(*about, self.percent)]
        if self.state == FAILED:
            return [facts.LectureFailed(*about, self.reason)]
        if self.state == READY:
            return [facts.LectureReady(*about, self.seconds, self.renditions)]
        return []

    def require_ready(self) -> "Edition":
        """Itself. Raises NotReady with how far it is."""
        if self.state == FAILED:
            raise NotReady(f"视频处理失败：{self.reason}")
        if self.state != READY:
            raise NotReady(f"视频正在处理，已完成 {self.percent}%：请稍候")
        return self


def edition_id(lecture_id: str, number: int) -> str:
    """The one id of this edition."""
    return f"{lecture_id}.{number}"
