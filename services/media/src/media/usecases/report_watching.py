"""Judge what a player says it played."""

from collections.abc import Callable, Collection

from media.domain.stream import Grant
from media.domain.viewer import Viewer
from media.domain.watch import (
    FASTEST,
    Claim,
    Judgement,
    Report,
    WatchRecord,
    judge_report,
    record_id,
)
from media.usecases.ports import Entitlements, Watching


class ReportWatching:
    """Judges reports and keeps what they earn."""

    def __init__(
        self, watching: Watching, entitlements: Entitlements, now: Callable[[], float]
    ) -> None:
        self.watching, self.entitlements, self.now = watching, entitlements, now

    def __call__(self, grant: Grant, report: Report) -> Judgement:
        """The verdict on a report, at the rate that the course allows now.

        Raises NotEnrolled where the person had no seat when the stream was granted.
        """
        rate = self.entitlements.get_recent_rate(grant.person, grant.lecture_id)

        def judge_claim(
            viewer: Viewer, record: WatchRecord, segments: Collection[int]
        ) -> Judgement:
            claim = Claim(report, rate or FASTEST, segments)
            return judge_report(viewer, record, claim, self.now())

        id_ = record_id(grant.person, grant.lecture_id, grant.edition)
        return self.watching.change(id_, grant.session, judge_claim)
