"""What an edge asks, /v/…/check, and what it tells, /served."""

import msgspec
from chassis.http.auth import require_roles, require_services
from chassis.http.routing import Routes, get, put
from contracts.http.served import ServedIn, ServedOut
from flask import Response

from media.api.watching import get_presenter
from media.usecases.check_grant import CheckGrant
from media.usecases.note_served import ServedSegment, write_served
from media.usecases.ports import Watching

CHECK_CACHING = "max-age=30, stale-while-revalidate=15, stale-if-error=30"
"""How long an edge may go by an answer: half a minute, a quarter more while it asks
again, half a minute more where nobody answers, as in an upgrade. So a session or seat
that is lost closes within a minute."""


class EdgeRoutes(Routes):
    """Routes for the edges in front of the platform."""

    name = "edge"

    def __init__(self, check: CheckGrant, watching: Watching) -> None:
        self.check, self.watching = check, watching

    @get("/v/<token>/<lecture_id>/<int:number>/check", answers="text/plain")
    @require_roles("trainee", "staff")
    def check_stream(self, token: str, lecture_id: str, number: int) -> Response:
        """Whether the session may stream the edition now, and how long that holds."""
        self.check.for_edge(token, lecture_id, number, get_presenter())
        answer = Response("", content_type="text/plain; charset=utf-8")
        answer.headers["Cache-Control"] = CHECK_CACHING
        return answer

    @put("/served")
    @require_services("edge")
    def put_served(self, asked: ServedIn) -> ServedOut:
        """Segments that an edge handed out whole are known as got by their sessions."""
        served = [ServedSegment(**msgspec.structs.asdict(s)) for s in asked.served]
        return ServedOut(written=write_served(self.watching, served))
