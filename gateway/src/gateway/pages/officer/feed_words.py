"""Entries of a branch's feed in words."""

from contracts.http.branch_feed import FeedEntryOut

from gateway.texts import N_
from gateway.texts.event_titles import EVENTS
from gateway.texts.language import gettext


def name_event(entry: FeedEntryOut) -> str:
    """What happened, and why where the event says so."""
    text = gettext(EVENTS.get(entry.type, entry.type))
    if entry.data.get("cause") == "class-cancelled":
        return gettext(N_("%(what)s（班级已取消）")) % {"what": text}
    return text
