"""What the menu counts, for all its items at once."""

import msgspec
from chassis.http.routing import Routes, get
from flask import Response

from gateway.api.conditional_reads import leave_out_known
from gateway.identity.account import TRAINEE
from gateway.pages.letter_language import write_in
from gateway.pages.page_client import page_services
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts.language import gettext, page_language


class Badge(msgspec.Struct):
    """How many, and in words for who does not see where it stands."""

    count: int
    text: str


class BadgePages(Routes):
    """What an open page asks again and again."""

    name = "badges"

    @get("/badges")
    @for_role(TRAINEE)
    def show_badges(self) -> Response:
        """Badges by the path of their menu item; 304 while nothing has changed."""
        notify = page_services().notify
        found = notify.show_unread()
        if not found.language:
            write_in(notify, page_language())
        body = msgspec.json.encode({"/inbox": view_unread(found.unread)})
        answer = Response(body, content_type="application/json")
        answer.cache_control.private = answer.cache_control.no_cache = True
        answer.add_etag()
        leave_out_known(answer)
        return answer


def view_unread(count: int) -> Badge:
    """The badge of the inbox."""
    return Badge(count, gettext(N_("%(n)s 条未读")) % {"n": count})
