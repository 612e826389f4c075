"""The inbox: notices, and how many are unread."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from chassis.http.routing import Routes, get, post
from contracts.http.notify import InboxOut, InboxQuery, NoticeOut
from flask import Response, request
from werkzeug.datastructures import MultiDict

from gateway.identity.account import TRAINEE
from gateway.pages.components.paging import Pages, build_pages
from gateway.pages.formats import format_day
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.texts.language import gettext
from gateway.texts.notices import NOTICES


class InboxPages(Routes):
    """Notices of a trainee."""

    name = "inbox"

    @get("/inbox")
    @for_role(TRAINEE)
    def show_inbox(self) -> Response:
        after = request.args.get("after", "")
        inbox = page_services().notify.list_notices(InboxQuery(after=after))
        return render_page(
            "trainee/inbox/list.html", inbox=view_inbox(inbox, request.args)
        )

    @get("/inbox/<notice_id>")
    @for_role(TRAINEE)
    def open_notice(self, notice_id: str) -> Response:
        """A notice is read by being opened; it leads on to what it is about, or is
        shown itself where it is a text of staff."""
        notice = page_services().notify.open_notice(notice_id)
        if "text" not in notice.words:
            return redirect_to(find_link(notice))
        return render_page("trainee/inbox/notice.html", notice=notice)

    @post("/inbox/read")
    @for_role(TRAINEE)
    def mark_inbox_read(self) -> Response:
        page_services().notify.post_read()
        return redirect_to("/inbox")


@dataclass(frozen=True)
class NoticeView:
    """A notice as it is shown: a sentence, whose link opens it."""

    text: str
    link: str
    at: datetime
    is_new: bool


@dataclass(frozen=True)
class InboxView:
    """A page of the inbox, and the ways to its neighbours."""

    notices: list[NoticeView]
    unread: int
    pages: Pages


def view_inbox(inbox: InboxOut, query: MultiDict[str, str]) -> InboxView:
    """A page of the inbox in the language of the page."""
    notices = [
        NoticeView(
            gettext(NOTICES[notice.kind]) % _words_of(notice),
            f"/inbox/{quote(notice.id)}",
            notice.at,
            not notice.read,
        )
        for notice in inbox.items
    ]
    return InboxView(notices, inbox.unread, build_pages("/inbox", query, inbox.next))


def _words_of(notice: NoticeOut) -> dict[str, str]:
    """A notice's words, with days as people write them."""
    if not (day := notice.words.get("ends_on")):
        return notice.words
    return notice.words | {"ends_on": format_day(day)}


def find_link(notice: NoticeOut) -> str:
    """Where a notice leads."""
    if number := notice.words.get("number"):
        return f"/verify/{number}"
    if class_id := notice.words.get("class_id"):
        return f"/classes/{class_id}"
    return "/record"
