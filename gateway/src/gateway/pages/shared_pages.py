"""Pages that are the same for everybody without a session: caches may keep them.

A page says so itself, by `@for_everybody`; it has no secret and no id of a form. Half a
minute is what nobody minds of a catalogue. Its ETag is that of the bytes as they
travel, packed or not. What a part is missing from is asked for anew each time.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from chassis.http.auth import allow_everyone
from flask import Flask, Response, g, request

from gateway.api.request_visitor import cookie_name
from gateway.clients.page_services import PageServices
from gateway.pages.rendering import is_part

P = ParamSpec("P")
KEPT = "public, max-age=30, stale-while-revalidate=60"
DEPENDS_ON = ("Cookie", "Accept-Language", "Accept-Encoding", "HX-Request")
"""Session and chosen language; the browser's; packed or not; a part or the whole."""


def for_everybody(view: Callable[P, Response]) -> Callable[P, Response]:
    """A page that anybody may see, and that caches may keep for visitors."""

    @wraps(view)
    def shared_view(*args: P.args, **kwargs: P.kwargs) -> Response:
        page = view(*args, **kwargs)
        g.is_shared_page = page.status_code == 200
        return page

    return allow_everyone(shared_view)


def install_shared_pages(app: Flask) -> None:
    """Shared pages say that they may be kept. Before pages are packed: this runs
    behind it."""
    app.after_request(mark_page)


def mark_page(answer: Response) -> Response:
    """The answer, with what caches need to know of it; 304 to who has it already."""
    if not g.get("is_shared_page"):
        return answer
    answer.vary.update(DEPENDS_ON)
    if not _may_be_kept(answer):
        return answer
    answer.headers["Cache-Control"] = KEPT
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _may_be_kept(answer: Response) -> bool:
    """Whether everybody without a session would get the same, and all of it."""
    is_stranger = (
        cookie_name() not in request.cookies and "Authorization" not in request.headers
    )
    asked: PageServices | None = g.get("page_services")
    is_whole = asked is None or not asked.away
    return (
        answer.status_code == 200
        and request.method in ("GET", "HEAD")
        and is_stranger
        and is_whole
        and not is_part()
        and "Set-Cookie" not in answer.headers
    )
