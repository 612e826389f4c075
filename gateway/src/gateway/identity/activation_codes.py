"""Activation codes: what a person types in who got no letter, from a printed sheet."""

import secrets
import unicodedata

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read as another sign."""
MEANT = str.maketrans("OIL", "011")
LENGTH, GROUP = 12, 4
"""Sixty bits: nobody finds one by trying, and twelve signs are typed in a minute."""
CODE_SECONDS = 30 * 24 * 3600.0
"""A sheet is handed out at the next meeting of the branch."""


def create_code() -> str:
    """A new code."""
    return "".join(secrets.choice(SYMBOLS) for _ in range(LENGTH))


def plain_code(written: str) -> str:
    """A code as somebody wrote it, in plain form; empty if it is none."""
    text = unicodedata.normalize("NFKC", written[: 10 * LENGTH]).upper()
    plain = "".join(filter(str.isalnum, text)).translate(MEANT)
    return plain if len(plain) == LENGTH and set(plain) <= set(SYMBOLS) else ""


def written_code(code: str) -> str:
    """A code in groups, as it is printed."""
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))
