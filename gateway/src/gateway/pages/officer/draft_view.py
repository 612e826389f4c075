"""What is shown of a file before it is sent: how it was understood."""

from dataclasses import dataclass

from gateway.roster_drafts.draft import DraftSummary, RosterDraft
from gateway.roster_files.cell_faults import column_letters
from gateway.roster_files.column_mapping import SURE, SeenTable
from gateway.roster_files.known_heads import FIELDS, HEADS, REQUIRED, plain_head
from gateway.roster_files.roster_faults import FAULTS
from gateway.texts import N_
from gateway.texts.language import gettext
from gateway.texts.rosters import FIELD_NAMES

SHOWN_CELLS = 12
"""Columns of the first rows: more do not fit a window; all stand in the selects."""


@dataclass(frozen=True)
class Option:
    """A column that can be picked."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class FieldChoice:
    """A field of a row, and the columns it may stand in."""

    name: str
    text: str
    is_needed: bool
    is_unsure: bool
    options: list[Option]


@dataclass(frozen=True)
class ColumnView:
    """A column as the file has it, and what it was taken for."""

    head: str
    field: str
    is_unsure: bool


@dataclass(frozen=True)
class ClassCount:
    """How many rows go to a class."""

    title: str
    rows: int


@dataclass(frozen=True)
class DraftView:
    """A draft as its page shows it."""

    id: str
    file_name: str
    name: str
    dry_run: bool
    branch: str
    fault: str
    sheet: str
    sheets: list[Option]
    head_row: int
    choices: list[FieldChoice]
    columns: list[ColumnView]
    first_rows: list[list[str]]
    rows: int
    classes: list[ClassCount]
    notes: list[str]
    faulty: int
    faults: list[str]
    more_faults: int
    knows_classes: bool

    @property
    def can_be_sent(self) -> bool:
        """Whether it can be read as a roster."""
        return not self.fault


def view_draft(draft: RosterDraft, branch: str) -> DraftView:
    """The draft in the language of the page; `branch` is the branch's name."""
    summary = draft.summary
    seen = summary.seen
    listed = {fault.row for fault in summary.faults}
    return DraftView(
        id=draft.id,
        file_name=draft.file_name,
        name=draft.name,
        dry_run=draft.dry_run,
        branch=branch,
        fault=gettext(FAULTS[summary.fault]) % summary.words if summary.fault else "",
        sheet=summary.notes.sheet or (seen.sheet if seen else ""),
        sheets=_view_sheets(summary),
        head_row=seen.row if seen else 0,
        choices=_view_choices(seen, bool(draft.choices.class_id)) if seen else [],
        columns=_view_columns(seen) if seen else [],
        first_rows=_view_rows(seen) if seen else [],
        rows=summary.rows,
        classes=[
            ClassCount(summary.titles.get(id_, id_), count)
            for id_, count in summary.classes.items()
        ],
        notes=list(_list_notes(summary)),
        faulty=summary.faulty,
        faults=[fault.translated_text(gettext) for fault in summary.faults],
        more_faults=max(0, summary.faulty - len(listed)),
        knows_classes=summary.knows_classes,
    )


def _view_sheets(summary: DraftSummary) -> list[Option]:
    """The sheets of a workbook that has several with something in them."""
    here, others = summary.notes.sheet, summary.notes.others
    if not others:
        return []
    return [Option(name, name, name == here) for name in (here, *others)]


def _view_choices(seen: SeenTable, has_class: bool) -> list[FieldChoice]:
    columns = seen.columns or seen.guess.columns
    return [
        FieldChoice(
            name,
            gettext(FIELD_NAMES[name]),
            name in REQUIRED and not (name == "class_id" and has_class),
            _is_unsure(seen, name),
            _view_options(seen, columns.get(name, ())),
        )
        for name in HEADS
    ]


def _is_unsure(seen: SeenTable, name: str) -> bool:
    """Whether this field's column is a guess that nobody confirmed."""
    return not seen.columns and seen.confidence.get(name, SURE) != SURE


def _view_options(seen: SeenTable, places: tuple[int, ...]) -> list[Option]:
    chosen = places[0] if places else -1
    nowhere = Option("", gettext(N_("没有这一列")), chosen < 0)
    columns = [
        Option(str(place), _column_text(seen, place), place == chosen)
        for place in range(_count_columns(seen))
    ]
    return [nowhere, *columns]


def _column_text(seen: SeenTable, place: int) -> str:
    head = seen.heads[place] if place < len(seen.heads) else ""
    cells = (row[place] for row in seen.rows if place < len(row) and row[place])
    text = head or next(cells, "")
    letters = column_letters(place)
    return f"{letters} · {text}" if text else letters


def _count_columns(seen: SeenTable) -> int:
    return max((len(line) for line in (seen.heads, *seen.rows)), default=0)


def _view_columns(seen: SeenTable) -> list[ColumnView]:
    names: dict[int, str] = {}
    for name, places in (seen.columns or seen.guess.columns).items():
        for place in places:
            names.setdefault(place, name)
    count = min(_count_columns(seen), SHOWN_CELLS)
    heads = [*seen.heads, *[""] * count][:count]
    return [
        ColumnView(
            head or column_letters(place),
            gettext(FIELD_NAMES[names[place]]) if place in names else "",
            _is_unsure(seen, names.get(place, "")),
        )
        for place, head in enumerate(heads)
    ]


def _view_rows(seen: SeenTable) -> list[list[str]]:
    count = min(_count_columns(seen), SHOWN_CELLS)
    return [[*row, *[""] * count][:count] for row in seen.rows]


def _list_notes(summary: DraftSummary) -> list[str]:
    """What was passed over, in sentences."""
    notes, comma = summary.notes, gettext(N_("、"))
    sentences: list[tuple[str, dict[str, object]]] = []
    ignored = [head for head in notes.ignored if FIELDS.get(plain_head(head)) is None]
    if ignored:
        words = {"heads": comma.join(ignored[:SHOWN_CELLS])}
        sentences.append((N_("这些列没有用到：%(heads)s"), dict(words)))
    if notes.sums:
        rows = comma.join(map(str, notes.sums))
        sentences.append(
            (N_("这些行是合计，没有当作人：第 %(rows)s 行"), {"rows": rows})
        )
    if notes.hidden:
        rows = comma.join(map(str, notes.hidden))
        sentences.append(
            (N_("这些行在表格里是隐藏的，也会一起送：第 %(rows)s 行"), {"rows": rows})
        )
    if notes.empty:
        sentences.append((N_("%(n)s 行没有填人，略过了"), {"n": notes.empty}))
    if summary.units:
        units = comma.join(summary.units)
        sentences.append(
            (N_("没有叫这些名字的单位，按本单位报名：%(units)s"), {"units": units})
        )
    return [gettext(text) % words for text, words in sentences]
