"""One trace from the browser to the last consumer, in W3C's `traceparent`."""

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from structlog.types import EventDict

GIVEN = re.compile(r"(?=[0-9-]*[a-f])[0-9a-f-]{16,64}")
FORM = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_current: ContextVar[tuple[str, str] | None] = ContextVar("trace", default=None)


def current_ids() -> tuple[str, str]:
    """The traceparent and request id at work here; fresh ones if none are."""
    return _current.get() or (child_of(None), secrets.token_hex(8))


def child_of(traceparent: str | None) -> str:
    """A new span of that trace, or of a new trace if it is none."""
    span = secrets.token_hex(8)
    if traceparent and FORM.fullmatch(traceparent):
        return f"{traceparent[:35]}-{span}-01"
    return f"00-{secrets.token_hex(16)}-{span}-01"


def request_id_of(request_id: str) -> str | None:
    """The id a request came with, if a machine made it; else None, for a fresh one.

    It stands in every line of the log: what people write there may name people.
    """
    return request_id if GIVEN.fullmatch(request_id) else None


def take_up(asked_by: Sequence[str] | None) -> None:
    """Go on, for the rest of this piece of work, under the ids of what began it."""
    if asked_by:
        request_id = request_id_of(asked_by[1]) or secrets.token_hex(8)
        _current.set((child_of(asked_by[0]), request_id))


@contextmanager
def at_work(traceparent: str | None, request_id: str | None) -> Iterator[None]:
    """Everything said and logged inside carries these ids."""
    token = _current.set((child_of(traceparent), request_id or secrets.token_hex(8)))
    try:
        yield
    finally:
        _current.reset(token)


def add_ids(_: object, __: str, line: EventDict) -> EventDict:
    """Put the ids at work here into a line of the log."""
    if at := _current.get():
        line["trace_id"], line["request_id"] = at[0][3:35], at[1]
    return line
