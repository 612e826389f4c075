"""What is shown of an event to whoever mends it: personal data is hidden."""

import json
import re
from typing import Any

PERSONAL = {"name", "phone", "member_no", "id_number", "email", "address", "words"}
DIGITS = re.compile(r"\d(?:[ .-]?\d){4,}")
ESCAPED, HAN = re.compile(r"\\u[0-9a-fA-F]{4}"), re.compile(r"[\u4e00-\u9fff]")
MAIL = re.compile(r"[\w.+-]+@[\w.-]+")
HIDDEN, COVERED = "•••", "〇"


class NotMendable(ValueError):
    """This is not mended here; the message says what to do instead."""


def masked(value: Any, field: str = "") -> Any:
    """The same shape with personal data hidden."""
    if isinstance(value, dict):
        return {name: masked(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [masked(part, field) for part in value]
    if field in PERSONAL and value not in ("", None):
        return hidden(str(value))
    return value


def hidden(text: str) -> str:
    """The first and the last character of a longer text."""
    return text[0] + HIDDEN + text[-1] if len(text) > 3 else HIDDEN


def masked_text(text: str) -> str:
    """A text that could not be read, without what may be names, numbers or mails."""
    text = DIGITS.sub(HIDDEN, MAIL.sub(HIDDEN, text))
    return HAN.sub(COVERED, ESCAPED.sub(COVERED, text))


def shown_text(raw: bytes) -> str:
    """What came in, masked: field by field where it is JSON."""
    text = bytes(raw).decode("utf-8", "replace")
    kept = _read(text)
    if kept is None:
        return masked_text(text)
    return json.dumps(masked(kept), ensure_ascii=False, indent=2)


def mended_text(text: str, raw: bytes) -> str:
    """What a person wrote in its place, with what was hidden as it came.

    Raises NotMendable where that is not to be known.
    """
    said, kept = _read(text), _read(bytes(raw).decode("utf-8", "replace"))
    if said is not None and kept is not None:
        return json.dumps(unmasked(said, kept), ensure_ascii=False)
    if HIDDEN in text or COVERED in text:
        raise NotMendable("Write out what is hidden: it could not be read.")
    return text


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return None


def unmasked(said: Any, kept: Any) -> Any:
    """What a person sent back, with what was hidden from them as it was kept."""
    if said == masked(kept) and said != kept:
        return kept
    if isinstance(said, dict) and isinstance(kept, dict):
        return {name: _unmasked(name, part, kept) for name, part in said.items()}
    if isinstance(said, list) and isinstance(kept, list) and len(said) == len(kept):
        return [unmasked(one, other) for one, other in zip(said, kept, strict=True)]
    return said


def _unmasked(name: str, said: Any, kept: dict[str, Any]) -> Any:
    if name not in kept:
        return said
    if said == masked(kept[name], name):
        return kept[name]
    return unmasked(said, kept[name])
