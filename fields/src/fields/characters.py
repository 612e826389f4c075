"""Characters: which of them nobody sees, which no longer mean what they did."""

import unicodedata

MIDDLE_DOT = "·"
DOTS = "•‧∙⋅・･●᛫⸱"
"""Characters people type for the middle dot of a name; NFKC leaves these apart."""

GB18030_PRIVATE = {
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13,
    0xE791: 0xFE14, 0xE792: 0xFE15, 0xE793: 0xFE16, 0xE794: 0xFE17,
    0xE795: 0xFE18, 0xE796: 0xFE19, 0xE7C7: 0x1E3F,
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC,
    0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7,
    0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9,
    0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
"""Private-use code points of the mapping of GB 18030-2000 and where GB 18030-2005 and
-2022 put those characters. Python's codec still decodes to the old ones."""

JOINERS = "\u200c\u200d"
"""They join or part letters of some scripts and parts of pictures."""


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
