"""Quiet hours and digests by the wall clock of a person's zone."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

WHOLE = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)
STEP = datetime.timedelta(hours=12)
"""No zone puts its clock twice within so long."""


def parse_time(text: str) -> datetime.time:
    """A wall clock's time, written HH:MM. Raises ValueError."""
    return datetime.time.fromisoformat(text)


@dataclass(frozen=True)
class QuietHours:
    """The stretch of each day in which nothing leaves that can wait: from `begins` to
    before `ends`, across midnight where it ends earlier than it begins."""

    begins: datetime.time
    ends: datetime.time
    zone: ZoneInfo

    def covers(self, moment: datetime.datetime) -> bool:
        """Whether the person's clock shows quiet hours."""
        clock = moment.astimezone(self.zone).time().replace(fold=0)
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def find_end(self, moment: datetime.datetime) -> datetime.datetime | None:
        """The first moment from here on, to the second, that is not quiet; None if this
        one is not.

        A clock that is put forward over the end ends them as it is put; one that is put
        back after the end shows them again.
        """
        if not self.covers(moment):
            return None
        quiet = moment.astimezone(datetime.UTC).replace(microsecond=0)
        today = quiet.astimezone(self.zone).date()
        ends = (
            shown
            for day in (today, today + WHOLE, today + 2 * WHOLE)
            for shown in _moments_of(day, self.ends, self.zone)
        )
        put = _find_changes(quiet, quiet + 2 * WHOLE, self.zone)
        # a stretch that is not quiet begins at the end, or as a clock is put into it
        return min(
            begin for begin in (*ends, *put) if begin > quiet and not self.covers(begin)
        )


def find_digest_time(
    moment: datetime.datetime, at: datetime.time, zone: ZoneInfo
) -> datetime.datetime:
    """The next moment at which a digest leaves: once in each day of the zone, whatever
    its clock does."""
    day = moment.astimezone(zone).date()
    while (due := _moments_of(day, at, zone)[0]) <= moment:
        day += WHOLE
    return due


def _moments_of(
    day: datetime.date, at: datetime.time, zone: ZoneInfo
) -> list[datetime.datetime]:
    """When a clock of the zone shows this time: twice where it is put back, a little
    later or earlier where it is put over it."""
    shown = (
        datetime.datetime.combine(day, at.replace(fold=fold), zone) for fold in (0, 1)
    )
    return [moment.astimezone(datetime.UTC) for moment in shown]


def _find_changes(
    begin: datetime.datetime, end: datetime.datetime, zone: ZoneInfo
) -> Iterator[datetime.datetime]:
    """The moments between these two, in UTC, at which the clock of a zone is put."""
    before = begin
    while before < end:
        after = before + STEP
        if _offset(before, zone) != _offset(after, zone):
            yield _find_change(before, after, zone)
        before = after


def _find_change(
    before: datetime.datetime, after: datetime.datetime, zone: ZoneInfo
) -> datetime.datetime:
    """The moment of a change between these two, to the second."""
    while after - before > SECOND:
        between = (before + (after - before) // 2).replace(microsecond=0)
        if _offset(between, zone) == _offset(before, zone):
            before = between
        else:
            after = between
    return after


def _offset(moment: datetime.datetime, zone: ZoneInfo) -> datetime.timedelta | None:
    return moment.astimezone(zone).utcoffset()
