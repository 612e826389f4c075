"""Quiet hours and digests follow the wall clock, over midnight and when it is put."""

import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notify.domain.quiet_hours import QuietHours, find_digest_time

from tests.depth import rounds

ZONES = (
    "Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/Santiago",
    "Australia/Lord_Howe", "Asia/Beirut", "Asia/Kathmandu", "Africa/Cairo", "UTC",
)  # fmt: skip
"""With a clock put at night, at midnight, by half an hour, and never."""
SECOND, HOUR = datetime.timedelta(seconds=1), datetime.timedelta(hours=1)
FIRST = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
moments = st.integers(0, 4 * 365 * 86_400).map(lambda second: FIRST + second * SECOND)
near_a_change = st.sampled_from(
    [
        datetime.datetime(2026, 3, 29, 1, tzinfo=datetime.UTC),
        datetime.datetime(2026, 10, 25, 1, tzinfo=datetime.UTC),
        datetime.datetime(2026, 3, 8, 7, tzinfo=datetime.UTC),
        datetime.datetime(2026, 11, 1, 6, tzinfo=datetime.UTC),
        datetime.datetime(2026, 9, 6, 4, tzinfo=datetime.UTC),
        datetime.datetime(2026, 4, 5, 3, tzinfo=datetime.UTC),
        datetime.datetime(2026, 10, 3, 15, 30, tzinfo=datetime.UTC),
        datetime.datetime(2026, 4, 4, 15, tzinfo=datetime.UTC),
        datetime.datetime(2026, 3, 28, 22, tzinfo=datetime.UTC),
    ]
).flatmap(
    lambda change: st.integers(-40_000, 40_000).map(lambda s: change + s * SECOND)
)
clock_times = st.builds(datetime.time, st.integers(0, 23), st.integers(0, 59))
zones = st.sampled_from(ZONES).map(ZoneInfo)


def is_shown(hours: QuietHours, moment: datetime.datetime) -> bool:
    """Whether a clock shows quiet hours, written apart: minute by minute of a day."""
    clock = moment.astimezone(hours.zone)
    minute = clock.hour * 60 + clock.minute
    begins = hours.begins.hour * 60 + hours.begins.minute
    ends = hours.ends.hour * 60 + hours.ends.minute
    length = (ends - begins) % 1440
    return (minute - begins) % 1440 < length


@settings(max_examples=rounds(300, 20_000), deadline=None)
@given(moments | near_a_change, clock_times, clock_times, zones)
def test_the_end_is_the_first_moment_at_which_no_clock_shows_quiet_hours(
    moment: datetime.datetime,
    begins: datetime.time,
    ends: datetime.time,
    zone: ZoneInfo,
) -> None:
    hours = QuietHours(begins, ends, zone)
    end = hours.find_end(moment)
    if not is_shown(hours, moment):
        assert end is None
        return
    assert end is not None
    # the only stretch of a day that is not quiet may be the one a clock is put over
    assert moment < end < moment + 50 * HOUR
    assert not is_shown(hours, end)
    step = moment.replace(microsecond=0)
    while step < end - SECOND:
        assert is_shown(hours, max(step, moment))
        step += 60 * SECOND
    assert is_shown(hours, max(end - SECOND, moment))


@settings(max_examples=rounds(200, 10_000), deadline=None)
@given(moments | near_a_change, clock_times, zones)
def test_a_digest_leaves_once_in_each_day_of_its_zone(
    moment: datetime.datetime, at: datetime.time, zone: ZoneInfo
) -> None:
    due, days = moment, list[datetime.date]()
    for _ in range(5):
        after = find_digest_time(due, at, zone)
        assert due < after < due + 50 * HOUR
        due = after
        days.append(due.astimezone(zone).date())
    assert [(b - a).days for a, b in pairwise(days)] == [1] * 4


@pytest.mark.parametrize(
    ("zone", "at", "end"),
    [
        ("Asia/Shanghai", "2026-12-01T15:00+00:00", "2026-12-01T23:00+00:00"),
        ("Asia/Shanghai", "2026-12-01T14:00+00:00", "2026-12-01T23:00+00:00"),
        ("Asia/Shanghai", "2026-12-01T23:00+00:00", ""),
        ("Asia/Shanghai", "2026-12-01T13:59:59+00:00", ""),
        ("Europe/Berlin", "2026-03-28T22:00+00:00", "2026-03-29T05:00+00:00"),
        ("Europe/Berlin", "2026-10-24T21:00+00:00", "2026-10-25T06:00+00:00"),
    ],
)
def test_from_ten_to_seven_it_is_quiet_over_midnight(
    zone: str, at: str, end: str
) -> None:
    hours = QuietHours(datetime.time(22), datetime.time(7), ZoneInfo(zone))
    found = hours.find_end(datetime.datetime.fromisoformat(at))
    assert found == (datetime.datetime.fromisoformat(end) if end else None)


def test_a_clock_put_forward_over_the_end_ends_them() -> None:
    hours = QuietHours(
        datetime.time(22), datetime.time(2, 30), ZoneInfo("Europe/Berlin")
    )
    night = datetime.datetime(2026, 3, 29, 0, 30, tzinfo=datetime.UTC)
    assert hours.find_end(night) == datetime.datetime(
        2026, 3, 29, 1, tzinfo=datetime.UTC
    )


def test_a_clock_put_over_the_only_loud_stretch_is_waited_for() -> None:
    hours = QuietHours(
        datetime.time(3), datetime.time(2, 30), ZoneInfo("America/New_York")
    )
    before = datetime.datetime(2026, 3, 7, 12, tzinfo=datetime.UTC)
    end = hours.find_end(before)
    assert end == datetime.datetime(2026, 3, 9, 6, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("begins", "ends", "zone", "at", "end"),
    [
        # put over the end, to the last minute that is not quiet
        ("03:01", "02:01", "America/New_York", "2026-03-07T12:00", "2026-03-08T07:00"),
        # put back from quiet hours to before them
        ("02:30", "01:30", "Europe/Berlin", "2026-10-25T00:45", "2026-10-25T01:00"),
    ],
)
def test_a_clock_that_is_put_into_a_stretch_that_is_not_quiet_ends_them(
    begins: str, ends: str, zone: str, at: str, end: str
) -> None:
    hours = QuietHours(
        datetime.time.fromisoformat(begins),
        datetime.time.fromisoformat(ends),
        ZoneInfo(zone),
    )
    moment, wanted = (
        datetime.datetime.fromisoformat(f"{one}+00:00") for one in (at, end)
    )
    assert is_shown(hours, moment)
    assert hours.find_end(moment) == wanted
