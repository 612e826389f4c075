"""/notices and /mails: a person's inbox, and mails other services ask for."""

import datetime

from chassis.http.auth import current_caller, require_roles, require_services
from chassis.http.cursors import dump_cursor, load_cursor, refuse_cursor
from chassis.http.routing import Routes, get, post
from contracts.http.notify import (
    InboxOut,
    InboxQuery,
    MailsIn,
    MailsOut,
    NoticeOut,
    UnreadOut,
)

from notify.domain.errors import UnknownKind
from notify.domain.notice import Mail, Notice
from notify.usecases.ports import Mails, Notices, PlaceInInbox


class NoticeRoutes(Routes):
    """Routes for notices. `kinds` are those of mail that there are texts for."""

    name = "notices"

    def __init__(self, notices: Notices, mails: Mails, kinds: frozenset[str]) -> None:
        self.notices, self.mails, self.kinds = notices, mails, kinds

    @get("/notices")
    @require_roles("trainee")
    def list_notices(self, asked: InboxQuery) -> InboxOut:
        """The inbox of the person who asks, newest first."""
        person = current_caller().person
        page = self.notices.find_by_person(
            person, asked.limit + 1, _load_place(asked.after)
        )
        shown = page[: asked.limit]
        return InboxOut(
            items=[NoticeOut.of(notice) for notice in shown],
            next=_dump_place(shown[-1]) if len(page) > len(shown) else "",
            unread=self.notices.count_unread(person),
        )

    @get("/notices/unread")
    @require_roles("trainee")
    def show_unread(self) -> UnreadOut:
        """How many notices the person who asks has not read."""
        return UnreadOut(unread=self.notices.count_unread(current_caller().person))

    @post("/notices/read")
    @require_roles("trainee")
    def post_read(self) -> UnreadOut:
        """All notices of the person who asks are read."""
        self.notices.mark_read(current_caller().person)
        return UnreadOut(unread=0)

    @post("/mails", status=202)
    @require_services("gateway")
    def post_mails(self, asked: MailsIn) -> MailsOut:
        """Mails are taken, to be sent; one whose key is known is not sent again."""
        if unknown := sorted({mail.kind for mail in asked.mails} - self.kinds):
            raise UnknownKind(f"没有这种信文 {unknown}：请用已有的一种")
        self.mails.create(
            Mail(m.key, m.kind, m.person_id, m.address, dict(m.words))
            for m in asked.mails
        )
        return MailsOut(mails=len(asked.mails))


def _dump_place(notice: Notice) -> str:
    return dump_cursor((notice.at.isoformat(), notice.id))


def _load_place(cursor: str) -> PlaceInInbox | None:
    """Where the page before ended. Raises Problem 422."""
    position = load_cursor(cursor, parts=2)
    if position is None:
        return None
    at, id_ = position
    try:
        return PlaceInInbox(datetime.datetime.fromisoformat(at), id_)
    except ValueError as error:
        raise refuse_cursor() from error
