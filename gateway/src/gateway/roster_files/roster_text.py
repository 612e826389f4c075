"""The text of a roster file. Its encoding is known or asked for, never guessed."""

import codecs
import functools
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from fields.texts import (
    is_ideograph,
    is_meaningless,
    with_public_code_points,
)

from gateway.roster_files.roster_faults import RosterUnreadable

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
PIECE = 64 * 1024
COMMON_SHARE = 0.6
"""Of a list of Chinese names some 9 in 10 characters are among the 3,755 common
ones; of UTF-8, Big5 or Shift-JIS read as GB 18030 at most some 4 in 10."""
TWO_BYTES = re.compile("[\u0080-\u07ff]{2}")


@dataclass(frozen=True)
class TextFile:
    """A file whose encoding is known."""

    content: bytes
    encoding: str

    def open(self) -> TextIO:
        """Its text from the beginning, decoded as it is read, line ends as they are."""
        return io.TextIOWrapper(io.BytesIO(self.content), self.encoding, newline="")


def open_text_file(content: bytes) -> TextFile:
    """The file with its encoding.

    Raises RosterUnreadable: file-not-text, encoding-damaged, encoding-unknown.
    """
    return TextFile(content, _encoding_of(content))


def _encoding_of(content: bytes) -> str:
    if content.startswith(UTF16_MARKS) and not content.startswith(UTF32_MARKS):
        return _require_undamaged(content, "utf-16")
    if b"\0" in content:
        raise RosterUnreadable("file-not-text")
    if content.startswith(codecs.BOM_UTF8):
        return _require_undamaged(content, "utf-8-sig")
    if _fault_at(content, "utf-8") is None:
        return _require_unambiguous(content)
    if _is_mostly_utf8(content):
        return _require_undamaged(content, "utf-8")
    if _fault_at(content, "gb18030") is not None or not _is_like_gb18030(content):
        raise RosterUnreadable("encoding-unknown")
    return "gb18030"


def _require_undamaged(content: bytes, encoding: str) -> str:
    """The encoding, if the bytes are good in it. Raises RosterUnreadable."""
    at = _fault_at(content, encoding)
    if at is not None:
        name = encoding.removesuffix("-sig").upper()
        line = _line_at(content, at, encoding)
        raise RosterUnreadable("encoding-damaged", encoding=name, line=line)
    return encoding


def _require_unambiguous(content: bytes) -> str:
    """UTF-8, unless the same bytes are as well Chinese in GB 18030.

    That can be where every character beyond ASCII has two bytes and some stand side
    by side: 毛学 in GB 18030 is such a name. Raises RosterUnreadable.
    """
    is_beside = False
    for piece in _decode_pieces(content, "utf-8"):
        if not piece.isascii() and max(piece) > "\u07ff":
            return "utf-8"
        is_beside = is_beside or TWO_BYTES.search(piece) is not None
    is_chinese_too = is_beside and _fault_at(content, "gb18030") is None
    if is_chinese_too and _is_like_gb18030(content, share=1.0):
        raise RosterUnreadable("encoding-unknown")
    return "utf-8"


def _decode_pieces(
    content: bytes, encoding: str, errors: str = "strict"
) -> Iterator[str]:
    """The text piece by piece, so that it is never in memory as a whole."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for start in range(0, len(content), PIECE):
        yield decoder.decode(content[start : start + PIECE])
    yield decoder.decode(b"", final=True)


def _fault_at(content: bytes, encoding: str) -> int | None:
    """The first byte that is wrong in this encoding, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(content) + PIECE, PIECE):
        piece = content[start : start + PIECE]
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            end = min(start, len(content)) + len(piece)
            return end - len(error.object) + error.start
    return None


def _line_at(content: bytes, at: int, encoding: str) -> int:
    """The line of this byte, counted from 1."""
    before = content[:at].decode(encoding, "ignore")
    return 1 + max(before.count("\n"), before.count("\r"))


def _count_characters(
    content: bytes, encoding: str, errors: str = "strict"
) -> Counter[str]:
    """How often each character stands in the text."""
    counted: Counter[str] = Counter()
    for piece in _decode_pieces(content, encoding, errors):
        counted.update(piece)
    return counted


def _is_mostly_utf8(content: bytes) -> bool:
    """Whether there are more good characters beyond ASCII than bad bytes."""
    good = bad = 0
    for character, count in _count_characters(
        content, "utf-8", "surrogateescape"
    ).items():
        if "\udc80" <= character <= "\udcff":
            bad += count
        elif not character.isascii():
            good += count
    return good > bad


def _is_like_gb18030(content: bytes, share: float = COMMON_SHARE) -> bool:
    """Whether what beyond ASCII is no sign are mostly common Chinese characters."""
    common = others = 0
    for character, count in _count_characters(content, "gb18030").items():
        if character in _common_characters():
            common += count
        elif not character.isascii() and _is_written(character):
            others += count
    return common > 0 and common >= share * (common + others)


def _is_written(character: str) -> bool:
    """Whether it is a letter, a Chinese character or nothing, but no sign."""
    return (
        character.isalpha()
        or is_ideograph(character)
        or is_meaningless(with_public_code_points(character))
    )


@functools.cache
def _common_characters() -> frozenset[str]:
    """The characters of level 1 of GB/T 2312."""
    rows, cells = range(0xB0, 0xD8), range(0xA1, 0xFF)
    codes = (bytes((row, cell)) for row in rows for cell in cells)
    return frozenset("".join(code.decode("gb2312", "ignore") for code in codes))
