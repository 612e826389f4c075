"""Players let play: one for each person."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from media.domain.stream import Grant
from media.domain.viewer import Viewer
from media.domain.watch import (
    OTHER_PLAYER,
    SETTLED,
    Judgement,
    Verdict,
    WatchRecord,
    record_id,
)
from media.usecases.ports import Watching


@dataclass(frozen=True)
class Start:
    """A player that begins at a second of the lecture; `take_over` stops another."""

    player: str
    position: float
    take_over: bool


class StartWatching:
    """Starts players."""

    def __init__(self, watching: Watching, now: Callable[[], float]) -> None:
        self.watching, self.now = watching, now

    def __call__(self, grant: Grant, start: Start) -> Judgement:
        """The verdict is OTHER_PLAYER where another plays and is not to be stopped.

        Raises NotEnrolled where the person had no seat when the stream was granted.
        """

        def decide_start(
            viewer: Viewer, record: WatchRecord, _: Collection[int]
        ) -> Judgement:
            started = viewer.start_player(start.player, self.now(), start.take_over)
            if started is None:
                return Judgement(
                    viewer, record, Verdict(0.0, start.position, OTHER_PLAYER)
                )
            verdict = Verdict(0.0, start.position, SETTLED)
            return Judgement(started, record.move_to(start.position), verdict)

        id_ = record_id(grant.person, grant.lecture_id, grant.edition)
        return self.watching.change(id_, grant.session, decide_start)
