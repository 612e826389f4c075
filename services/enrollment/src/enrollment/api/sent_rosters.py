"""/rosters and /branches/{branch}/rosters/{roster}: what was sent, as one thing."""

from collections.abc import Callable

from chassis.http.auth import current_caller, current_scope, require_roles
from chassis.http.body import json_response, read_query
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, get, post
from flask import Response

from enrollment.api import roster_shapes as shapes
from enrollment.domain.chunk_digest import RowFilter
from enrollment.domain.sent_roster import roster_key
from enrollment.usecases.create_branch import branch_within, require_within
from enrollment.usecases.ports import Branches
from enrollment.usecases.read_rosters import find_rosters, find_rows
from enrollment.usecases.roster_ports import Digests, Rosters
from enrollment.usecases.turn_roster import TurnRoster


class SentRosterRoutes(Routes):
    """Routes for rosters that were sent."""

    name = "sent_rosters"

    def __init__(
        self,
        branches: Branches,
        rosters: Rosters,
        digests: Digests,
        turn: TurnRoster,
        wake: Callable[[], None],
    ) -> None:
        self.branches, self.rosters, self.digests = branches, rosters, digests
        self.turn, self.wake = turn, wake

    @get("/rosters")
    @require_roles("officer", "staff")
    def list_rosters(self) -> Response:
        asked, scope = read_query(shapes.RostersQuery), current_scope()
        branch = scope.branch
        if asked.branch:
            branch = branch_within(self.branches, asked.branch, scope).id
        page = find_rosters(
            self.rosters, branch, asked.dry_run, asked.after, asked.limit
        )
        return json_response(shapes.to_rosters(page))

    @get("/branches/<branch>/rosters/<roster>")
    @require_roles("officer", "staff")
    def show_roster(self, branch: str, roster: str) -> Response:
        require_within(self.branches, branch, current_scope())
        found, _ = self.turn.require_roster(branch, roster)
        return json_response(shapes.to_roster(found))

    @get("/branches/<branch>/rosters/<roster>/rows")
    @require_roles("officer", "staff")
    def list_rows(self, branch: str, roster: str) -> Response:
        require_within(self.branches, branch, current_scope())
        asked = read_query(shapes.RowsQuery)
        self.turn.require_roster(branch, roster)
        page = find_rows(
            self.digests,
            roster_key(branch, roster),
            RowFilter(asked.outcome, asked.needing, asked.search),
            asked.chunk,
            asked.after,
            asked.limit,
        )
        return json_response(shapes.to_rows(page))

    @get("/branches/<branch>/rosters/<roster>/progress")
    @require_roles("officer", "staff")
    def show_progress(self, branch: str, roster: str) -> Response:
        require_within(self.branches, branch, current_scope())
        since = read_query(shapes.ProgressQuery).since
        found, version = self.turn.require_roster(branch, roster)
        changed = self.digests.find_changed(found.id, since) if since else []
        return json_response(shapes.to_progress(found, changed, version))

    @post("/branches/<branch>/rosters/<roster>/taking-back")
    @require_roles("officer", "staff")
    @idempotent
    def post_taking_back(self, branch: str, roster: str) -> Response:
        require_within(self.branches, branch, current_scope())
        turned = self.turn.take_back_roster(branch, roster, current_caller().account)
        self.wake()
        return json_response(shapes.to_roster(turned), 202)

    @post("/branches/<branch>/rosters/<roster>/redoing")
    @require_roles("officer", "staff")
    @idempotent
    def post_redoing(self, branch: str, roster: str) -> Response:
        require_within(self.branches, branch, current_scope())
        turned = self.turn.redo_roster(branch, roster, current_caller().account)
        self.wake()
        return json_response(shapes.to_roster(turned), 202)
