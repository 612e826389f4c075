"""The calendar as a file that other programs subscribe to (RFC 5545).

The one module that knows the library `icalendar`.
"""

import datetime
from collections.abc import Iterator, Sequence

from fields.texts import is_control
from icalendar import Calendar, Event

from gateway.pages.calendar_dates import DatedClass
from gateway.pages.formats import ZONE
from gateway.texts import N_
from gateway.texts.language import gettext

REFRESH = datetime.timedelta(hours=6)
"""How often programs may look: dates move days ahead, and a cancellation is mailed."""
DEADLINE = datetime.time(23, 0), datetime.time(23, 59)
"""The last hour of the last day, in the college's zone."""


def write_calendar(
    classes: Sequence[DatedClass], public_url: str, now: datetime.datetime
) -> bytes:
    """The file: for each class its days, and the end of its last one.

    A UID is that of the class at this site and its SEQUENCE the class's version, so
    that what a program has read before is moved or struck out, never doubled.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Biyong//Calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", gettext(N_("辟雍 · 班级日历")))
    calendar.add("x-wr-timezone", str(ZONE))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for one in classes:
        for event in _events_of(one, public_url, now):
            calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _events_of(
    one: DatedClass, public_url: str, now: datetime.datetime
) -> Iterator[Event]:
    class_, site = one.shown, public_url.partition("://")[2]
    first = datetime.date.fromisoformat(class_.starts_on)
    last = datetime.date.fromisoformat(class_.ends_on)
    days = _begin_event(one, f"{class_.id}@{site}", public_url, now)
    days.add("summary", _one_line(class_.title))
    days.add("dtstart", first)
    days.add("dtend", last + datetime.timedelta(days=1))
    days.add("transp", "TRANSPARENT")
    yield days
    end = _begin_event(one, f"{class_.id}.deadline@{site}", public_url, now)
    end.add(
        "summary", gettext(N_("截止：%(title)s")) % {"title": _one_line(class_.title)}
    )
    end.add("dtstart", datetime.datetime.combine(last, DEADLINE[0], ZONE))
    end.add("dtend", datetime.datetime.combine(last, DEADLINE[1], ZONE))
    yield end


def _begin_event(
    one: DatedClass, uid: str, public_url: str, now: datetime.datetime
) -> Event:
    """What both events of a class share."""
    class_, event = one.shown, Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("sequence", class_.version)
    event.add("status", _status_of(one))
    event.add("url", f"{public_url}/classes/{class_.id}")
    if class_.point:
        event.add("location", _one_line(class_.point))
    if class_.reason:
        told = gettext(N_("取消的原因：%(reason)s"))
        event.add("description", told % {"reason": _one_line(class_.reason)})
    elif one.is_waiting:
        event.add("description", gettext(N_("还在候补")))
    return event


def _status_of(one: DatedClass) -> str:
    if one.is_off:
        return "CANCELLED"
    return "TENTATIVE" if one.is_waiting else "CONFIRMED"


def _one_line(text: str) -> str:
    """A text without control characters, which no calendar may hold."""
    return "".join(" " if is_control(sign) else sign for sign in text)
