"""/notices and /mails: a person's inbox, and mails other services ask for."""

from typing import Annotated

import msgspec
from chassis.http.auth import current_caller, require_roles, require_services
from chassis.http.body import (
    Id,
    LongText,
    Name,
    Shape,
    Text,
    json_response,
    read_body,
    read_query,
)
from chassis.http.routing import Routes, get, post
from flask import Response

from notify.domain.errors import UnknownKind
from notify.domain.notice import Mail
from notify.usecases.ports import Mails, Notices


class InboxIn(Shape):
    """A page of the inbox: how many notices."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


class MailIn(Shape):
    """A mail to send, to a person or to an address."""

    key: Id
    kind: Id
    person_id: Text = ""
    address: Text = ""
    words: dict[Name, LongText] = {}


class MailsIn(Shape):
    """Mails to send."""

    mails: Annotated[list[MailIn], msgspec.Meta(max_length=500)]


class NoticeRoutes(Routes):
    """Routes for notices. `kinds` are those of mail that there are texts for."""

    name = "notices"

    def __init__(self, notices: Notices, mails: Mails, kinds: frozenset[str]) -> None:
        self.notices, self.mails, self.kinds = notices, mails, kinds

    @get("/notices")
    @require_roles("trainee")
    def list_notices(self) -> Response:
        inbox = self.notices.of_person(
            current_caller().person, read_query(InboxIn).limit
        )
        return json_response(
            {
                "notices": inbox,
                "unread": self.notices.count_unread(current_caller().person),
            }
        )

    @get("/notices/unread")
    @require_roles("trainee")
    def show_unread(self) -> Response:
        return json_response(
            {"unread": self.notices.count_unread(current_caller().person)}
        )

    @post("/notices/read")
    @require_roles("trainee")
    def post_read(self) -> Response:
        self.notices.mark_read(current_caller().person)
        return json_response({"unread": 0})

    @post("/mails")
    @require_services("gateway")
    def post_mails(self) -> Response:
        asked = read_body(MailsIn).mails
        if unknown := sorted({mail.kind for mail in asked} - self.kinds):
            raise UnknownKind(f"没有这种信文 {unknown}：请用已有的一种")
        self.mails.create(
            Mail(m.key, m.kind, m.person_id, m.address, dict(m.words)) for m in asked
        )
        return json_response({"mails": len(asked)}, 202)
