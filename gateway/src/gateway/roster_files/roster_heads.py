"""The line of heads of a roster: which column is which field of a row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from fields.texts import with_public_code_points

from gateway.roster_files.column_mapping import (
    ColumnMapping,
    MappingGuess,
    MappingNeeded,
    SeenTable,
    guess_columns,
    is_person,
)
from gateway.roster_files.known_heads import (
    FEWEST_HEADS,
    HEAD_LINES,
    HEADS,
    REQUIRED,
    compute_head_fingerprint,
    count_known_heads,
)
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_table import HeadScore, NumberedRow, Table

SAMPLED_ROWS, SHOWN_ROWS = 20, 5
"""Below the line of heads: as many tell what a column is; as many are shown."""
MOST_SHOWN = 60
"""Characters of a cell that is shown."""


@dataclass(frozen=True)
class Heads:
    """The line of heads: its row, and in which columns each field stands."""

    row: int
    columns: dict[str, tuple[int, ...]]
    names: tuple[str, ...]
    seen: SeenTable

    @property
    def ignored(self) -> tuple[str, ...]:
        """The heads of columns that are no field, or one that no row is sent with."""
        known = {
            place
            for name, places in self.columns.items()
            if name != "branch_name"
            for place in places
        }
        return tuple(
            name for place, name in enumerate(self.names) if name and place not in known
        )

    def value_of(self, field_: str, cells: list[str]) -> tuple[str, str]:
        """The cell of a field in a row, and the head it stands under.

        The first column that counts; where that is empty the next.
        """
        for place in self.columns.get(field_, ()):
            if place < len(cells) and (cell := cells[place].strip()):
                head = self.names[place] if place < len(self.names) else ""
                return cell if cell.isascii() else with_public_code_points(cell), head
        return "", ""


def score_heads(mapping: ColumnMapping | None) -> HeadScore:
    """How a line is judged: by the heads it knows, or by the fingerprint it has."""
    if mapping is None or not mapping.fingerprint:
        return lambda cells: (
            count if (count := count_known_heads(cells)) >= FEWEST_HEADS else 0
        )
    return lambda cells: int(compute_head_fingerprint(cells) == mapping.fingerprint)


def find_heads(
    table: Table, class_id: str, mapping: ColumnMapping | None
) -> tuple[Heads, "chain[NumberedRow]"]:
    """The line of heads, and the rows of the table from its first line.

    Raises MappingNeeded: heads-missing, heads-changed (no line has the mapping's
    fingerprint), heads-equal, columns-missing; RosterUnreadable: file-empty.
    """
    first = list(islice(table.rows, HEAD_LINES + SAMPLED_ROWS))
    if not any(cell.strip() for _, cells in first for cell in cells):
        raise RosterUnreadable("file-empty")
    row, names = _find_head_line(first, mapping)
    below = [cells for number, cells in first if number > row and any(cells)]
    guess = guess_columns(names, below[:SAMPLED_ROWS])
    has_class = bool(class_id)
    seen = _describe_table(table.sheet, row, names, below, guess, has_class)
    columns = _settle_columns(seen, mapping, has_class)
    return Heads(row, columns, names, replace(seen, columns=columns)), chain(
        first, table.rows
    )


def _find_head_line(
    first: Sequence[NumberedRow], mapping: ColumnMapping | None
) -> tuple[int, tuple[str, ...]]:
    """Number and cells of the line of heads; 0 and nothing where there is none."""
    is_headless = mapping is not None and not mapping.fingerprint
    row, cells = (0, list[str]()) if is_headless else _best_line(first, mapping)
    return row, tuple(cell.strip().strip("\ufeff") for cell in cells)


def _best_line(
    first: Sequence[NumberedRow], mapping: ColumnMapping | None
) -> NumberedRow:
    """The line that scores most; where none does, one that may be heads."""
    for judge in (mapping, None):
        score = score_heads(judge)
        row, cells = max(first[:HEAD_LINES], key=lambda line: score(line[1]))
        if score(cells):
            return row, cells
    return _first_wide_line(first)


def _first_wide_line(first: Sequence[NumberedRow]) -> NumberedRow:
    """What may be heads where none is known; nothing if it is a person already."""
    for number, cells in first[:HEAD_LINES]:
        if sum(1 for cell in cells if cell.strip()) >= FEWEST_HEADS:
            return (0, []) if is_person(cells) else (number, cells)
    return 0, []


def _describe_table(
    sheet: str,
    row: int,
    names: tuple[str, ...],
    below: Sequence[list[str]],
    guess: MappingGuess,
    has_class: bool,
) -> SeenTable:
    shown = tuple(tuple(c[:MOST_SHOWN] for c in cells) for cells in below[:SHOWN_ROWS])
    fingerprint = compute_head_fingerprint(names) if row else ""
    return SeenTable(
        sheet,
        row,
        tuple(name[:MOST_SHOWN] for name in names),
        shown,
        ColumnMapping(guess.columns, fingerprint),
        guess.confidence,
        guess.missing_fields(has_class),
        guess.equal,
    )


def _settle_columns(
    seen: SeenTable, mapping: ColumnMapping | None, has_class: bool
) -> dict[str, tuple[int, ...]]:
    """The columns that are read: those of the mapping, or those that are sure."""
    if mapping is not None:
        return _require_mapping(seen, mapping, has_class)
    sure = {
        name: places
        for name, places in seen.guess.columns.items()
        if seen.confidence[name] == "sure"
    }
    if len(sure) < FEWEST_HEADS:
        raise MappingNeeded("heads-missing", seen, **_column_names(REQUIRED))
    if seen.equal:
        raise MappingNeeded("heads-equal", seen, head=seen.equal[0])
    if seen.missing:
        raise MappingNeeded("columns-missing", seen, **_column_names(seen.missing))
    return sure


def _require_mapping(
    seen: SeenTable, mapping: ColumnMapping, has_class: bool
) -> dict[str, tuple[int, ...]]:
    if mapping.fingerprint != seen.guess.fingerprint:
        raise MappingNeeded("heads-changed", seen)
    columns = {
        name: places for name, places in mapping.columns.items() if name in HEADS
    }
    given = {"class_id"} if has_class else set()
    missing = [name for name in REQUIRED if not columns.get(name) and name not in given]
    if missing:
        raise MappingNeeded("columns-missing", seen, **_column_names(missing))
    return columns


def _column_names(columns: Sequence[str]) -> dict[str, str]:
    """Columns as a text names them: by Chinese heads, or by English ones."""
    heads = "、".join(HEADS[name][0] for name in columns)
    return {"heads": heads, "fields": ", ".join(columns)}
