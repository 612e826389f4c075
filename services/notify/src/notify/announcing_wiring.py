"""The parts by which a class is told something, put together."""

import threading

from chassis.service.kit import ServiceKit
from chassis.service.process import Loop

from notify.api.announcements import AnnouncementRoutes
from notify.store import documents
from notify.store.announcements import ANNOUNCEMENT_FORM, StoredAnnouncements
from notify.store.notices import StoredNotices
from notify.usecases.announce_to_class import AnnounceToClass
from notify.usecases.announcement_ports import Seats
from notify.usecases.notify_people import NotifyPeople
from notify.usecases.ports import Titles
from notify.usecases.tell_class import TellClass


class Announcing:
    """What takes announcements to classes, and what makes them."""

    def __init__(
        self,
        base: ServiceKit,
        seats: Seats,
        titles: Titles,
        tell: NotifyPeople,
    ) -> None:
        self.base, self.seats, self.titles, self.tell = base, seats, titles, tell
        self.wake = threading.Event()
        rows = base.open_aggregates(documents.AnnouncementDocument, ANNOUNCEMENT_FORM)
        self.announcements = StoredAnnouncements(rows, self.wake.set)

    def build_routes(self, notices: StoredNotices) -> AnnouncementRoutes:
        """The routes for staff."""
        now = self.base.clock.now
        announce = AnnounceToClass(self.announcements, self.seats, self.titles, now)
        return AnnouncementRoutes(announce, self.announcements, notices, now)

    def worker_loops(self) -> dict[str, Loop]:
        """The loop that tells classes."""
        work = TellClass(self.announcements, self.seats, self.tell)
        return {"announcing": self.base.work_loop("announcing", work, self.wake)}
