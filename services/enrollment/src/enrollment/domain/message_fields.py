"""Fields of what branches send, read alike in every message."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from fields.codes import ID

from enrollment.domain.errors import RowsRefused
from enrollment.domain.refused_message import NotTaken

R = TypeVar("R")


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
