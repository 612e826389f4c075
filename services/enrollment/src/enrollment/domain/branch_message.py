"""What branches send, as any library for CloudEvents makes it: read, or refused.

Required is what CloudEvents 1.0 requires, and `data`; all else is filled in by whoever
takes it. A message comes whole as JSON (structured mode), or as JSON beside attributes
that stand in its headers (binary mode).
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from fields.codes import ID

from enrollment.domain.errors import RowsRefused
from enrollment.domain.refused_message import NotTaken
from enrollment.domain.roster import MOST_ROWS

LARGEST = 1024 * 1024
"""In bytes: five times what 200 rows take in which nothing is short."""
STRUCTURED, PLAIN = "application/cloudevents+json", "application/json"
BATCH = "application/cloudevents-batch+json"
MOST_OF_BATCH = 100
"""Messages; together they are not larger than one may be."""
PREFIXES = ("ce-", "ce_", "cloudevents:", "cloudevents_")
"""Of attributes among headers: over HTTP, over AMQP as Knative has it, and both that
CloudEvents' own binding for AMQP names."""
ATTRIBUTES = ("specversion", "id", "source", "type")
LONGEST_ATTRIBUTE = 1000
"""In characters: no library makes longer ones, and a source may be an address."""
LARGEST_ROW_NUMBER = 1_000_000
"""Of a row: more lines than any table of people has."""
LONGEST_TEXT = 254
"""In characters; the longest legal field is a mail address (RFC 5321), so one more is
enough to refuse any."""
HEADING = re.compile("[A-Za-z_][A-Za-z0-9_]{0,29}")
HALF = re.compile("[\ud800-\udfff]")
"""A half of a character, which JSON can name and no text holds: shown as what could
not be read."""
R = TypeVar("R")
TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True)
class BranchMessage:
    """Bytes that came from a branch, by whichever door.

    `sender` is the branch whose account the door vouches for; `headers` have names in
    small letters.
    """

    sender: str
    content_type: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class BranchEvent:
    """A branch's event. `traceparent` is empty where none was sent that is one."""

    id: str
    source: str
    type: str
    data: Mapping[str, object]
    traceparent: str = ""


def read_event(message: BranchMessage) -> BranchEvent:
    """The event that a message is. Raises NotTaken."""
    _require_json(message.content_type, STRUCTURED, PLAIN, "")
    written = _load(message.body)
    attributes = find_attributes(message.headers)
    if "specversion" in attributes:
        return to_event({**attributes, "data": written})
    return to_event(written)


def read_batch(message: BranchMessage) -> list[object]:
    """What should be events, of a message that holds several. Raises NotTaken."""
    _require_json(message.content_type, BATCH)
    written = _load(message.body)
    if not isinstance(written, list) or not 1 <= len(written) <= MOST_OF_BATCH:
        raise NotTaken("batch-size")
    return written


def is_batch(message: BranchMessage) -> bool:
    """Whether a message says that it holds several events."""
    return _split_type(message.content_type)[0] == BATCH


def find_id(message: BranchMessage) -> str:
    """The id that its sender gave the event in a message; empty where none is read."""
    if named := find_attributes(message.headers).get("id", ""):
        return named
    try:
        written = _load(message.body)
    except NotTaken:
        return ""
    id_ = written.get("id") if isinstance(written, Mapping) else ""
    return id_ if isinstance(id_, str) else ""


def find_attributes(headers: Mapping[str, str]) -> dict[str, str]:
    """The attributes that stand among the headers, by their names."""
    return {
        name.removeprefix(prefix): value
        for name, value in headers.items()
        for prefix in PREFIXES
        if name.startswith(prefix)
    }


def _require_json(content_type: str, *kinds: str) -> None:
    """Raises NotTaken for another kind, and for JSON that is not in UTF-8."""
    kind, parameters = _split_type(content_type)
    charsets = {p.removeprefix("charset=").strip('"') for p in parameters}
    others = {p for p in charsets - {"utf-8", "utf8"} if f"charset={p}" in parameters}
    if kind not in kinds or others:
        raise NotTaken("content-type-unknown")


def _split_type(content_type: str) -> tuple[str, list[str]]:
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    return kind, parameters


def _load(body: bytes) -> object:
    if len(body) > LARGEST:
        raise NotTaken("too-large")
    try:
        loaded: object = json.loads(body.decode("utf-8"), parse_constant=_refuse_number)
    except (ValueError, RecursionError) as error:
        raise NotTaken("message-not-json") from error
    return loaded


def _refuse_number(name: str) -> None:
    """NaN and the infinities are Python's, not JSON's. Raises ValueError."""
    raise ValueError(name)


def to_event(written: object) -> BranchEvent:
    """The event that JSON is. Raises NotTaken."""
    if not isinstance(written, Mapping):
        raise NotTaken("attribute-missing", "specversion")
    found = {name: _read_attribute(written, name) for name in ATTRIBUTES}
    if found.pop("specversion") != "1.0":
        raise NotTaken("attribute-invalid", "specversion")
    data = written.get("data")
    if not isinstance(data, Mapping):
        raise NotTaken("data-missing", "data")
    trace = written.get("traceparent")
    is_trace = isinstance(trace, str) and TRACEPARENT.fullmatch(trace)
    return BranchEvent(**found, data=data, traceparent=str(trace) if is_trace else "")


def _read_attribute(written: Mapping[str, object], name: str) -> str:
    value = written.get(name)
    if value is None or value == "":
        raise NotTaken("attribute-missing", name)
    if not isinstance(value, str) or len(value) > LONGEST_ATTRIBUTE:
        raise NotTaken("attribute-invalid", name)
    return value


def read_text(data: Mapping[str, object], name: str) -> str:
    """A field as text, empty where it is left out. Raises NotTaken."""
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NotTaken("field-invalid", name)
    return value


def read_id(data: Mapping[str, object], name: str) -> str:
    """A field that is one of the branch's own keys. Raises NotTaken."""
    text = read_text(data, name)
    if not text:
        raise NotTaken("field-missing", name)
    if not ID.fullmatch(text):
        raise NotTaken("field-invalid", name)
    return text


def read_truth(data: Mapping[str, object], name: str) -> bool:
    """A field that is true or false, false where it is left out. Raises NotTaken."""
    value = data.get(name)
    if value is not None and not isinstance(value, bool):
        raise NotTaken("field-invalid", name)
    return bool(value)


def read_list(
    data: Mapping[str, object], read: Callable[[Sequence[object]], tuple[R, ...]]
) -> tuple[R, ...]:
    """The rows, as they are read. Raises NotTaken."""
    rows = data.get("rows")
    if rows is None:
        raise NotTaken("field-missing", "rows")
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise NotTaken("field-invalid", "rows")
    try:
        return read(rows)
    except RowsRefused as refused:
        raise NotTaken(refused.rule, refused.place) from refused


class Numbered(Protocol):
    """A row with its number."""

    @property
    def number(self) -> int:
        """Its place in what the branch sent."""


N = TypeVar("N", bound=Numbered)


def read_numbered(
    sent: Sequence[object], read: Callable[[int, object], N]
) -> tuple[N, ...]:
    """What was sent, each read by its place in it. Raises RowsRefused."""
    if not sent:
        raise RowsRefused("rows", "rows-none")
    if len(sent) > MOST_ROWS:
        raise RowsRefused("rows", "rows-too-many")
    places: dict[int, int] = {}
    rows = []
    for place, written in enumerate(sent):
        row = read(place, written)
        if places.setdefault(row.number, place) != place:
            raise RowsRefused(f"rows/{place}/row", "row-number-twice")
        rows.append(row)
    return tuple(rows)


def read_cells(
    place: int, written: object, names: Sequence[str]
) -> tuple[int, dict[str, str]]:
    """A row's number, and its cells of these names as text. Raises RowsRefused."""
    if not isinstance(written, Mapping):
        raise RowsRefused(f"rows/{place}", "row-unreadable")
    known = {"row", *names}
    if unknown := [name for name in written if name not in known]:
        raise RowsRefused(_place_of(place, unknown[0]), "row-field-unknown")
    number = _read_number(written.get("row"))
    if number is None:
        raise RowsRefused(f"rows/{place}/row", "row-number-invalid")
    return number, {name: _read_cell(written.get(name)) for name in names}


def _place_of(place: int, name: object) -> str:
    """Where a field stands that is none of ours. It is named only where it looks like
    a heading: what is told is kept, and some send a person's name there."""
    is_heading = isinstance(name, str) and HEADING.fullmatch(name)
    return f"rows/{place}/{name}" if is_heading else f"rows/{place}"


def _read_number(written: object) -> int | None:
    """A row's number; 2.0 is 2, as JSON has it. None if it is none."""
    if isinstance(written, bool) or not isinstance(written, int | float):
        return None
    is_number = 1 <= written <= LARGEST_ROW_NUMBER and written == int(written)
    return int(written) if is_number else None


def _read_cell(written: object) -> str:
    """A field as text: a number in its digits, what is no scalar as a sign that none
    of the fields allows."""
    if written is None:
        return ""
    if isinstance(written, str):
        return HALF.sub("\ufffd", written[: LONGEST_TEXT + 1])
    if isinstance(written, int | float):
        return repr(written)[: LONGEST_TEXT + 1]
    return "{}"
