"""A lecture in editions, each transcoded into renditions."""

from dataclasses import dataclass, field, replace

from media.domain import events
from media.domain.cost import seconds_to_make
from media.domain.errors import NotReady
from media.domain.file_faults import show_fault
from media.domain.job import CANCELLED, Job
from media.domain.probed import Probed

WAITING, TRANSCODING, READY, FAILED = "waiting", "transcoding", "ready", "failed"
DELETED, NOT_MADE = "deleted", "not-made"
SHORTEST_SECONDS = 1.0  # less is a picture, no lecture
LONGEST_SECONDS = 12 * 3600.0  # a whole day of teaching in one recording
Events = list[object]


@dataclass(frozen=True)
class Edition:
    """An edition: one file of a lecture, from upload to playlists.

    What was deleted stays as a row without bytes: its number is never given again, and
    what was watched of it still names it. `is_cleared` once the bytes are gone.
    """

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
    job: Job = field(default_factory=Job)
    is_cleared: bool = False

    @property
    def id(self) -> str:
        """Lecture and number."""
        return edition_id(self.lecture_id, self.number)

    @property
    def folder(self) -> str:
        """Where its playlists and segments lie."""
        return f"lectures/{self.lecture_id}/{self.number}/"

    def creation_events(self) -> Events:
        """The events of an edition's arrival; one may come as failed."""
        if self.state == FAILED:
            return [events.LectureFailed(self.lecture_id, self.number, self.reason)]
        return [
            events.LectureUploaded(
                self.lecture_id, self.number, self.seconds, self.bytes
            )
        ]

    @property
    def cost(self) -> float:
        """About how many seconds its making takes."""
        return seconds_to_make(self.probed) if self.probed else self.seconds

    def queue_making(self, now: float) -> "tuple[Edition, Events] | None":
        """The edition in the line; None where nothing is to be made any more."""
        if self.state != WAITING:
            return None
        return self._in_line(now)

    def retry_making(self, now: float) -> "tuple[Edition, Events] | None":
        """Have it made anew where that failed, or at once where it was put off.

        None where nothing waits: it is being made, or was, or was deleted.
        """
        if self.state == FAILED or (self.state == TRANSCODING and not self.job.is_held):
            return self._in_line(now)
        return None

    def _in_line(self, now: float) -> "tuple[Edition, Events]":
        event = events.TranscodeProgressed(self.lecture_id, self.number, 0)
        waits = replace(
            self, state=TRANSCODING, percent=0, reason="", job=self.job.queue(now)
        )
        return waits, [event]

    def begin_try(self, now: float) -> "tuple[Edition, Events] | None":
        """A worker has it, and begins at zero; None if nothing is to be made."""
        if self.state != TRANSCODING:
            return None
        happened: Events = []
        if self.percent:
            happened.append(events.TranscodeProgressed(self.lecture_id, self.number, 0))
        return replace(
            self, percent=0, job=self.job.begin_try(now, self.cost)
        ), happened

    def interrupt_try(
        self, fence: int, cause: str, now: float
    ) -> "tuple[Edition, Events] | None":
        """The try that began as `fence` broke off; None if another has begun.

        It fails where we cannot make it, whatever the file is.
        """
        if not self._is_made_by(fence):
            return None
        left = replace(self, job=self.job.interrupt(cause, now, self.cost))
        return left._end_with(NOT_MADE) if left.job.is_hopeless else (left, [])

    def give_back(self, fence: int, now: float) -> "tuple[Edition, Events] | None":
        """The worker that began as `fence` was told to stop; None if another has it."""
        if not self._is_made_by(fence):
            return None
        return replace(self, job=self.job.give_back(now)), []

    def _is_made_by(self, fence: int) -> bool:
        return (
            self.state == TRANSCODING and self.job.is_held and self.job.fence == fence
        )

    def note_progress(
        self, fence: int, percent: int
    ) -> "tuple[Edition, Events] | None":
        """The edition so far in try `fence`; told every tenth, never back."""
        if not self._is_made_by(fence) or percent <= self.percent:
            return None
        happened: Events = []
        if percent // 10 > self.percent // 10:
            happened.append(
                events.TranscodeProgressed(self.lecture_id, self.number, percent)
            )
        return replace(self, percent=percent), happened

    def finish_try(
        self, fence: int, renditions: tuple[str, ...], seconds: float
    ) -> "tuple[Edition, Events] | None":
        """The edition ready, as long as the try that began as `fence` made it.

        None if another has begun, or nobody wants it any more.
        """
        if not self._is_made_by(fence):
            return None
        event = events.LectureReady(self.lecture_id, self.number, seconds, renditions)
        done = replace(
            self,
            state=READY,
            percent=100,
            renditions=renditions,
            reason="",
            seconds=seconds,
            job=replace(self.job, is_held=False),
        )
        return done, [event]

    def fail_try(self, fence: int, reason: str) -> "tuple[Edition, Events] | None":
        """The try that began as `fence` found that it cannot be watched; None if
        another has begun, or nobody wants it any more."""
        return self._end_with(reason) if self._is_made_by(fence) else None

    def _end_with(self, reason: str) -> "tuple[Edition, Events]":
        failed = replace(
            self, state=FAILED, reason=reason, job=replace(self.job, is_held=False)
        )
        return failed, [events.LectureFailed(self.lecture_id, self.number, reason)]

    def cancel_making(self) -> "tuple[Edition, Events] | None":
        """The edition that nobody goes on making; None where nothing is to be made."""
        return (
            self._end_with(CANCELLED) if self.state in (WAITING, TRANSCODING) else None
        )

    def delete(self, now: float) -> "tuple[Edition, Events] | None":
        """The edition deleted, and its bytes to go; None if it was."""
        if self.state == DELETED:
            return None
        gone = replace(self, state=DELETED, reason=DELETED, job=self.job.queue(now))
        return gone, [events.LectureFailed(self.lecture_id, self.number, DELETED)]

    def clear_bytes(self) -> "tuple[Edition, Events] | None":
        """The deleted edition once its bytes are gone."""
        return replace(self, is_cleared=True), []

    def to_snapshot(self) -> Events:
        """The events that tell how the edition stands; none while it waits."""
        about = (self.lecture_id, self.number)
        if self.state == TRANSCODING:
            return [events.TranscodeProgressed(*about, self.percent)]
        if self.state in (FAILED, DELETED):
            return [events.LectureFailed(*about, self.reason)]
        if self.state == READY:
            return [events.LectureReady(*about, self.seconds, self.renditions)]
        return []

    def require_ready(self) -> "Edition":
        """The edition itself. Raises NotReady with how far it is."""
        if self.state in (FAILED, DELETED):
            raise NotReady(f"视频看不了：{show_fault(self.reason)}")
        if self.state != READY:
            raise NotReady(f"视频正在处理，已完成 {self.percent}%：请稍候")
        return self


def edition_id(lecture_id: str, number: int) -> str:
    """The id of an edition."""
    return f"{lecture_id}.{number}"
