"""Dates, times and figures as people of the language write them."""

import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta

from gateway.texts.language import page_language

ZONE = ZoneInfo("Asia/Shanghai")


def format_day(iso_date: str) -> str:
    """An ISO date as people of this language write it."""
    try:
        date = datetime.date.fromisoformat(iso_date[:10])
    except ValueError:
        return iso_date
    return str(format_date(date, "long", locale=page_language()))


def format_moment(at: datetime.datetime | str | float) -> str:
    """A moment in the college's zone."""
    return str(format_datetime(_to_local_time(at), "short", locale=page_language()))


def format_instant(at: datetime.datetime | str | float) -> str:
    """A moment in the college's zone to the thousandth of a second."""
    local = _to_local_time(at)
    return str(format_datetime(local, "MM-dd HH:mm:ss.SSS", locale=page_language()))


def _to_local_time(at: datetime.datetime | str | float) -> datetime.datetime:
    if isinstance(at, datetime.datetime):
        moment = at
    elif isinstance(at, str):
        moment = datetime.datetime.fromisoformat(at.replace("Z", "+00:00"))
    else:
        moment = datetime.datetime.fromtimestamp(at, datetime.UTC)
    return moment.astimezone(ZONE)


def format_clock(seconds: float) -> str:
    """Minutes and seconds of a lecture."""
    whole = int(seconds)
    hour, rest = divmod(whole, 3600)
    minutes = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{hour}:{minutes}" if hour else minutes


def format_age(seconds: float) -> str:
    """How long something lasts, in its largest unit."""
    lasts = datetime.timedelta(seconds=max(0.0, round(seconds)))
    # a threshold of one: 90 seconds are one minute, not two
    return str(format_timedelta(lasts, threshold=1, locale=page_language()))


def format_bytes(count: int) -> str:
    """Bytes in GB, of 2^30 each as everywhere on these pages."""
    return f"{count / 2**30:.1f} GB"


def format_hours(hours: float) -> str:
    """Learning hours without needless zeros."""
    return f"{hours:g}"
