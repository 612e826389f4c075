"""The inbox: notices, and how many are unread."""

from dataclasses import dataclass
from typing import Any

from chassis.http.routing import Routes, get, post
from flask import Response

from gateway.identity.account import TRAINEE
from gateway.pages.formats import format_moment
from gateway.pages.page_client import page_client
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.texts.language import gettext
from gateway.texts.notices import NOTICES


@dataclass(frozen=True)
class NoticeLine:
    """One notice as a sentence, and where it leads."""

    path: str
    text: str
    at: str
    is_new: bool


@dataclass(frozen=True)
class Inbox:
    """The whole page."""

    lines: list[NoticeLine]
    has_unread: bool


class InboxPages(Routes):
    """Notices of a trainee."""

    name = "inbox"

    @get("/inbox")
    @for_role(TRAINEE)
    def show_inbox(self) -> Response:
        context = page_client().read_object("notify", "notices", limit="100")
        return render_page("trainee/inbox/list.html", inbox=view_inbox(context))

    @post("/inbox/read")
    @for_role(TRAINEE)
    def mark_inbox_read(self) -> Response:
        page_client().call_service("notify", "POST", ("notices", "read"), dict, body={})
        return redirect_to("/inbox")


def view_inbox(found: dict[str, Any]) -> Inbox:
    """The inbox for what notify answered."""
    return Inbox(
        lines=[_view_notice(notice) for notice in found["notices"]],
        has_unread=bool(found["unread"]),
    )


def _view_notice(notice: dict[str, Any]) -> NoticeLine:
    text = gettext(NOTICES[notice["kind"]]) % notice["words"]
    at = format_moment(notice["at"])
    return NoticeLine(_notice_path(notice["words"]), text, at, not notice["read"])


def _notice_path(words: dict[str, Any]) -> str:
    """Where a notice leads."""
    if number := words.get("number"):
        return f"/verify/{number}"
    if class_id := words.get("class_id"):
        return f"/classes/{class_id}"
    return "/record"
