"""What spreadsheets do to cells: some of it can be undone, the rest is refused."""

import re
import unicodedata

from fields.illegal import Illegal

FORMULA_OF_TEXT = re.compile(r'=\s*"([^"]*)"')
BROKEN = re.compile(
    r"#(N/?A|REF!?|VALUE!?|NAME\?|NULL!?|NUM!?|DIV/0!?|SPILL!?|CALC!?|#+)",
    re.IGNORECASE,
)
SCIENTIFIC = re.compile(r"[+-]?\d+([.,]\d+)?E[+-]?\d+", re.IGNORECASE)
DECIMAL = re.compile(r"[+-]?\d+\.0+")


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
