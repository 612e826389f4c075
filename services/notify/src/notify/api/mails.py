"""/mails: mails and messages that other services ask for, and how they can leave."""

from chassis.http.auth import require_services
from chassis.http.problem import NOTHING_HERE, Problem
from chassis.http.routing import Routes, get, post
from contracts.http.notify import (
    ChannelsOut,
    MailIn,
    MailsIn,
    MailsOut,
    TrayEntryOut,
    TrayQuery,
)
from contracts.http.shape import Page

from notify.domain.notice import MAIL, SMS, Mail
from notify.usecases.ports import Tray
from notify.usecases.take_mails import TakeMails


class MailRoutes(Routes):
    """Routes for mails and messages. `tray` is there while they are files."""

    name = "mails"

    def __init__(self, take: TakeMails, tray: Tray | None) -> None:
        self.take, self.tray = take, tray

    @post("/mails", status=202)
    @require_services("gateway")
    def post_mails(self, asked: MailsIn) -> MailsOut:
        """Mails and messages are taken, to be sent; one whose key is known is not sent
        again."""
        limited = self.take([_to_mail(mail) for mail in asked.mails])
        return MailsOut(mails=len(asked.mails) - len(limited), limited=limited)

    @get("/channels")
    @require_services("gateway")
    def show_channels(self) -> ChannelsOut:
        """The channels by which people can be reached."""
        kinds, has_tray = self.take.kinds, self.tray is not None
        return ChannelsOut(mail=MAIL in kinds, sms=SMS in kinds, tray=has_tray)

    @get("/tray")
    @require_services("gateway")
    def list_tray(self, asked: TrayQuery) -> Page[TrayEntryOut]:
        """The mails and messages that lie in files, newest first; 404 where they leave
        for good."""
        if self.tray is None:
            raise Problem(404, "not-found", NOTHING_HERE)
        page = self.tray.find_newest(asked.limit + 1, asked.after)
        shown = page[: asked.limit]
        return Page(
            items=[TrayEntryOut.of(entry) for entry in shown],
            next=shown[-1].id if len(page) > len(shown) else "",
        )


def _to_mail(asked: MailIn) -> Mail:
    return Mail(
        asked.key,
        asked.kind,
        asked.person_id,
        asked.address,
        dict(asked.words),
        channel=asked.channel,
        until=asked.until.timestamp() if asked.until else 0.0,
        language=asked.language,
    )
