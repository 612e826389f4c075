"""/rosters and /branches/{branch}/rosters/{roster}: what was sent, as one thing."""

from collections.abc import Callable

from chassis.http.auth import Scope, current_caller, current_scope, require_roles
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, get, post
from contracts.http.rosters import (
    ChangedChunkOut,
    ProgressQuery,
    RosterOut,
    RosterProgressOut,
    RosterRowOut,
    RostersQuery,
    RowsQuery,
    TakingBackOut,
)
from contracts.http.shape import Page

from enrollment.domain.chunk_digest import RowFilter
from enrollment.domain.sent_roster import roster_key
from enrollment.usecases.count_leavers import CountLeavers
from enrollment.usecases.create_branch import branch_within, require_within
from enrollment.usecases.find_row_states import FindRowStates, RowState
from enrollment.usecases.ports import Branches
from enrollment.usecases.read_rosters import find_rosters, find_rows
from enrollment.usecases.roster_ports import Digests, PlacedRow, Rosters
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
        count_leavers: CountLeavers,
        find_states: FindRowStates,
        wake: Callable[[], None],
    ) -> None:
        self.branches, self.rosters, self.digests = branches, rosters, digests
        self.turn, self.wake = turn, wake
        self.count_leavers, self.find_states = count_leavers, find_states

    @get("/rosters")
    @require_roles("officer", "staff")
    def list_rosters(self, asked: RostersQuery) -> Page[RosterOut]:
        """The rosters of a branch and those below it, the newest first."""
        scope = current_scope()
        if asked.branch:
            scope = Scope.below(branch_within(self.branches, asked.branch, scope).id)
        page = find_rosters(
            self.branches, self.rosters, scope, asked.dry_run, asked.after, asked.limit
        )
        items = [RosterOut.of(roster) for roster in page.items]
        return Page(items=items, next=page.next)

    @get("/branches/<branch>/rosters/<roster>")
    @require_roles("officer", "staff")
    def show_roster(self, branch: str, roster: str) -> RosterOut:
        """A roster, and how far it is."""
        require_within(self.branches, branch, current_scope())
        found, _ = self.turn.require_roster(branch, roster)
        return RosterOut.of(found)

    @get("/branches/<branch>/rosters/<roster>/rows")
    @require_roles("officer", "staff")
    def list_rows(
        self, branch: str, roster: str, asked: RowsQuery
    ) -> Page[RosterRowOut]:
        """The rows of a roster with their latest outcomes, as they came."""
        require_within(self.branches, branch, current_scope())
        self.turn.require_roster(branch, roster)
        page = find_rows(
            self.digests,
            roster_key(branch, roster),
            RowFilter(asked.outcome, asked.needing, asked.search),
            asked.chunk,
            asked.after,
            asked.limit,
        )
        ids = [placed.row.enrolment_id for placed in page.items] if asked.now else []
        states = self.find_states(current_scope(), ids) if any(ids) else {}
        items = [
            _show_row(placed, states.get(placed.row.enrolment_id))
            for placed in page.items
        ]
        return Page(items=items, next=page.next)

    @get("/branches/<branch>/rosters/<roster>/progress")
    @require_roles("officer", "staff")
    def show_progress(
        self, branch: str, roster: str, asked: ProgressQuery
    ) -> RosterProgressOut:
        """How far a roster is, and which chunks changed since a cursor."""
        require_within(self.branches, branch, current_scope())
        found, version = self.turn.require_roster(branch, roster)
        since = asked.since
        changed = self.digests.find_changed(found.id, since) if since else []
        return RosterProgressOut(
            roster=RosterOut.of(found),
            changed=[ChangedChunkOut.of(chunk) for chunk in changed],
            cursor=version,
        )

    @get("/branches/<branch>/rosters/<roster>/taking-back")
    @require_roles("officer", "staff")
    def show_taking_back(self, branch: str, roster: str) -> TakingBackOut:
        """Who would leave and who would stay if the roster were taken back now."""
        require_within(self.branches, branch, current_scope())
        found, _ = self.turn.require_roster(branch, roster)
        return TakingBackOut.of(self.count_leavers(found))

    @post("/branches/<branch>/rosters/<roster>/taking-back", status=202)
    @require_roles("officer", "staff")
    @idempotent
    def post_taking_back(self, branch: str, roster: str) -> RosterOut:
        """Whoever the roster brought leaves, but for those who have begun."""
        require_within(self.branches, branch, current_scope())
        turned = self.turn.take_back_roster(branch, roster, current_caller().account)
        self.wake()
        return RosterOut.of(turned)

    @post("/branches/<branch>/rosters/<roster>/redoing", status=202)
    @require_roles("officer", "staff")
    @idempotent
    def post_redoing(self, branch: str, roster: str) -> RosterOut:
        """Whoever left with the roster asks for a seat again."""
        require_within(self.branches, branch, current_scope())
        turned = self.turn.redo_roster(branch, roster, current_caller().account)
        self.wake()
        return RosterOut.of(turned)


def _show_row(placed: PlacedRow, found: RowState | None) -> RosterRowOut:
    """A row, with what became of its person until now where that is known."""
    known = found or RowState("")
    return RosterRowOut.of(
        placed.row,
        row=placed.row.number,
        chunk=placed.key,
        now=known.state,
        place=known.place,
        person_id=known.person_id,
    )
