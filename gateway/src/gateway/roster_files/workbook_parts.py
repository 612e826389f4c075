"""The parts of a zipped workbook: weighed before they are unpacked, and looked into.

A few kilobytes of zip can unpack to gigabytes, and what a zip says of its sizes may be
a lie: parts are unpacked piece by piece, and counted.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.roster_files.workbook_cells import Place
from gateway.roster_files.workbook_lines import WorkbookFault

MOST_UNPACKED = 128 * 1024 * 1024
"""Bytes of all parts: 50,000 rows of 30 columns are some 75 MB."""
MOST_PARTS = 2_000
"""A workbook with a hundred sheets and pictures has some three hundred."""
PIECE = 64 * 1024
LONGEST_CUT = 1024 * 1024
"""Of a row that goes on in the next piece; beyond this only marks are lost."""
LOCAL_HEADER = 30  # bytes before the name, of the ZIP specification 4.3.7
STORED, DEFLATED = 0, 8  # the two methods that spreadsheets use
MOST_MARKED = 10_000
"""Cells with errors, and hidden rows: more of them say nothing new."""
WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin")
SHEET = re.compile(rb'<(?:\w+:)?sheet\s[^<>]*?\b\w+:id="([^"<>]+)"')
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")
ATTRIBUTE = re.compile(rb'\b(Id|Target)="([^"]*)"')
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^<>]*\bhidden="(?:1|true)")[^<>]*>')
ROW_NUMBER = re.compile(rb'\br="([0-9]{1,7})"')
ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c\s(?=[^<>]*\bt="e")[^<>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^<>]*>'
    rb"(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v>([^<]{1,20})<"
)


@dataclass
class SheetMarks:
    """What a sheet tells beside its values: hidden rows, and cells with errors."""

    hidden: list[int] = field(default_factory=list)
    hidden_count: int = 0
    errors: dict[Place, str] = field(default_factory=dict)


class WorkbookParts:
    """The parts of a zipped workbook.

    Raises WorkbookFault: workbook-damaged, workbook-unknown (another kind of zip),
    workbook-locked, workbook-too-large.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self.parts = {part.filename: part for part in archive.infolist()}
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise WorkbookFault("workbook-damaged") from error
        if len(self.parts) > MOST_PARTS:
            raise WorkbookFault("workbook-too-large")
        self._weigh()
        if not any(name in self.parts for name in WORKBOOKS):
            self._require_open_document()

    def find_marks(self, place: int) -> SheetMarks:
        """The marks of the sheet at this place; none where it cannot be found."""
        marks, sheets = SheetMarks(), self._sheet_parts()
        if place >= len(sheets):
            return marks
        for text in self._find_texts(sheets[place]):
            if b'hidden="' in text:
                _mark_hidden(text, marks)
            if b't="e"' in text:
                _mark_errors(text, marks)
        return marks

    def _require_open_document(self) -> None:
        kind = b"".join(self._unpack("mimetype")) if "mimetype" in self.parts else b""
        if not kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            raise WorkbookFault("workbook-unknown")
        if "META-INF/manifest.xml" in self.parts:
            manifest = b"".join(self._unpack("META-INF/manifest.xml"))
            if b"encryption-data" in manifest:
                raise WorkbookFault("workbook-locked")

    def _weigh(self) -> None:
        declared = sum(part.file_size for part in self.parts.values())
        if declared > MOST_UNPACKED:
            raise WorkbookFault("workbook-too-large")
        weight = 0
        for name in self.parts:
            for piece in self._unpack(name):
                weight += len(piece)
                if weight > MOST_UNPACKED:
                    raise WorkbookFault("workbook-too-large")
        sheets = self._sheet_parts()
        if len(set(sheets)) < len(sheets):  # one part as many sheets is read as often
            raise WorkbookFault("workbook-damaged")

    def _unpack(self, name: str) -> Iterator[bytes]:
        """The part piece by piece. Raises WorkbookFault."""
        part = self.parts[name]
        head = self.content[part.header_offset :][:LOCAL_HEADER]
        if len(head) < LOCAL_HEADER:
            raise WorkbookFault("workbook-damaged")
        if part.flag_bits & 1:
            raise WorkbookFault("workbook-locked")
        lengths = (
            int.from_bytes(head[26:28], "little"),
            int.from_bytes(head[28:30], "little"),
        )
        start = part.header_offset + LOCAL_HEADER + sum(lengths)
        packed = memoryview(self.content)[start : start + part.compress_size]
        if part.compress_type == STORED:
            yield bytes(packed)
        elif part.compress_type == DEFLATED:
            yield from _inflate(packed)
        else:
            raise WorkbookFault("workbook-damaged")

    def _sheet_parts(self) -> list[str]:
        """The parts of the sheets in the order of the workbook."""
        relations, book = "xl/_rels/workbook.xml.rels", "xl/workbook.xml"
        if not {relations, book} <= self.parts.keys():
            return []
        targets = {}
        for text in self._find_texts(relations):
            for relation in RELATION.findall(text):
                named = dict(ATTRIBUTE.findall(relation))
                targets[named.get(b"Id", b"")] = named.get(b"Target", b"")
        ids = [id_ for text in self._find_texts(book) for id_ in SHEET.findall(text)]
        return [_part_name(targets.get(id_, b"")) for id_ in ids]

    def _find_texts(self, name: str) -> Iterator[bytes]:
        """The part in texts, none of which ends within a tag or a short element."""
        if name not in self.parts:
            return
        rest = b""
        for piece in self._unpack(name):
            text = rest + piece
            end = max(
                text.rfind(b"<row "), text.rfind(b":row "), text.rfind(b"<sheet ")
            )
            end = text.rfind(b"<", 0, end + 1) if end > 0 else 0
            text, rest = text[:end], text[end:]
            if len(rest) > LONGEST_CUT:
                text, rest = text + rest, b""
            yield text
        yield rest


def _inflate(packed: memoryview) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for start in range(0, len(packed), PIECE):
            waiting = bytes(packed[start : start + PIECE])
            while waiting:
                yield unpacking.decompress(waiting, PIECE)
                waiting = unpacking.unconsumed_tail
    except zlib.error as error:
        raise WorkbookFault("workbook-damaged") from error
    if not unpacking.eof:
        raise WorkbookFault("workbook-damaged")


def _part_name(target: bytes) -> str:
    """The part that a relation of the workbook leads to."""
    name = target.decode("utf-8", "replace")
    return name[1:] if name.startswith("/") else f"xl/{name}"


def _mark_hidden(text: bytes, marks: SheetMarks) -> None:
    for row in HIDDEN_ROW.findall(text):
        if number := ROW_NUMBER.search(row):
            marks.hidden_count += 1
            if len(marks.hidden) < MOST_MARKED:
                marks.hidden.append(int(number[1]))


def _mark_errors(text: bytes, marks: SheetMarks) -> None:
    for letters, row, sign in ERROR_CELL.findall(text):
        if len(marks.errors) < MOST_MARKED:
            place = int(row) - 1, column_place(letters.decode())
            marks.errors[place] = sign.decode("ascii", "replace")


def column_place(letters: str) -> int:
    """The place of a column from 0: A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
