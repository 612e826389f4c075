"""A roster and its rows as pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.http.rosters import RosterOut, RosterRowOut

from gateway.texts import N_
from gateway.texts.language import gettext
from gateway.texts.rosters import (
    OUTCOMES,
    REASONS,
    ROW_NOTES,
    ROW_STATES,
    STATES,
    TRIAL_OUTCOMES,
)

MOVING = {"arriving", "deciding", "taking-back", "redoing"}
"""States that end by themselves: an open page follows them."""
COUNTED = ("enrolled", "waitlisted", "already-enrolled", "rejected", "taken-back")
NEEDING, ALL = "needing", "all"
NO_ADDRESS = "email-invalid"


@dataclass(frozen=True)
class CountView:
    """How many rows have an outcome."""

    outcome: str
    text: str
    tone: str
    count: int


@dataclass(frozen=True)
class RosterView:
    """A roster as it stands."""

    path: str
    name: str
    branch: str
    sender: str
    received: float
    is_trial: bool
    state: str
    state_text: str
    state_tone: str
    is_moving: bool
    rows: int
    decided: int
    percent: int
    counts: list[CountView]
    needing: int
    rejected: int
    uninvited: int
    can_be_taken_back: bool
    can_be_redone: bool
    redo_until: float
    leaving: int


@dataclass(frozen=True)
class RowView:
    """A row and what became of it; `past` are its outcomes before, in words, `now` how
    the person stands today, and `person` the path of their page where there is one."""

    number: int
    name: str
    member_no: str
    phone: str
    class_title: str
    text: str
    tone: str
    detail: str
    is_bad: bool
    past: list[str]
    now: str
    now_tone: str
    person: str


@dataclass(frozen=True)
class TabView:
    """Some of the rows, by an address of its own."""

    path: str
    text: str
    is_current: bool


def view_roster(
    roster: RosterOut,
    branches: Mapping[str, str],
    senders: Mapping[str, str],
    now: float,
) -> RosterView:
    """The roster in the language of the page, with the names of branch and account."""
    text, tone = STATES[roster.state]
    percent = _compute_percent(roster)
    counts = view_counts(roster)
    by_outcome = {one.outcome: one.count for one in counts}
    has_come = roster.state == "decided" and not roster.dry_run
    leaving = by_outcome["enrolled"] + by_outcome["waitlisted"]
    return RosterView(
        path=f"/rosters/{roster.branch_id}/{roster.roster_id}",
        name=roster.name or gettext(N_("名册 %(id)s")) % {"id": roster.roster_id},
        branch=branches.get(roster.branch_id, roster.branch_id),
        sender=senders.get(roster.sent_by, ""),
        received=roster.received,
        is_trial=roster.dry_run,
        state=roster.state,
        state_text=gettext(text),
        state_tone=tone,
        is_moving=roster.state in MOVING,
        rows=roster.rows,
        decided=roster.decided,
        percent=percent,
        counts=[one for one in counts if one.count or one.outcome != "taken-back"],
        needing=roster.needing,
        rejected=by_outcome["rejected"],
        uninvited=roster.notes.get(NO_ADDRESS, 0),
        can_be_taken_back=has_come and leaving > 0,
        can_be_redone=roster.state == "taken-back" and now < roster.redo_until,
        redo_until=roster.redo_until,
        leaving=leaving,
    )


def _compute_percent(roster: RosterOut) -> int:
    """Of its rows those decided; while it is taken back or redone, of its chunks."""
    if roster.state in ("taking-back", "redoing"):
        return 100 * roster.moved // max(1, roster.chunks)
    return 100 * roster.decided // max(1, roster.rows)


def view_counts(roster: RosterOut) -> list[CountView]:
    """The counts by outcome, each in words."""
    texts = TRIAL_OUTCOMES if roster.dry_run else OUTCOMES
    return [
        CountView(
            outcome,
            gettext(texts[outcome][0]),
            texts[outcome][1],
            getattr(roster.counts, outcome.replace("-", "_")),
        )
        for outcome in COUNTED
    ]


def view_row(
    row: RosterRowOut, is_trial: bool, titles: Mapping[str, str] | None = None
) -> RowView:
    """A row in the language of the page; `titles` are classes by id."""
    texts = TRIAL_OUTCOMES if is_trial else OUTCOMES
    text, tone = texts[row.outcome]
    return RowView(
        row.row,
        row.name,
        row.member_no,
        row.phone,
        (titles or {}).get(row.class_id, row.class_id),
        gettext(text),
        tone,
        row_detail(row),
        row.outcome == "rejected",
        [
            join_texts(gettext(texts[one.outcome][0]), reason_text(one.reason))
            for one in row.past
        ],
        *view_state(row),
        f"/people/{row.person_id}" if row.person_id else "",
    )


def view_state(row: RosterRowOut) -> tuple[str, str]:
    """How the person of a row stands today, in words with a tone; empty where nothing
    is known, also of a later version."""
    if row.now not in ROW_STATES:
        return "", ""
    text, tone = ROW_STATES[row.now]
    if row.now == "waiting" and row.place:
        return gettext(N_("候补第 %(n)s 位")) % {"n": row.place}, tone
    return gettext(text), tone


def row_detail(row: RosterRowOut) -> str:
    """Why a row was not taken and what to do, or what to know of one that is taken."""
    notes = [gettext(ROW_NOTES[note]) for note in row.notes if note in ROW_NOTES]
    return join_texts(reason_text(row.reason), *notes)


def reason_text(reason: str) -> str:
    """A reason in words; empty for none, and for one of a later version."""
    return gettext(REASONS[reason]) if reason in REASONS else ""


def join_texts(*texts: str) -> str:
    """Those that are not empty, in one line."""
    return gettext(N_("；")).join(text for text in texts if text)


def view_tabs(roster: RosterView, chosen: str, search: str) -> list[TabView]:
    """Which rows can be looked at, and which are: those with something to do first."""
    sides = [(ALL, gettext(N_("全部")), roster.rows)]
    if roster.needing:
        sides.insert(0, (NEEDING, gettext(N_("要处理的")), roster.needing))
    sides += [(one.outcome, one.text, one.count) for one in roster.counts if one.count]
    more = f"&search={search}" if search else ""
    return [
        TabView(f"{roster.path}?show={name}{more}", f"{text} {count:,}", name == chosen)
        for name, text, count in sides
    ]
