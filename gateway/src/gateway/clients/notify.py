"""The client of notify: a person's inbox."""

from dataclasses import dataclass

from contracts.http.announcements import AnnouncementIn, AnnouncementOut
from contracts.http.deliveries import DeliveriesOut, DeliveriesQuery
from contracts.http.notify import (
    InboxOut,
    InboxQuery,
    Language,
    LanguageIn,
    LanguageOut,
    NoticeOut,
    TellingIn,
    TellingOut,
    UnreadOut,
)

from gateway.clients.caller import ServiceCaller


@dataclass(frozen=True)
class NotifyClient:
    """Questions to notify."""

    ask: ServiceCaller

    def list_notices(self, asked: InboxQuery) -> InboxOut:
        """A page of the visitor's inbox, newest first."""
        return self.ask.get(InboxOut, "notices", query=asked)

    def show_unread(self) -> UnreadOut:
        """How many notices the visitor has not read."""
        return self.ask.get(UnreadOut, "notices", "unread")

    def post_read(self) -> UnreadOut:
        """All notices of the visitor are read."""
        return self.ask.send("POST", UnreadOut, "notices", "read")

    def open_notice(self, notice_id: str) -> NoticeOut:
        """A notice of the visitor, read by being opened. Raises Problem 404."""
        return self.ask.send("POST", NoticeOut, "notices", notice_id, "read")

    def put_language(self, language: Language) -> LanguageOut:
        """What goes out to the visitor is in this language from now on."""
        body = LanguageIn(language=language)
        left = self.ask.deadline.seconds_left()
        path = ("preferences", "language")
        return self.ask.send("PUT", LanguageOut, *path, body=body, seconds=left)

    def show_telling(self) -> TellingOut:
        """How the visitor wants to be told."""
        return self.ask.get(TellingOut, "preferences", "telling")

    def put_telling(self, asked: TellingIn) -> TellingOut:
        """The visitor is told so from now on. Raises Problem 422 for what cannot be."""
        return self.ask.send("PUT", TellingOut, "preferences", "telling", body=asked)

    def list_deliveries(self, person_id: str, asked: DeliveriesQuery) -> DeliveriesOut:
        """A page of what a person was told, and what became of it."""
        path = ("people", person_id, "deliveries")
        return self.ask.get(DeliveriesOut, *path, query=asked)

    def list_announcements(self, class_id: str) -> list[AnnouncementOut]:
        """What was announced to a class, the newest first."""
        path = ("classes", class_id, "announcements")
        return self.ask.get(list[AnnouncementOut], *path)

    def post_announcement(
        self, class_id: str, asked: AnnouncementIn, key: str
    ) -> AnnouncementOut:
        """Everybody in a class is told, once. Raises Problem 404, 422, 429."""
        path = ("classes", class_id, "announcements")
        return self.ask.send("POST", AnnouncementOut, *path, body=asked, key=key)
