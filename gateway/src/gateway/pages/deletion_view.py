"""A deletion as it is shown: how it stands, and what stayed and why."""

from dataclasses import dataclass
from datetime import datetime

from gateway.personal_data.deletions import Deletion, StayingRows
from gateway.texts.holdings import KINDS, STATES, STAYS, UNKNOWN
from gateway.texts.language import gettext


@dataclass(frozen=True)
class StayingView:
    """Rows that stayed, in words."""

    text: str
    rows: int
    why: str


@dataclass(frozen=True)
class DeletionView:
    """A deletion in words. `person_id` is opaque."""

    person_id: str
    state: str
    state_text: str
    tone: str
    asked_at: datetime
    due: datetime
    done_at: datetime | None
    reason: str
    can_cancel: bool
    stayed: list[StayingView]


def view_deletion(deletion: Deletion) -> DeletionView:
    """The deletion in the language of the page."""
    text, tone = STATES[deletion.state]
    return DeletionView(
        deletion.person_id,
        deletion.state,
        gettext(text),
        tone,
        deletion.asked_at,
        deletion.due,
        deletion.done_at,
        deletion.reason,
        deletion.can_cancel,
        [_view_staying(row) for row in deletion.report],
    )


def _view_staying(row: StayingRows) -> StayingView:
    text, _ = KINDS.get(row.kind, UNKNOWN)
    why = STAYS.get(row.why, UNKNOWN[0])
    return StayingView(gettext(text), row.rows, gettext(why))
