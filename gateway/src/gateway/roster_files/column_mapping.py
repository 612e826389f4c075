"""Which column of a table holds which field: guessed, asked for, given back."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fields import Illegal
from fields.codes import plain_email, plain_id_number, plain_phone
from fields.texts import is_ideograph

from gateway.roster_files.known_heads import (
    FIELDS,
    PLAIN_HEADS,
    REQUIRED,
    compute_head_fingerprint,
    plain_head,
)
from gateway.roster_files.roster_faults import RosterUnreadable

SURE, LIKELY = "sure", "likely"
"""Confidence in a field's column: its head is known; only its words or cells point
there, and a person should look."""
LIKELY_SHARE = 0.6
"""Of the filled cells of a column; the others are typing mistakes."""
FEWEST_CELLS = 2
"""One cell that looks like a phone says nothing of its column."""
HINTS = (
    ("id_number", re.compile("身份|证件号|idcard|idnumber|identity")),
    ("email", re.compile("邮箱|邮件|mail")),
    ("phone", re.compile("手机|电话|联系方式|phone|mobile|tel")),
    ("member_no", re.compile("会员|工会.*(号|卡)|member")),
    ("class_id", re.compile("班|class|course")),
    ("name", re.compile("姓名|名字|name")),
)
"""Words within an unknown head, the one that decides first."""
LONGEST_NAME = 4
"""Of Chinese names without a dot; more characters are a title or a place."""


@dataclass(frozen=True)
class ColumnMapping:
    """Field → the places of its columns from 0: the first that is filled counts.

    `fingerprint` is that of the line of heads; empty where there is none, and people
    stand in the first line already.
    """

    columns: Mapping[str, tuple[int, ...]]
    fingerprint: str = ""


@dataclass(frozen=True)
class SeenTable:
    """What was seen of a table: enough for a person to say what its columns are.

    `row` is the number of the line of heads, 0 without one; `rows` the first five
    below it. `guess` says of each field it found where, `confidence` how surely;
    `missing` are needed fields without a sure column, `equal` heads that stand twice.
    `columns` are those that were read in the end.
    """

    sheet: str
    row: int
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    guess: ColumnMapping
    confidence: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    equal: tuple[str, ...] = ()
    columns: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


class MappingNeeded(RosterUnreadable):
    """The columns must be named by a person, once; `seen` is what to show."""

    def __init__(self, fault: str, seen: SeenTable, **words: object) -> None:
        super().__init__(fault, **words)
        self.seen = seen


@dataclass(frozen=True)
class MappingGuess:
    """A guess at the columns, how sure it is, and the heads that stand twice."""

    columns: Mapping[str, tuple[int, ...]]
    confidence: Mapping[str, str]
    equal: tuple[str, ...]

    def missing_fields(self, has_class: bool) -> tuple[str, ...]:
        """The needed fields without a sure column."""
        given = {"class_id"} if has_class else set()
        return tuple(
            name
            for name in REQUIRED
            if name not in given and self.confidence.get(name) != SURE
        )


def guess_columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> MappingGuess:
    """The columns as heads and the first rows below tell."""
    plain = [plain_head(head) for head in heads]
    equal = tuple(
        head
        for place, head in enumerate(heads)
        if plain[place] in FIELDS and plain[place] in plain[:place]
    )
    columns = {
        name: tuple(plain.index(head) for head in known if head in plain)
        for name, known in PLAIN_HEADS.items()
    }
    columns = {name: places for name, places in columns.items() if places}
    confidence = dict.fromkeys(columns, SURE)
    taken = {place for places in columns.values() for place in places}
    for place in range(max((len(row) for row in (plain, *rows)), default=0)):
        if place in taken:
            continue
        cells = [row[place].strip() for row in rows if place < len(row)]
        likely = _likely_field(plain[place] if place < len(plain) else "", cells)
        if likely and likely not in columns:
            columns[likely], confidence[likely] = (place,), LIKELY
    return MappingGuess(columns, confidence, equal)


def is_person(cells: Sequence[str]) -> bool:
    """Whether this line is already a person, and no line of heads."""
    return any(_can_be(plain_phone, cell) for cell in cells)


def compute_mapping(columns: Mapping[str, int], heads: Sequence[str]) -> ColumnMapping:
    """The mapping that a person chose, one column a field, below these heads."""
    places = {name: (place,) for name, place in columns.items()}
    return ColumnMapping(places, compute_head_fingerprint(heads) if heads else "")


def _likely_field(head: str, cells: Sequence[str]) -> str:
    """The field that this column may be: by its cells, else by words in its head."""
    filled = [cell for cell in cells if cell]
    counted = Counter(kind for cell in filled if (kind := _kind_of(cell)))
    hint = next((name for name, words in HINTS if words.search(head)), "")
    for name, count in counted.most_common(1):
        if count >= max(FEWEST_CELLS, LIKELY_SHARE * len(filled)) and not (
            name == "name" and hint
        ):
            return name
    return hint


def _kind_of(cell: str) -> str:
    """The field that a cell looks like, or nothing."""
    if _can_be(plain_id_number, cell):
        return "id_number"
    if _can_be(plain_phone, cell):
        return "phone"
    if _can_be(plain_email, cell):
        return "email"
    is_name = 2 <= len(cell) <= LONGEST_NAME and all(is_ideograph(c) for c in cell)
    return "name" if is_name else ""


def _can_be(read: Callable[[str], str], cell: str) -> bool:
    try:
        read(cell)
    except Illegal:
        return False
    return True
