"""Tell a class what was announced to it."""

from notify.domain.announcement import Announcement
from notify.domain.echoes import CLASS_NOTICE
from notify.domain.seat import Seat
from notify.usecases.announcement_ports import Announcements, Seats
from notify.usecases.notify_people import NoticeCause, NotifyPeople

AT_ONCE = 200


class TellClass:
    """Makes one announcement at a time. Whoever died in between leaves it to another,
    who tells nobody twice: announcement and person are the notice's id."""

    def __init__(
        self, announcements: Announcements, seats: Seats, tell: NotifyPeople
    ) -> None:
        self.announcements, self.seats, self.tell = announcements, seats, tell

    def __call__(self) -> bool:
        """Make what was announced; whether there was any."""
        announcement = self.announcements.claim()
        if announcement is None:
            return False
        people, after = set[str](), 0
        while page := self.seats.find_after(
            announcement.class_id,
            after,
            announcement.newest_ticket,
            AT_ONCE,
            with_waiting=announcement.with_waiting,
        ):
            self.tell([_cause_of(announcement, seat) for seat in page])
            people |= {seat.person_id for seat in page}
            after = page[-1].ticket
        self.announcements.close(announcement.close(len(people)))
        return True


def _cause_of(announcement: Announcement, seat: Seat) -> NoticeCause:
    words = {"title": announcement.title, "text": announcement.text}
    return NoticeCause(
        f"{announcement.id}.{seat.person_id}",
        CLASS_NOTICE,
        seat.person_id,
        words,
        announcement.class_id,
        announcement.id,
    )
