"""Quiet hours and digests by the wall clock of a person's zone."""

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

WHOLE = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)


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
        loud = self._find_loud(quiet)
        while loud - quiet > SECOND:
            between = quiet + (loud - quiet) // 2
            between = between.replace(microsecond=0)
            if self.covers(between):
                quiet = between
            else:
                loud = between
        return loud

    def _find_loud(self, quiet: datetime.datetime) -> datetime.datetime:
        """The first moment after this one at which a clock may show the end: on one of
        three days, for on one of them the clock may be put over it."""
        today = quiet.astimezone(self.zone).date()
        return min(
            shown
            for day in (today, today + WHOLE, today + 2 * WHOLE)
            for shown in _moments_of(day, self.ends, self.zone)
            if shown > quiet and not self.covers(shown)
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
