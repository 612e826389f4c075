"""Projected rows: titles and cancellations of classes, and aliases of people."""

from chassis.events.envelope import Envelope
from chassis.projections.aliases import Alias

from notify.domain.cancellation import Cancellation
from notify.domain.title import Title


def row_of_title(event: Envelope) -> tuple[str, int, Title]:
    """The row of a class's title."""
    title = Title(event.data["class_id"], event.data["title"])
    return title.id, event.version, title


def row_of_cancellation(event: Envelope) -> tuple[str, int, Cancellation]:
    """The row of why a class was cancelled."""
    cancellation = Cancellation(event.data["class_id"], event.data["reason"])
    return cancellation.id, event.version, cancellation


def row_of_alias(event: Envelope) -> tuple[str, int, Alias]:
    """The row of a person who counts for another, or no longer does."""
    data = event.data
    is_merged = event.type == "enrollment.person.merged.v1"
    alias = Alias(data["person_id"], data["survivor_id"] if is_merged else "")
    return alias.id, event.version, alias


TITLES = {
    "catalog.class.opened.v1": row_of_title,
    "catalog.class.changed.v1": row_of_title,
}
CANCELLATIONS = {"catalog.class.cancelled.v1": row_of_cancellation}
ALIASES = {
    "enrollment.person.merged.v1": row_of_alias,
    "enrollment.person.unmerged.v1": row_of_alias,
}
