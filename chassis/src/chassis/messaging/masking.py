"""What is shown of an event to whoever mends it: personal data is hidden."""

import re
from typing import Any

PERSONAL = {"name", "phone", "member_no", "id_number", "email", "address", "words"}
DIGITS, HAN = re.compile(r"\d{5,}"), re.compile(r"[\u4e00-\u9fff]")
MAIL = re.compile(r"[\w.+-]+@[\w.-]+")
HIDDEN = "•••"


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
    text = MAIL.sub(HIDDEN, text)
    return HAN.sub("〇", DIGITS.sub(HIDDEN, text))


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
