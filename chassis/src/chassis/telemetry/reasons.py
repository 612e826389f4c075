"""How a fault is told, in logs and to operators, without anybody's data."""

import re
import traceback
from collections.abc import Iterator

import msgspec
from pymongo.errors import ConnectionFailure, PyMongoError

from chassis.errors import OwnFault
from chassis.telemetry.masking import masked_text

LONGEST = 1000
PLACE = re.compile(r"\$[\w.\[\]]*", re.ASCII)


def reason_of(error: BaseException) -> str:
    """What went wrong: the kind of fault, and the rule it broke or where it arose.

    Never the fault's own words, unless they are ours or name an address: those of a
    library quote what it stumbled over, a validator the phone, a store the document.
    """
    kind = type(error).__name__
    if isinstance(error, OwnFault | ConnectionFailure):
        writable = str(error).encode("utf-8", "replace").decode()
        words = masked_text(writable[:LONGEST])
        is_sentence = isinstance(error, OwnFault) and error.is_sentence
        return words if is_sentence else f"{kind}: {words}"
    if isinstance(error, msgspec.ValidationError):
        return f"{kind}: {misfit_of(error)}"
    if isinstance(error, PyMongoError):
        return f"{kind} {getattr(error, 'code', None) or ''}".strip()
    parts = (kind, str(getattr(error, "slug", "")), _place_of(error))
    return " ".join(part for part in parts if part)


def misfit_of(error: msgspec.ValidationError) -> str:
    """Where a body does not fit its struct, and the rule; no value, no strange name.

    msgspec writes: Expected `int`, got `str` - at `$.rows[0].row`.
    """
    rule, _, at = str(error).rpartition(" - at ")
    place = PLACE.fullmatch(at.strip("`"))
    if place is None:
        rule = str(error)
    if rule.startswith("Object contains unknown field"):
        rule = "a field that is not known"
    elif rule.startswith("Invalid"):
        rule = "a value that is not allowed"
    return f"{place[0] if place else '$'}: {masked_text(rule)}"


def stack_of(error: BaseException) -> str:
    """Where a fault came from, frame by frame, and what had caused it."""
    return "\n".join(_lines_of(error))


def _lines_of(error: BaseException) -> Iterator[str]:
    before = error.__cause__
    if before is None and not error.__suppress_context__:
        before = error.__context__
    if before is not None:
        yield from _lines_of(before)
        yield "and then"
    for frame, line in traceback.walk_tb(error.__traceback__):
        name = frame.f_globals.get("__name__", "?")
        yield f"  {name}:{line} in {frame.f_code.co_name}"
    yield reason_of(error)


def _place_of(error: BaseException) -> str:
    """The line that raised it."""
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        return f"at {frame.f_globals.get('__name__', '?')}:{line}"
    return ""
