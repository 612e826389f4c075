"""/classes/C/announcements: what staff tell everybody in a class."""

from chassis.http.auth import current_caller, require_roles
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, get, post
from chassis.ids import new_id
from contracts.http.announcements import AnnouncementIn, AnnouncementOut
from flask import request

from notify.domain.announcement import Announcement
from notify.usecases.announce_to_class import AnnounceToClass
from notify.usecases.announcement_ports import Announcements
from notify.usecases.ports import Notices, Now

SHOWN = 100
"""Of a class: twenty days of as many as there may be."""


class AnnouncementRoutes(Routes):
    """Routes for announcements."""

    name = "announcements"

    def __init__(
        self,
        announce: AnnounceToClass,
        announcements: Announcements,
        notices: Notices,
        now: Now,
    ) -> None:
        self.announce, self.announcements = announce, announcements
        self.notices, self.now = notices, now

    @post("/classes/<class_id>/announcements", status=202)
    @require_roles("staff")
    @idempotent
    def post_announcement(
        self, class_id: str, asked: AnnouncementIn
    ) -> AnnouncementOut:
        """Everybody who is in the class now is told, once."""
        made = self.announce(
            Announcement(
                "",
                class_id,
                asked.title,
                asked.text,
                current_caller().account,
                self.now(),
                request.headers.get("Idempotency-Key") or new_id(),
                asked.with_waiting,
            )
        )
        return self._view(made)

    @get("/classes/<class_id>/announcements")
    @require_roles("staff")
    def list_announcements(self, class_id: str) -> list[AnnouncementOut]:
        """What was announced to the class, the newest first."""
        made = self.announcements.find_by_class(class_id, SHOWN)
        return [self._view(announcement) for announcement in made]

    def _view(self, made: Announcement) -> AnnouncementOut:
        return AnnouncementOut(
            id=made.id,
            title=made.title,
            text=made.text,
            by=made.by,
            at=made.at,
            with_waiting=made.with_waiting,
            is_done=made.is_done,
            people=made.people,
            read=self.notices.count_read_of(made.id),
        )
