"""Announcements: a notice of staff to everybody in a class."""

import datetime
from dataclasses import dataclass, replace

MOST_A_DAY = 5
"""Of a class: who is told more often stops reading."""


@dataclass(frozen=True)
class Announcement:
    """An announcement that the account `by` makes to those who are seated in a class,
    and `with_waiting` to those who wait. Who asked for a seat after `newest_ticket`
    came later and is not told. `key` is that of its form; `people` are those told, once
    it `is_done`."""

    id: str
    class_id: str
    title: str
    text: str
    by: str
    at: datetime.datetime
    key: str
    with_waiting: bool = False
    newest_ticket: int = 0
    people: int = 0
    is_done: bool = False

    def close(self, people: int) -> "Announcement":
        """The announcement, made: so many people are told."""
        return replace(self, people=people, is_done=True)


def slot_id(class_id: str, day: str, slot: int) -> str:
    """The id of a class's announcement of a day: there are so many slots, so that no
    two askers at once make one too many."""
    return f"{class_id}.{day}.{slot}"
