"""Judge what a player says it played."""

from collections.abc import Callable, Collection

from media.domain.stream import Grant
from media.domain.viewer import Viewer
from media.domain.watch import Judged, Report, WatchRecord, judge_report, record_id
from media.usecases.ports import Watching


class ReportWatching:
    """Judges reports and keeps what they earn."""

    def __init__(self, watching: Watching, now: Callable[[], float]) -> None:
        self.watching, self.now = watching, now

    def __call__(self, grant: Grant, edition: int, report: Report) -> Judged:
        """What became of the report. Raises NotEnrolled for no such edition."""

        def decide(
            viewer: Viewer, record: WatchRecord, segments: Collection[int]
        ) -> Judged:
            return judge_report(viewer, record, segments, report, self.now())

        id_ = record_id(grant.person, grant.lecture_id, edition)
        return self.watching.change(id_, grant.session, decide)
