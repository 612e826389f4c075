"""The calendar's page: a month in weeks, or all that is to come, in words."""

import calendar
import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import format_date, get_day_names

from gateway.pages.calendar_dates import LAST, ClassDate, DatedClass, list_dates
from gateway.pages.formats import format_day
from gateway.pages.staff.course_head import Side
from gateway.texts import N_
from gateway.texts.language import gettext, page_language

PATH = "/calendar"
MONTH, LIST = "month", "list"
MONTHS = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
"""Months that there can be: classes begin and end in this century."""


@dataclass(frozen=True)
class DateLine:
    """A date in words, with the class it is of."""

    day: str
    text: str
    title: str
    path: str
    tone: str


@dataclass(frozen=True)
class DayCell:
    """A day of the month; `anchor` leads to its dates, empty where there are none."""

    number: int
    name: str
    is_of_month: bool
    is_today: bool
    dates: int
    anchor: str


@dataclass(frozen=True)
class DayGroup:
    """The dates of one day, under its anchor."""

    anchor: str
    heading: str
    lines: list[DateLine]


@dataclass(frozen=True)
class CalendarView:
    """The whole page; `weeks` are empty in the list. `has_classes` is False for who has
    nothing in the calendar at any time."""

    tabs: list[Side]
    heading: str
    weekdays: list[str]
    weeks: list[list[DayCell]]
    groups: list[DayGroup]
    before: str
    after: str
    has_classes: bool


def month_asked(written: str, today: datetime.date) -> datetime.date:
    """The first day of the month that is asked for; this month where it is none."""
    if MONTHS.fullmatch(written):
        return datetime.date.fromisoformat(f"{written}-01")
    return today.replace(day=1)


def view_calendar(
    classes: Sequence[DatedClass],
    side: str,
    month: datetime.date,
    today: datetime.date,
) -> CalendarView:
    """The month with its dates, or the dates from today on."""
    dates = list_dates(classes)
    is_list = side == LIST
    wanted = f"{month:%Y-%m}"
    shown = [
        date
        for date in dates
        if (date.day >= today.isoformat() if is_list else date.day[:7] == wanted)
    ]
    return CalendarView(
        tabs=[
            Side(f"{PATH}?month={wanted}", gettext(N_("按月")), not is_list),
            Side(f"{PATH}?view={LIST}", gettext(N_("列表")), is_list),
        ],
        heading=gettext(N_("今天起")) if is_list else _name_month(month),
        weekdays=_name_weekdays(),
        weeks=[] if is_list else _view_weeks(month, today, shown),
        groups=_group_by_day(shown),
        before="" if is_list else _path_of(_month_beside(month, -1)),
        after="" if is_list else _path_of(_month_beside(month, 1)),
        has_classes=bool(classes),
    )


def _view_weeks(
    month: datetime.date, today: datetime.date, dates: Sequence[ClassDate]
) -> list[list[DayCell]]:
    """Weeks from Monday on, as calendars here have them."""
    counts: dict[str, int] = {}
    for date in dates:
        counts[date.day] = counts.get(date.day, 0) + 1
    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    return [[_view_cell(day, month, today, counts) for day in week] for week in weeks]


def _view_cell(
    day: datetime.date,
    month: datetime.date,
    today: datetime.date,
    counts: dict[str, int],
) -> DayCell:
    count = counts.get(day.isoformat(), 0)
    return DayCell(
        number=day.day,
        name=format_day(day.isoformat()),
        is_of_month=day.month == month.month,
        is_today=day == today,
        dates=count,
        anchor=_anchor_of(day.isoformat()) if count else "",
    )


def _group_by_day(dates: Sequence[ClassDate]) -> list[DayGroup]:
    groups: list[DayGroup] = []
    for date in dates:
        anchor = _anchor_of(date.day)
        if not groups or groups[-1].anchor != anchor:
            groups.append(DayGroup(anchor, format_day(date.day), []))
        groups[-1].lines.append(_view_date(date))
    return groups


def _view_date(date: ClassDate) -> DateLine:
    text, tone = gettext(N_("开始上课")), "info"
    if date.kind == LAST:
        text, tone = gettext(N_("截止")), "wait"
    if date.of.is_waiting:
        text = gettext(N_("%(what)s（候补）")) % {"what": text}
    if date.of.is_off:
        text, tone = gettext(N_("已取消")), "no"
    class_ = date.of.shown
    return DateLine(date.day, text, class_.title, f"/classes/{class_.id}", tone)


def _anchor_of(day: str) -> str:
    return f"d-{day}"


def _path_of(month: datetime.date | None) -> str:
    return f"{PATH}?month={month:%Y-%m}" if month else ""


def _month_beside(month: datetime.date, step: int) -> datetime.date | None:
    """The month before or after; None beyond the century."""
    beside = (month + datetime.timedelta(days=31 if step > 0 else -1)).replace(day=1)
    return beside if MONTHS.fullmatch(f"{beside:%Y-%m}") else None


def _name_month(month: datetime.date) -> str:
    skeleton = "yyyy年M月" if page_language() == "zh" else "MMMM yyyy"
    return str(format_date(month, skeleton, locale=page_language()))


def _name_weekdays() -> list[str]:
    names = get_day_names("abbreviated", locale=page_language())
    return [names[day] for day in range(7)]
