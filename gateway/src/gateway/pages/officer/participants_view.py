"""Participants of a class as pages and workbooks show them."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from contracts.http.catalog import ClassOut
from contracts.http.enrollment import EnrolmentOut
from contracts.http.participants import NamedPersonOut, StandingOut

from gateway.clients.parts import Unavailable
from gateway.pages.components.tables import Column
from gateway.pages.formats import format_hours
from gateway.pages.officer.participants_read import Participants
from gateway.texts import N_
from gateway.texts.language import gettext
from gateway.texts.participants import (
    ALL,
    BEHIND,
    DONE,
    LEFT,
    NOT_BEGUN,
    NOT_HELD,
    SEATED,
    SIDES,
    TAGS,
    UNDER_WAY,
    WAITING,
)

OVER = "over"
Tag = tuple[str, str]
"""A word and its tone."""


@dataclass(frozen=True)
class ParticipantRow:
    """A participant in words. Of whom the visitor no longer reaches there is neither
    name nor progress; `percent` is None where there is none to show."""

    enrolment_id: str
    path: str
    name: str
    member_no: str
    branch: str
    sides: frozenset[str]
    tags: list[Tag]
    percent: int | None
    lessons: str
    hours: float
    hours_text: str
    completed_at: datetime.datetime | None
    certificate: str
    is_revoked: bool
    may_leave: bool
    may_return: bool


@dataclass(frozen=True)
class SideView:
    """Some of the participants, by an address of its own."""

    path: str
    text: str
    is_current: bool


def can_remind(class_: ClassOut) -> bool:
    """Whether it makes sense to remind people of this class."""
    return class_.state != OVER


def list_columns() -> list[Column]:
    """The columns of the list, in the language of the page."""
    return [
        Column("name", gettext(N_("姓名")), can_sort=True),
        Column("branch", gettext(N_("单位")), can_sort=True),
        Column("state", gettext(N_("状态"))),
        Column("progress", gettext(N_("进度")), can_sort=True),
        Column("hours", gettext(N_("学时")), can_sort=True, is_number=True),
        Column("certificate", gettext(N_("证书"))),
    ]


def view_participants(
    found: Participants, class_: ClassOut, today: datetime.date
) -> list[ParticipantRow]:
    """All participants, by ticket."""
    standings = found.standings
    known = {} if isinstance(standings, Unavailable) else standings
    return [
        view_participant(
            one,
            found.named.get(one.person_id),
            known.get(one.person_id),
            class_,
            today,
        )
        for one in found.enrolments
    ]


def view_participant(
    enrolment: EnrolmentOut,
    person: NamedPersonOut | None,
    standing: StandingOut | None,
    class_: ClassOut,
    today: datetime.date,
) -> ParticipantRow:
    """One participant; without a name nothing is told of how far they are."""
    shown = standing if person else None
    sides = find_sides(enrolment.state, shown, class_, today)
    branch, member_no = _name_membership(enrolment, person)
    until = enrolment.returns_until
    return ParticipantRow(
        enrolment_id=enrolment.id,
        path=f"/people/{person.record_id}" if person else "",
        name=person.name if person else "",
        member_no=member_no,
        branch=branch,
        sides=sides,
        tags=_find_tags(sides, is_named=person is not None),
        percent=shown.percent if shown else None,
        lessons=f"{shown.lessons_done}/{shown.lessons}" if shown else "",
        hours=shown.hours if shown else 0.0,
        hours_text=format_hours(shown.hours) if shown else "",
        completed_at=shown.completed_at if shown else None,
        certificate=shown.certificate if shown else "",
        is_revoked=bool(shown and shown.is_revoked),
        may_leave=person is not None and not sides & {LEFT, DONE},
        may_return=person is not None and LEFT in sides and today.isoformat() <= until,
    )


def find_sides(
    state: str, standing: StandingOut | None, class_: ClassOut, today: datetime.date
) -> frozenset[str]:
    """On which sides of the list a participant stands: who has not begun can be
    behind too. Who waits has nothing to be behind with."""
    if state == "withdrawn":
        return frozenset({LEFT})
    if state == "waiting":
        return frozenset({ALL, WAITING})
    if standing is None:
        return frozenset({ALL})
    if _is_done(standing):
        return frozenset({ALL, DONE})
    begun = standing.percent > 0 or standing.lessons_done > 0
    sides = {ALL, UNDER_WAY if begun else NOT_BEGUN}
    if is_behind(standing, class_, today):
        sides.add(BEHIND)
    return frozenset(sides)


def _is_done(standing: StandingOut) -> bool:
    """Whether there is a certificate, or everything is done that can be."""
    has_all = 0 < standing.lessons <= standing.lessons_done
    return bool(standing.certificate) or standing.is_complete or has_all


def is_behind(standing: StandingOut, class_: ClassOut, today: datetime.date) -> bool:
    """Whether the share of lessons done is below that of the class's days gone by.

    A day is gone by when it is over at the college: on the first one nobody is behind,
    after the last one everybody who has not done all.
    """
    first = datetime.date.fromisoformat(class_.starts_on)
    last = datetime.date.fromisoformat(class_.ends_on)
    days = max(1, (last - first).days + 1)
    gone = min(max(0, (today - first).days), days)
    return standing.lessons_done * days < gone * standing.lessons


def count_sides(rows: Iterable[ParticipantRow]) -> dict[str, int]:
    """How many stand on each side."""
    counts = dict.fromkeys(SIDES, 0)
    for row in rows:
        for side in row.sides:
            counts[side] += 1
    return counts


def view_sides(
    path: str, rows: Iterable[ParticipantRow], chosen: str, sort: str
) -> list[SideView]:
    """The sides that somebody stands on, and the chosen one, each with its number."""
    counts = count_sides(rows)
    return [
        SideView(
            f"{path}?{urlencode(_query_of(side, sort))}",
            f"{gettext(text)} {counts[side]:,}",
            side == chosen,
        )
        for side, text in SIDES.items()
        if counts[side] or side in (ALL, chosen)
    ]


def _query_of(side: str, sort: str) -> dict[str, str]:
    return {"state": side} | ({"sort": sort} if sort else {})


def pick_rows(
    rows: Iterable[ParticipantRow], side: str, sort: str, is_down: bool
) -> list[ParticipantRow]:
    """Those on a side, sorted; who has nothing in the column comes last either way."""
    chosen = [row for row in rows if side in row.sides]
    by_name = sorted(chosen, key=lambda row: (_order_of(row.name), row.member_no))
    having = [row for row in by_name if _has(row, sort)]
    others = [row for row in by_name if not _has(row, sort)]
    return [*sorted(having, key=KEYS[sort], reverse=is_down), *others]


def _has(row: ParticipantRow, sort: str) -> bool:
    return bool(row.branch) if sort == "branch" else bool(row.name)


def _order_of(text: str) -> bytes:
    """Chinese as people look it up: this code has the usual signs in the order of their
    sounds; rare ones, which take four bytes there, come behind them."""
    codes = (sign.encode("gb18030", "replace") for sign in text)
    return b"".join(b"\xff" + code if len(code) > 2 else code for code in codes)


KEYS: Mapping[str, Callable[[ParticipantRow], Any]] = {
    "name": lambda row: _order_of(row.name),
    "branch": lambda row: _order_of(row.branch),
    "progress": lambda row: row.percent or 0,
    "hours": lambda row: row.hours,
}
"""What a column is sorted by."""


def _name_membership(
    enrolment: EnrolmentOut, person: NamedPersonOut | None
) -> tuple[str, str]:
    """Branch and member number: those of the branch that enrolled, where it holds the
    person, else of another that is reached; of whom nobody reaches, nothing."""
    held = person.memberships if person else []
    of_branch = [one for one in held if one.branch_id == enrolment.branch_id]
    for one in [*of_branch, *held]:
        return one.branch_name, one.member_no
    return "", ""


def _find_tags(sides: frozenset[str], *, is_named: bool) -> list[Tag]:
    """What stands beside a name."""
    chosen: Sequence[Tag] = [TAGS[side] for side in TAGS if side in sides]
    tags = [(gettext(text), tone) for text, tone in chosen or [SEATED]]
    return tags if is_named else [*tags, (gettext(NOT_HELD), "")]
