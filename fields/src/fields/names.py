"""Names of people: how they are kept, and how they are compared."""

import re
import unicodedata

from fields.characters import MIDDLE_DOT, is_ideograph
from fields.illegal import Illegal
from fields.spreadsheet import restore_cell
from fields.texts import plain_text, written_line

LONGEST_NAME = 100
"""In characters; the longest names on identity cards have some fifty."""
SIGNS = " ·•‧∙⋅・･.．-‐‑’'‘`,()（）"
"""What names hold besides letters, marks and digits."""
REASONS = {
    "text-control": "name-unreadable",
    "text-invisible": "name-invisible",
    "text-unreadable": "name-unreadable",
    "text-too-long": "name-too-long",
}


def written_name(raw: str) -> str:
    """A person's name as it is kept and printed: one line, as it was written.

    Raises Illegal: name-missing, name-unreadable (a character means nothing),
    name-invisible, name-invalid (what is written is no name), name-too-long,
    cell-broken.
    """
    try:
        name = written_line(restore_cell(raw), LONGEST_NAME)
    except Illegal as illegal:
        raise Illegal(REASONS.get(illegal.reason, illegal.reason)) from None
    if not name:
        raise Illegal("name-missing")
    if not all(_can_stand_in_name(character) for character in name) or not _has_letter(
        name
    ):
        raise Illegal("name-invalid")
    return name


def plain_name(name: str) -> str:
    """The form by which two writings of a name are one.

    As `plain_text`; besides, a full stop between Chinese characters is a middle dot.
    """
    plain = plain_text(name)
    return re.sub(
        r"(.)\.(?=(.))",
        lambda found: (
            f"{found[1]}{MIDDLE_DOT}"
            if is_ideograph(found[1]) and is_ideograph(found[2])
            else found[0]
        ),
        plain,
    )


def is_same_name(one: str, other: str) -> bool:
    """Whether two writings are one name."""
    return plain_name(one) == plain_name(other)


def _can_stand_in_name(character: str) -> bool:
    is_named = unicodedata.category(character)[0] in "LM" or is_ideograph(character)
    return is_named or character.isdecimal() or character in SIGNS


def _has_letter(name: str) -> bool:
    return any(c.isalpha() or is_ideograph(c) for c in name)
