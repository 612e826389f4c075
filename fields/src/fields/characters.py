"""Characters: which of them nobody sees, which no longer mean what they did."""

import unicodedata

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
