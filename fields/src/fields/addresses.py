"""Mail addresses that can be written to."""

import re
import unicodedata

from fields.illegal import Illegal
from fields.spreadsheet import restore_cell

LONGEST, LONGEST_LOCAL = 254, 64
"""In characters: RFC 5321, 4.5.3.1, less the angle brackets of a path."""
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"({ATOM}(?:\.{ATOM})*)@((?:{LABEL}\.)+{LABEL})")


def plain_email(raw: str) -> str:
    """A mail address in its plain form: ASCII, its domain in lower case.

    What a Chinese input method types (＠ ． 。) becomes what is meant. Raises Illegal:
    email-invalid, cell-broken.
    """
    text = unicodedata.normalize("NFKC", restore_cell(raw)).strip().replace("。", ".")
    found = ADDRESS.fullmatch(text)
    if not found or len(text) > LONGEST or len(found[1]) > LONGEST_LOCAL:
        raise Illegal("email-invalid")
    return f"{found[1]}@{found[2].lower()}"
