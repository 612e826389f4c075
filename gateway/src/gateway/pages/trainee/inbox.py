"""The inbox: notices, and how many are unread."""

from typing import Any

from chassis.http.routing import Routes, get, post
from flask import Response

from gateway.identity.account import TRAINEE
from gateway.pages.language import gettext
from gateway.pages.page_client import page_client
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.texts.notices import NOTICES


class InboxPages(Routes):
    """Notices of a trainee."""

    name = "inbox"

    @get("/inbox")
    @for_role(TRAINEE)
    def show_inbox(self) -> Response:
        context = page_client().read_object("notify", "notices", limit="100")
        for notice in context["items"]:
            notice["link"] = notice_link(notice)
            text = NOTICES[notice["kind"]]
            notice["text"] = gettext(text) % notice["words"]
        return render_page("trainee/inbox/list.html", **context)

    @get("/inbox/unread")
    @for_role(TRAINEE)
    def show_unread(self) -> Response:
        context = page_client().read_object("notify", "notices", "unread")
        return render_page("trainee/inbox/unread.html", **context)

    @post("/inbox/read")
    @for_role(TRAINEE)
    def mark_inbox_read(self) -> Response:
        page_client().call_service("notify", "POST", ("notices", "read"), dict, body={})
        return redirect_to("/inbox")


def notice_link(notice: dict[str, Any]) -> str:
    """Where a notice leads."""
    words = notice["words"]
    if number := words.get("number"):
        return f"/verify/{number}"
    if class_id := words.get("class_id"):
        return f"/classes/{class_id}"
    return "/record"
