"""Who edits, and how things stand where two edits meet."""

from collections.abc import Callable
from typing import TypeVar

import msgspec
from chassis.http.auth import current_caller

from catalog.domain.errors import EditConflict
from catalog.domain.stamp import Stamp
from catalog.usecases.ports import Now

T = TypeVar("T")
A = TypeVar("A", bound=msgspec.Struct)


def stamp_now(now: Now) -> Stamp:
    """Who writes in this request, and when: by the account, never by a name."""
    return Stamp(current_caller().account, now().isoformat(timespec="milliseconds"))


def show_change(change: Callable[[], T], show: Callable[[T], A]) -> A:
    """What a change gives, as it is answered; a conflict shows how things are in the
    same form.

    Raises what the change raises.
    """
    try:
        return show(change())
    except EditConflict as conflict:
        if conflict.current is not None:
            current: T = conflict.current  # type: ignore[assignment]
            conflict.members["current"] = msgspec.to_builtins(show(current))
        raise
