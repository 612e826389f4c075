"""A file of records: CSV with a line of heads, or JSON Lines; one course a line."""

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis.clock import COLLEGE_ZONE
from gateway.roster_files.roster_faults import RosterUnreadable
from gateway.roster_files.roster_rows import possible_separators, read_rows
from gateway.roster_files.roster_text import open_text_file

from biyong.faults import Fault

HEADS = {
    "person": ("person", "person_id", "人员编号", "学员编号"),
    "phone": ("phone", "手机号", "手机"),
    "branch": ("branch", "branch_id", "单位编号"),
    "member_no": ("member_no", "会员号"),
    "course": ("course", "course_id", "课程编号"),
    "class": ("class", "class_id", "班级编号"),
    "completed_at": ("completed_at", "完成时间", "完成日期"),
    "hours": ("hours", "学时"),
}
"""How a column may be called, for each that is known."""
FIELD_OF = {head: field for field, heads in HEADS.items() for head in heads}
NEEDED = ("completed_at", "hours")
NOON = datetime.time(12)
"""Of a day without an hour: whatever the zone, the day stays."""
QUARTER, MOST_HOURS = 0.25, 1000.0


@dataclass(frozen=True)
class RecordLine:
    """A line as it is in the file, where it stands, and why it cannot be sent."""

    line: int
    cells: Mapping[str, str]
    completed_at: datetime.datetime | None = None
    hours: float = 0.0
    fault: str = ""

    def get(self, field: str) -> str:
        """What the line says of a field; empty if nothing."""
        return self.cells.get(field, "")


def read_records(path: Path) -> list[RecordLine]:
    """The lines of a file; those that cannot be read carry their fault.

    Raises Fault where the file is no such file: then nothing is sent of it.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Fault(f"{path}: {error.strerror}") from error
    is_json = content.lstrip().startswith(b"{")
    try:
        found = _read_json(content) if is_json else _read_table(content)
        lines = [_judge_line(line, cells) for line, cells in found]
    except (RosterUnreadable, ValueError) as fault:
        raise Fault(f"{path}: {fault}") from fault
    if not lines:
        raise Fault(f"{path}: there is no record in it")
    return lines


def _read_json(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Raises ValueError."""
    for number, text in enumerate(content.decode("utf-8-sig").splitlines(), 1):
        if not text.strip():
            continue
        try:
            said = json.loads(text)
        except ValueError as error:
            raise ValueError(f"line {number} is no JSON") from error
        if not isinstance(said, dict):
            raise ValueError(f"line {number} is no object")
        yield number, _named_fields(number, {k: str(v) for k, v in said.items()})


def _read_table(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Raises RosterUnreadable, ValueError."""
    file = open_text_file(content)
    for separator in possible_separators(file):
        rows = read_rows(file, separator)
        heads = next(rows, (0, list[str]()))[1]
        if len(heads) > 1:
            break
    else:
        raise ValueError(f"the first line must name columns: {', '.join(HEADS)}")
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            yield number, _named_fields(number, dict(zip(heads, cells, strict=False)))


def _named_fields(line: int, said: Mapping[str, str]) -> dict[str, str]:
    """The known fields of a line. Raises ValueError where one that is needed, or the
    course, has no column."""
    fields = {
        FIELD_OF[name.strip().lower()]: text.strip()
        for name, text in said.items()
        if name.strip().lower() in FIELD_OF
    }
    missing = [name for name in NEEDED if name not in fields]
    if not {"course", "class"} & fields.keys():
        missing.append("course or class")
    if missing:
        raise ValueError(f"line {line} lacks {', '.join(missing)}")
    return fields


def _judge_line(line: int, cells: Mapping[str, str]) -> RecordLine:
    try:
        completed_at = _read_moment(cells["completed_at"])
    except ValueError:
        return RecordLine(line, cells, fault="day-illegal")
    try:
        hours = float(cells["hours"])
    except ValueError:
        return RecordLine(line, cells, fault="hours-illegal")
    if not QUARTER <= hours <= MOST_HOURS or hours % QUARTER:
        return RecordLine(line, cells, fault="hours-illegal")
    return RecordLine(line, cells, completed_at, hours)


def _read_moment(text: str) -> datetime.datetime:
    """A moment, or noon of a day; in the college's zone where none is named. Raises
    ValueError."""
    moment = datetime.datetime.fromisoformat(text.replace("/", "-"))
    if len(text) <= len("2026-01-31"):
        moment = datetime.datetime.combine(moment.date(), NOON)
    return moment if moment.tzinfo else moment.replace(tzinfo=COLLEGE_ZONE)
