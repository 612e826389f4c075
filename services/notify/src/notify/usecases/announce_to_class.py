"""Announce something to everybody in a class."""

from dataclasses import replace

from notify.domain.announcement import MOST_A_DAY, Announcement, slot_id
from notify.domain.errors import TooManyAnnouncements, UnknownClass
from notify.domain.message_day import day_of
from notify.usecases.announcement_ports import Announcements, Seats
from notify.usecases.ports import Now, Titles


class AnnounceToClass:
    """Takes what is to be announced; a worker tells it. The same key again, on the same
    day, is the same announcement."""

    def __init__(
        self, announcements: Announcements, seats: Seats, titles: Titles, now: Now
    ) -> None:
        self.announcements, self.seats, self.titles = announcements, seats, titles
        self.now = now

    def __call__(self, asked: Announcement) -> Announcement:
        """The announcement as it is kept, under an id of its own. Raises UnknownClass,
        TooManyAnnouncements."""
        class_id = asked.class_id
        if class_id not in self.titles.find_by_ids([class_id]):
            raise UnknownClass("没有这个班级，或刚刚开班：请过一会儿再试")
        day = day_of(self.now())
        ids = [slot_id(class_id, day, slot) for slot in range(MOST_A_DAY)]
        newest = self.seats.find_newest_ticket(class_id)
        for id_ in ids:
            made = replace(asked, id=id_, at=self.now(), newest_ticket=newest)
            if self.announcements.create(made):
                return made
            for known in self.announcements.find_by_ids([id_]):
                if known.key == asked.key:
                    return known
        raise TooManyAnnouncements(
            f"一个班一天最多 {MOST_A_DAY} 条通知：请合成一条，或明天再发"
        )
