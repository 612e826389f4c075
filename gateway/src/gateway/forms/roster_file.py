"""A roster as branches keep it: CSV in UTF-8 or GB18030, Chinese or English heads."""

import csv
import hashlib
import io
import secrets
from dataclasses import dataclass, replace
from typing import Any

from gateway.identity.errors import RosterUnreadable

LARGEST = 8 * 1024 * 1024
MOST_ROWS = 50_000
CHUNK_ROWS = 200
HEADS = {
    "name": ("姓名", "name"),
    "member_no": ("会员号", "会员证号", "member_no"),
    "phone": ("手机号", "手机", "电话", "phone"),
    "class_id": ("班级编号", "班级", "class_id", "class"),
    "id_number": ("身份证号", "id_number"),
    "email": ("邮箱", "电子邮箱", "email"),
    "branch_id": ("单位编号", "branch_id", "branch"),
}
REQUIRED = ("name", "member_no", "phone", "class_id")


@dataclass(frozen=True)
class RosterFile:
    """A readable roster. The same bytes have the same id, so a repeat is known.

    `rows` are as the enrollment service takes them, `row` counting file lines.
    """

    id: str
    rows: tuple[dict[str, Any], ...]

    def anew(self, dry_run: bool) -> "RosterFile":
        """The same rows under a name of their own, to be decided as of now."""
        stamp = secrets.token_hex(3)
        return replace(self, id=f"{'try-' if dry_run else ''}{self.id}-{stamp}")

    def chunks(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Key and rows of each chunk."""
        starts = range(0, len(self.rows), CHUNK_ROWS)
        return [
            (f"{self.id}.{start // CHUNK_ROWS + 1}",
             list(self.rows[start : start + CHUNK_ROWS]))
            for start in starts
        ]  # fmt: skip


def read_roster(content: bytes, class_id: str = "") -> RosterFile:
    """Read the file; `class_id` stands in where there is no class column.

    Raises RosterUnreadable, and then nothing of the file is taken.
    """
    if len(content) > LARGEST:
        raise RosterUnreadable("文件超过 8 MB：请分成几个文件")
    text = _text(content)
    if not text.strip():
        raise RosterUnreadable("文件是空的：请选有表头和人员的名册")
    mark = _delimiter(text)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=mark)
    try:
        heads = _heads(next(lines, []), class_id)
        rows = [
            _row(heads, cells, lines.line_num, class_id)
            for cells in lines
            if any(cells)
        ]
    except csv.Error as error:
        raise RosterUnreadable(
            f"第 {lines.line_num} 行读不下去：请另存为 CSV 再传"
        ) from error
    if not rows:
        raise RosterUnreadable("名册里没有人：请在表头下面填写各行")
    if len(rows) > MOST_ROWS:
        raise RosterUnreadable(f"名册超过 {MOST_ROWS} 行：请分成几个文件")
    digest = hashlib.sha256(content + b"\0" + class_id.encode()).hexdigest()[:12]
    return RosterFile(digest, tuple(rows))


def _delimiter(text: str) -> str:
    """What stands between the heads: a comma, or what some tables write instead."""
    heads = text.partition("\n")[0]
    return max(",;\t", key=heads.count)


def _text(content: bytes) -> str:
    if b"\0" in content:
        raise RosterUnreadable("这不是 CSV 文本：请从表格软件里另存为 CSV 再传")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterUnreadable("文字编码认不出：请另存为 UTF-8 的 CSV 再传")


def _heads(cells: list[str], class_id: str) -> dict[str, int]:
    named = {cell.strip().lower(): place for place, cell in enumerate(cells)}
    heads = {
        field: named[name]
        for field, names in HEADS.items()
        for name in names
        if name in named
    }
    given = {"class_id"} if class_id else set()
    missing = [HEADS[f][0] for f in REQUIRED if f not in heads and f not in given]
    if missing:
        raise RosterUnreadable(f"缺少这些列：{'、'.join(missing)}。请补上表头再传")
    return heads


def _row(
    heads: dict[str, int], cells: list[str], line: int, class_id: str
) -> dict[str, Any]:
    row: dict[str, Any] = {"row": line}
    for field, place in heads.items():
        cell = cells[place].strip() if place < len(cells) else ""
        if cell:
            row[field] = _clean(cell)
    row.setdefault("class_id", class_id)
    return row


def _clean(cell: str) -> str:
    """Without control characters, and no longer than any honest cell."""
    return "".join(c for c in cell if c.isprintable())[:200]


def guarded(cell: str) -> str:
    """A cell for a spreadsheet: what would compute is shown instead."""
    return "'" + cell if cell[:1] in set("=+-@\t\r\n＝＋－＠") else cell
