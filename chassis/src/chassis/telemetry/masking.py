"""What is shown of an event to whoever mends it: all is hidden but what is known.

A field is shown if its name is known to hold no personal data; its value then still
has its numbers of people and its addresses hidden.
"""

import json
import re
from typing import Any

ENVELOPE_FIELDS = (
    "specversion id source type subject time datacontenttype partitionkey sequence "
    "traceparent"
)
DATA_FIELDS = (
    "after asked branch_id bytes capacity cause chunk_id class_id course_id dry_run "
    "edition ends_on enrolment_id entry_id events form ids key kind last lecture_id "
    "lesson_id module number outcome passed percent person_id quarters reached reason "
    "rebuild renditions roster_id row seated_until seats seconds service since "
    "starts_on ticket total types until was_seated year"
)
SHOWN = frozenset(ENVELOPE_FIELDS.split()) | frozenset(DATA_FIELDS.split())
"""Fields of our contracts that name no person. A new one is hidden until it is here."""
PUBLIC_TEXTS = frozenset({"title", "point"})
"""Of courses: what the open pages show."""
LITERALS = frozenset({"true", "false", "null"})
NAMES = SHOWN | LITERALS | {"data", "rows", "name", "phone", "member_no", "email"}
"""What is left of a text that cannot be read: where which field began."""
HEAD = 8 * 1024
"""So many bytes of what came in are shown: enough to know what it was."""
LARGEST = 10_000_000_000
"""Numbers of our own are below; a phone is not."""
PERSONS_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:1[3-9][0-9]{9}|[0-9]{15}|[0-9]{17}[0-9Xx])(?![0-9A-Za-z])"
)
CODE = re.compile(r"[\w.:/+-]*", re.ASCII)
DIGITS = re.compile(r"\d(?:[\s./_()-]{0,2}\d){4,}")
STRANGE = re.compile(r"(?![\x00-\x7f])\w")
RUN, WORD = re.compile(r"[\w.+@-]+"), re.compile(r"[\w.+@-]+|[^\x00-\x7f]")
FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}")
HIDDEN, COVERED = "•••", "〇"


class NotMendable(ValueError):
    """This is not mended here; the message says what to do instead."""


def mask_value(value: Any, field: str = "") -> Any:
    """The same shape, of which only what is known to name nobody is shown.

    A mapping whose keys are no names of fields is hidden as one.
    """
    if isinstance(value, dict):
        if not all(FIELD.fullmatch(name) for name in value):
            return HIDDEN
        return {name: mask_value(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [mask_value(part, field) for part in value]
    if value in ("", None) or isinstance(value, bool):
        return value
    if isinstance(value, str) and _may_be_shown(value, field):
        return _without_addresses(PERSONS_NUMBER.sub(HIDDEN, value))
    if isinstance(value, int | float) and field in SHOWN and abs(value) < LARGEST:
        return value
    return hide_text(str(value))


def _may_be_shown(value: str, field: str) -> bool:
    is_code = field in SHOWN and CODE.fullmatch(value) is not None
    return is_code or field in PUBLIC_TEXTS


def hide_text(text: str) -> str:
    """The first and the last character of a longer text."""
    return text[0] + HIDDEN + text[-1] if len(text) > 3 else HIDDEN


def masked_text(text: str) -> str:
    """A sentence without what may be names, numbers or addresses."""
    return STRANGE.sub(COVERED, DIGITS.sub(HIDDEN, _without_addresses(text)))


def _without_addresses(text: str) -> str:
    """Run by run, so that no text takes more than one look at each character."""
    return RUN.sub(lambda run: HIDDEN if "@" in run[0] else run[0], text)


def shown_text(raw: bytes) -> str:
    """The head of what came in, masked: field by field where it is JSON."""
    text = bytes(raw).decode("utf-8", "replace")
    kept = _load_text(text)
    if kept is None:
        return _only_names(text[:HEAD])
    shown = json.dumps(mask_value(kept), ensure_ascii=False, indent=2)
    return shown if len(shown) <= HEAD else f"{shown[:HEAD]} {HIDDEN}"


def _only_names(text: str) -> str:
    return WORD.sub(lambda word: word[0] if word[0] in NAMES else HIDDEN, text)


def mended_text(text: str, raw: bytes) -> str:
    """What a person wrote in its place, with what was hidden as it came.

    Raises NotMendable where that is not to be known.
    """
    said, kept = _load_text(text), _load_text(bytes(raw).decode("utf-8", "replace"))
    if said is not None and kept is not None:
        return json.dumps(unmask_value(said, kept), ensure_ascii=False)
    if HIDDEN in text or COVERED in text:
        raise NotMendable("Write out what is hidden: it could not be read.")
    return text


def _load_text(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def unmask_value(said: Any, kept: Any) -> Any:
    """What a person sent back, with what was hidden from them as it was kept."""
    if said == mask_value(kept) and said != kept:
        return kept
    if isinstance(said, dict) and isinstance(kept, dict):
        return {name: _unmask_field(name, part, kept) for name, part in said.items()}
    if isinstance(said, list) and isinstance(kept, list) and len(said) == len(kept):
        return [unmask_value(one, other) for one, other in zip(said, kept, strict=True)]
    return said


def _unmask_field(name: str, said: Any, kept: dict[str, Any]) -> Any:
    if name not in kept:
        return said
    if said == mask_value(kept[name], name):
        return kept[name]
    return unmask_value(said, kept[name])
