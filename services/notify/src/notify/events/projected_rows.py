"""Projected rows of titles: class, version, title."""

from chassis.events.envelope import Envelope

from notify.domain.title import Title


def row_of_title(event: Envelope) -> tuple[str, int, Title]:
    """The row of a class's title."""
    title = Title(event.data["class_id"], event.data["title"])
    return title.id, event.version, title


TITLES = {"catalog.class.opened.v1": row_of_title}
