"""The fields of an event as people read them, those inside lists included."""

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.registry import Schema

LEAST = ("minLength", "minItems", "minimum")
MOST = ("maxLength", "maxItems", "maximum")


@dataclass(frozen=True)
class Field:
    """One field: `rows[].outcome`, an enum's values as its kind.

    `least` and `most` are of its length, of its items or of the number that it is.
    """

    path: str
    kind: str
    required: bool
    meaning: str
    least: int | None = None
    most: int | None = None
    pattern: str = ""


def find_fields(schema: Schema, above: str = "") -> Iterator[Field]:
    """Every field of an event's data, each before those inside it."""
    for name, part in schema.get("properties", {}).items():
        path = f"{above}{name}"
        required = name in schema.get("required", ())
        yield Field(
            path,
            _kind_of(part),
            required,
            part.get("description", ""),
            _limit_of(part, LEAST),
            _limit_of(part, MOST),
            part.get("pattern", ""),
        )
        yield from find_fields(part, f"{path}.")
        yield from find_fields(part.get("items", {}), f"{path}[].")


def _kind_of(part: Schema) -> str:
    if "enum" in part:
        return " / ".join(map(str, part["enum"]))
    kinds = part.get("type", "any")
    return kinds if isinstance(kinds, str) else " / ".join(kinds)


def _limit_of(part: Schema, names: tuple[str, ...]) -> int | None:
    return next((part[name] for name in names if name in part), None)
