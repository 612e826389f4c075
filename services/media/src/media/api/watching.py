"""/lectures/…/starts and /reports: a player begins, and says what it played;
/watching: how far one is."""

import msgspec
from chassis.http.auth import current_caller, require_roles
from chassis.http.routing import Routes, get, post
from chassis.projections.aliases import PersonGroups
from chassis.telemetry import metrics
from contracts.http.media import (
    ReportIn,
    StartIn,
    StartOut,
    VerdictOut,
    WatchedOut,
    WatchingQuery,
)

from media.api.lectures_shown import show_record
from media.domain.watch import Report, pick_newest
from media.usecases.check_grant import CheckGrant, Presenter
from media.usecases.ports import Watching
from media.usecases.report_watching import ReportWatching
from media.usecases.start_watching import Start, StartWatching


class WatchingRoutes(Routes):
    """Routes for players."""

    name = "watching"

    def __init__(
        self,
        check: CheckGrant,
        start_watching: StartWatching,
        report_watching: ReportWatching,
        watching: Watching,
        aliases: PersonGroups,
    ) -> None:
        self.check, self.watching = check, watching
        self.aliases = aliases
        self.start_watching, self.report_watching = start_watching, report_watching

    @get("/watching")
    @require_roles("trainee")
    def list_watched(self, asked: WatchingQuery) -> list[WatchedOut]:
        """How far the person who asks is in each of these lectures that was begun."""
        own = self.aliases.find_group(current_caller().person)
        records = [
            record
            for person in reversed(own)
            for record in self.watching.find_of_person(person, asked.lecture_ids)
        ]
        return [WatchedOut.of(record) for record in pick_newest(records)]

    @post("/lectures/<lecture_id>/<int:number>/starts")
    @require_roles("trainee")
    def post_start(self, lecture_id: str, number: int, asked: StartIn) -> StartOut:
        """A player begins; of one person's players one plays at a time."""
        grant = self.check.for_reports(asked.token, lecture_id, number, get_presenter())
        begun = Start(asked.player, asked.position, asked.take_over)
        judged = self.start_watching(grant, begun)
        watch = show_record(judged.record)
        return StartOut(reason=judged.verdict.reason, watch=watch)

    @post("/lectures/<lecture_id>/<int:number>/reports")
    @require_roles("trainee")
    def post_report(self, lecture_id: str, number: int, asked: ReportIn) -> VerdictOut:
        """A player claims a stretch that it played, and what of it counts is said."""
        claim = msgspec.structs.asdict(asked)
        token = claim.pop("token")
        grant = self.check.for_reports(token, lecture_id, number, get_presenter())
        judged = self.report_watching(grant, Report(**claim))
        metrics.watch_reports.labels(judged.verdict.reason or "counted").inc()
        return VerdictOut.of(
            judged.verdict,
            retry_after=judged.verdict.again_in,
            watch=show_record(judged.record),
        )


def get_presenter() -> Presenter:
    """The presenter of a stream token in this request."""
    who = current_caller()
    return Presenter(who.person, who.session, who.has_role("staff"))
