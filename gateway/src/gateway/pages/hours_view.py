"""Why an hour stands, as the person and staff read it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracts.http.learning import ExplanationOut, HoursEntryOut, ShowingOut

from gateway.pages.formats import format_clock, format_hours, format_moment
from gateway.texts import N_
from gateway.texts.hours import COLLEGE, RULES
from gateway.texts.language import gettext


@dataclass(frozen=True)
class CorrectionView:
    """A correction: when, by how much and why, by whom. `undoing` is where it can be
    taken back, empty for whom it cannot or where it was."""

    id: str
    moment: str
    text: str
    note: str
    by: str
    tone: str
    undoing: str = ""


@dataclass(frozen=True)
class HourView:
    """An hours entry with all it rests on; `instead` is where the entry is that counts
    in its place."""

    title: str
    year: int
    hours: str
    facts: list[tuple[str, str]]
    courses: list[ShowingOut]
    corrections: list[CorrectionView]
    instead: str
    seen: int


def view_hour(
    found: ExplanationOut, base: str, names: Mapping[str, str], *, can_undo: bool
) -> HourView:
    """An entry below the address `base`; `names` are those of staff by account."""
    entry = found.entry
    undone = {one.undoes for one in found.corrections} - {""}
    corrections = [
        _view_correction(one, entry.id, base, names, undone, can_undo=can_undo)
        for one in found.corrections
    ]
    return HourView(
        title=entry.title,
        year=entry.year,
        hours=format_hours(found.hours),
        facts=list(_list_grounds(found, names)),
        courses=found.shown_in,
        corrections=corrections[::-1],
        instead=f"{base}/{found.instead}" if found.instead else "",
        seen=found.seen,
    )


def _list_grounds(
    found: ExplanationOut, names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """What an entry rests on, as label and text."""
    entry = found.entry
    yield gettext(N_("记于")), format_moment(entry.at)
    if entry.source:
        yield gettext(N_("导入自")), entry.source
    elif entry.reason == "lecture":
        watched = {"p": found.percent, "e": entry.edition}
        yield (
            gettext(N_("看了多少")),
            gettext(N_("第 %(e)s 版的 %(p)s%%，由服务器按实际播放核定")) % watched,
        )
        if entry.seconds:
            yield gettext(N_("这一讲的长度")), format_clock(entry.seconds)
    if entry.note:
        yield gettext(N_("理由")), entry.note
        yield gettext(N_("谁记的")), _name(entry, names)
    yield gettext(N_("当时记")), _count_hours(entry.hours)
    yield gettext(N_("计算规则")), gettext(RULES.get(entry.rule, entry.rule))


def _view_correction(
    one: HoursEntryOut,
    entry_id: str,
    base: str,
    names: Mapping[str, str],
    undone: set[str],
    *,
    can_undo: bool,
) -> CorrectionView:
    is_undone = one.id in undone
    text = gettext(N_("%(h)s 学时")) % {"h": f"{one.hours:+g}"}
    if one.undoes:
        text = gettext(N_("撤销更正：%(hours)s")) % {"hours": text}
    elif is_undone:
        text = gettext(N_("%(hours)s（已撤销）")) % {"hours": text}
    return CorrectionView(
        one.id,
        format_moment(one.at),
        text,
        one.note,
        _name(one, names),
        "" if is_undone or one.undoes else ("ok" if one.hours > 0 else "wait"),
        f"{base}/{entry_id}/undoing?correction={one.id}"
        if can_undo and not is_undone and not one.undoes
        else "",
    )


def _count_hours(hours: float) -> str:
    return gettext(N_("%(h)s 学时")) % {"h": format_hours(hours)}


def _name(entry: HoursEntryOut, names: Mapping[str, str]) -> str:
    """Who entered it: to staff by name, else the college."""
    return names.get(entry.by, entry.by) or gettext(COLLEGE)
