"""/notices and /mails: a person's inbox, and mails other services ask for."""

from typing import Annotated

import msgspec
from chassis.http.auth import caller, needs, needs_service
from chassis.http.body import Id, LongText, Name, Shape, Text, answer, body, query
from flask import Blueprint, Response

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


def create_blueprint(
    notices: Notices, mails: Mails, kinds: frozenset[str]
) -> Blueprint:
    """Routes for notices. `kinds` are those of mail that there are texts for."""
    bp = Blueprint("notices", __name__)

    @bp.get("/notices")
    @needs("trainee")
    def list_notices() -> Response:
        inbox = notices.of_person(caller().person, query(InboxIn).limit)
        return answer(
            {"notices": inbox, "unread": notices.count_unread(caller().person)}
        )

    @bp.get("/notices/unread")
    @needs("trainee")
    def show_unread() -> Response:
        return answer({"unread": notices.count_unread(caller().person)})

    @bp.post("/notices/read")
    @needs("trainee")
    def post_read() -> Response:
        notices.mark_read(caller().person)
        return answer({"unread": 0})

    @bp.post("/mails")
    @needs_service("gateway")
    def post_mails() -> Response:
        asked = body(MailsIn).mails
        if unknown := sorted({mail.kind for mail in asked} - kinds):
            raise UnknownKind(f"没有这种信文 {unknown}：请用已有的一种")
        mails.create(
            Mail(m.key, m.kind, m.person_id, m.address, dict(m.words)) for m in asked
        )
        return answer({"mails": len(asked)}, 202)

    return bp
