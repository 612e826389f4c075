"""Ids that people type, and dates."""

import datetime
import re
import unicodedata

from fields.illegal import Illegal

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def plain_id(raw: str) -> str:
    """An id that somebody typed, in its plain form.

    Raises Illegal: id-missing, id-invalid.
    """
    text = unicodedata.normalize("NFKC", raw).strip()
    if not text:
        raise Illegal("id-missing")
    if not ID.fullmatch(text):
        raise Illegal("id-invalid")
    return text


def plain_code(raw: str) -> str:
    """An id that the platform gave out: as `plain_id`, and in lower case."""
    return plain_id(raw).lower()


def plain_date(raw: str) -> str:
    """A day of the calendar in ISO form. Raises Illegal: date-invalid."""
    text = unicodedata.normalize("NFKC", raw).strip()
    if not DATE.fullmatch(text):
        raise Illegal("date-invalid")
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise Illegal("date-invalid") from None
