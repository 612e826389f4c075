"""Texts as people and spreadsheets write them: cells, lines, titles and names.

How each is kept, and how it is compared and found.
"""

import re
import unicodedata
from collections.abc import Callable

from fields.illegal import Illegal

FORMULA_OF_TEXT = re.compile(r'=\s*"([^"]*)"')
BROKEN = re.compile(
    r"#(N/?A|REF!?|VALUE!?|NAME\?|NULL!?|NUM!?|DIV/0!?|SPILL!?|CALC!?|#+)",
    re.IGNORECASE,
)
SCIENTIFIC = re.compile(r"[+-]?\d+([.,]\d+)?E[+-]?\d+", re.IGNORECASE)
DECIMAL = re.compile(r"[+-]?\d+\.0+")
"""What spreadsheets do to cells: some of it can be undone, the rest is refused."""
MIDDLE_DOT = "·"
DOTS = "•‧∙⋅・･●᛫⸱"
"""Characters people type for the middle dot of a name; NFKC leaves these apart."""

MOVED_CODE_POINTS = (
    "E78D=FE10 E78E=FE12 E78F=FE11 E790=FE13 E791=FE14 E792=FE15 E793=FE16 E794=FE17 "
    "E795=FE18 E796=FE19 E7C7=1E3F E816=20087 E817=20089 E818=200CC E81E=9FB4 "
    "E826=9FB5 E82B=9FB6 E82C=9FB7 E831=215D7 E832=9FB8 E83B=2298F E843=9FB9 "
    "E854=9FBA E855=241FE E864=9FBB"
)
GB18030_PRIVATE = {
    int(old, 16): int(new, 16)
    for old, new in (moved.split("=") for moved in MOVED_CODE_POINTS.split())
}
"""Private-use code points of the mapping of GB 18030-2000 and where GB 18030-2005 and
-2022 put those characters. Python's codec still decodes to the old ones."""

JOINERS = "\u200c\u200d"
"""They join or part letters of some scripts and parts of pictures."""
LONGEST_LINE, LONGEST_TEXT = 200, 4000
"""In characters: what fits into a heading, and into two pages of print."""
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


def restore_cell(cell: str) -> str:
    """The cell as it was typed: without the wrapping that keeps numbers as text.

    `="0012"` and `'0012` are 0012. Raises Illegal: cell-broken for an error's sign.
    """
    text = cell.strip()
    wrapped = FORMULA_OF_TEXT.fullmatch(text)
    if wrapped:
        text = wrapped[1].strip()
    elif text[:1] in {"'", "’", "‘", "＇"} and text[1:2].isalnum():
        text = text[1:].strip()
    if BROKEN.fullmatch(unicodedata.normalize("NFKC", text)):
        raise Illegal("cell-broken")
    return text


def is_restored(cell: str) -> bool:
    """Whether reading this cell undoes what a spreadsheet did."""
    try:
        return restore_cell(cell) != cell.strip() or bool(
            DECIMAL.fullmatch(cell.strip())
        )
    except Illegal:
        return False


def is_scientific(text: str) -> bool:
    """Whether a spreadsheet rounded a long number: 1.1E+11."""
    return SCIENTIFIC.fullmatch(text) is not None


def is_decimal(text: str) -> bool:
    """Whether a spreadsheet took a number of digits for a quantity: 127.0."""
    return DECIMAL.fullmatch(text) is not None


def with_public_code_points(text: str) -> str:
    """The text with characters of the old GB 18030 mapping where they are today."""
    return text.translate(GB18030_PRIVATE)


def is_control(character: str) -> bool:
    """Whether it is a control character, line ends and tabs included."""
    return unicodedata.category(character) == "Cc" or character in "\u2028\u2029"


def is_invisible(character: str) -> bool:
    """Whether nobody sees it though it is there: marks of direction, zero widths.

    The fillers and the blank of Braille are letters or symbols by category.
    """
    hidden = unicodedata.category(character) == "Cf"
    return hidden or character in "\u115f\u1160\u3164\uffa0\u2800\u034f\ufe0f\ufe0e"


def is_meaningless(character: str) -> bool:
    """Whether it means nothing: private, half of a pair, or not assigned.

    Ideographs of the planes 2 and 3 count as assigned: names use them sooner than
    this Python's tables know them.
    """
    category = unicodedata.category(character)
    is_new_ideograph = category == "Cn" and 0x20000 <= ord(character) <= 0x3FFFD
    return (
        category in {"Co", "Cs", "Cn"} and not is_new_ideograph
    ) or character == "\ufffd"


def is_ideograph(character: str) -> bool:
    """Whether it is a Chinese character."""
    point = ord(character)
    return (
        0x3400 <= point <= 0x9FFF
        or 0xF900 <= point <= 0xFAFF
        or 0x20000 <= point <= 0x3FFFD
        or character == "〇"
    )


def with_single_spaces(text: str) -> str:
    """The text without white space at its ends and with one blank for each run."""
    return " ".join(text.split())


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
