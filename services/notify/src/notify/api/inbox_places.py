"""Where a page of an inbox ended, as its cursor says it."""

import datetime

from chassis.http.cursors import dump_cursor, load_cursor, refuse_cursor

from notify.domain.notice import Notice
from notify.usecases.ports import PlaceInInbox


def dump_place(notice: Notice) -> str:
    """The cursor of the page behind this notice."""
    return dump_cursor((notice.at.isoformat(), notice.id))


def load_place(cursor: str) -> PlaceInInbox | None:
    """Where the page before ended. Raises Problem 422."""
    position = load_cursor(cursor, parts=2)
    if position is None:
        return None
    at, id_ = position
    try:
        return PlaceInInbox(datetime.datetime.fromisoformat(at), id_)
    except ValueError as error:
        raise refuse_cursor() from error
