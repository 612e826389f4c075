"""Titles and other lines, texts of several lines, and what both are found by."""

import unicodedata
from collections.abc import Callable

from fields.characters import (
    DOTS,
    JOINERS,
    MIDDLE_DOT,
    is_control,
    is_ideograph,
    is_invisible,
    is_meaningless,
    with_public_code_points,
    with_single_spaces,
)
from fields.illegal import Illegal

LONGEST_LINE, LONGEST_TEXT = 200, 4000
"""In characters: what fits into a heading, and into two pages of print."""


def written_line(raw: str, longest: int = LONGEST_LINE) -> str:
    """A title or another text of one line as it is kept; may be empty.

    Raises Illegal: text-control, text-invisible, text-unreadable, text-too-long.
    """
    text = with_public_code_points(unicodedata.normalize("NFC", raw)).strip()
    _check_characters(text, is_control, is_invisible)
    return _check_length(with_single_spaces(text), longest)


def written_text(raw: str, longest: int = LONGEST_TEXT) -> str:
    """A text of several lines as it is kept: line ends are `\\n`; may be empty.

    Raises Illegal as `written_line` does.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = with_public_code_points(unicodedata.normalize("NFC", text)).strip()
    _check_characters(
        text,
        lambda character: character != "\n" and is_control(character),
        lambda character: character not in JOINERS and is_invisible(character),
    )
    return _check_length(text, longest)


def plain_text(text: str) -> str:
    """The form by which texts are compared and found: any text has one.

    Compatible forms and widths are one (NFKC), case is folded, every middle dot is
    the same, nothing is invisible, and Chinese characters have no blanks between.
    """
    text = unicodedata.normalize("NFKC", with_public_code_points(text)).casefold()
    text = unicodedata.normalize("NFKC", text)
    kept = (" " if is_control(c) else c for c in text if not is_invisible(c))
    return _without_inner_blanks(with_single_spaces("".join(map(_to_middle_dot, kept))))


def _to_middle_dot(character: str) -> str:
    return MIDDLE_DOT if character in DOTS else character


def _without_inner_blanks(text: str) -> str:
    """Without the blanks that stand beside a Chinese character or a middle dot."""
    parts = text.split(" ")
    joined = parts[0]
    for part in parts[1:]:
        beside = joined[-1:] + part[:1]
        is_joined = any(is_ideograph(c) or c == MIDDLE_DOT for c in beside)
        joined += part if is_joined else f" {part}"
    return joined


def _check_characters(
    text: str, is_forbidden: Callable[[str], bool], is_hidden: Callable[[str], bool]
) -> None:
    for character in text:
        if is_forbidden(character):
            raise Illegal("text-control")
        if is_hidden(character):
            raise Illegal("text-invisible")
        if is_meaningless(character):
            raise Illegal("text-unreadable")


def _check_length(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Illegal("text-too-long")
    return text
