"""The text of a captions file in whichever encoding it came."""

import codecs

BY_MARK = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
UNMARKED = ("utf-8", "gb18030")
"""What programs write without a mark, the stricter first: hardly a text in GB18030 is
right UTF-8 by chance."""
LOOKED_AT = 400
"""Bytes by which UTF-16 without a mark is known: the digits of a few times are there,
and every second byte of a digit is zero."""
ZEROS_OF_UTF16 = 0.1  # of the bytes at even or odd places; other encodings have none


def decode_captions(content: bytes) -> str | None:
    """The text, without its mark; None where it is none in any usual encoding."""
    for mark, encoding in BY_MARK:
        if content.startswith(mark):
            return _decode(content[len(mark) :], encoding)
    unmarked = _find_utf16(content[:LOOKED_AT])
    for encoding in (unmarked,) if unmarked else UNMARKED:
        text = _decode(content, encoding)
        if text is not None:
            return text
    return None


def _find_utf16(beginning: bytes) -> str:
    """Which UTF-16 it is, or empty for none."""
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        places = beginning[first::2]
        others = beginning[1 - first :: 2]
        if places.count(0) > ZEROS_OF_UTF16 * len(places) and not others.count(0):
            return encoding
    return ""


def _decode(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None
