"""/lectures/…/starts and /reports: a player begins, and says what it played."""

from typing import Annotated, Any

import msgspec
from chassis.http.auth import current_caller, require_roles
from chassis.http.body import json_response, read_body
from chassis.http.routing import Routes, post
from contracts.http.shape import Id, Shape
from flask import Response

from media.api.shapes import show_record
from media.domain.watch import Judgement, Report
from media.usecases.check_grant import CheckGrant, Presenter
from media.usecases.report_watching import ReportWatching
from media.usecases.start_watching import Start, StartWatching

Token = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
"""Longer than any that is given out."""
Seconds = Annotated[float, msgspec.Meta(ge=0, le=50_000)]
"""Of a lecture: the longest has 43,200."""
Ago = Annotated[float, msgspec.Meta(ge=0, le=1e7)]
"""A report may have lain in a browser that nobody opened for weeks."""


class StartIn(Shape):
    """A player begins under a stream token; `take_over` stops another one."""

    token: Token
    player: Id
    position: Seconds = 0.0
    take_over: bool = False


class ReportIn(Shape):
    """A player's claim, in seconds of the lecture.

    `ago` is how many seconds before now, by the player's own clock, it played the end
    of the stretch; `leaving` says that its page is left.
    """

    token: Token
    player: Id
    start: Seconds
    end: Seconds
    speed: Annotated[float, msgspec.Meta(gt=0, le=100)] = 1.0
    ago: Ago = 0.0
    leaving: bool = False


class WatchingRoutes(Routes):
    """Routes for players."""

    name = "watching"

    def __init__(
        self,
        check: CheckGrant,
        start_watching: StartWatching,
        report_watching: ReportWatching,
    ) -> None:
        self.check, self.start_watching, self.report_watching = (
            check,
            start_watching,
            report_watching,
        )

    @post("/lectures/<lecture_id>/<int:number>/starts")
    @require_roles("trainee")
    def post_start(self, lecture_id: str, number: int) -> Response:
        asked = read_body(StartIn)
        grant = self.check.for_reports(asked.token, lecture_id, number, get_presenter())
        begun = Start(asked.player, asked.position, asked.take_over)
        judged = self.start_watching(grant, begun)
        return json_response(
            {"reason": judged.verdict.reason, "watch": show_record(judged.record)}
        )

    @post("/lectures/<lecture_id>/<int:number>/reports")
    @require_roles("trainee")
    def post_report(self, lecture_id: str, number: int) -> Response:
        asked = msgspec.structs.asdict(read_body(ReportIn))
        token = asked.pop("token")
        grant = self.check.for_reports(token, lecture_id, number, get_presenter())
        return json_response(
            _dump_judgement(self.report_watching(grant, Report(**asked)))
        )


def get_presenter() -> Presenter:
    """The presenter of a stream token in this request."""
    who = current_caller()
    return Presenter(who.person, who.session, who.has_role("staff"))


def _dump_judgement(judged: Judgement) -> dict[str, Any]:
    verdict = judged.verdict
    return {
        "earned": verdict.earned,
        "counted_to": verdict.counted_to,
        "reason": verdict.reason,
        "retry_after": verdict.again_in,
        "missing": verdict.missing,
        "watch": show_record(judged.record),
    }
