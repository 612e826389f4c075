"""Pages that are the same for everybody without a session: caches may keep them.

A page says so itself, by `@for_everybody`; it has no secret and no id of a form. Half a
minute is what nobody minds of a catalogue. Its ETag is that of the bytes as they
travel, packed or not. What a part is missing from is asked for anew each time. Who
comes within the same seconds as others gets the page that was made for the first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import ParamSpec

from chassis.http.auth import allow_everyone
from flask import Flask, Response, current_app, g, request

from gateway.api.conditional_reads import leave_out_known
from gateway.api.request_visitor import (
    AS_VISITOR,
    cookie_name,
    current_visitor,
    is_asked_as_visitor,
)
from gateway.clients.caller import PAGE_SECONDS
from gateway.clients.page_services import PageServices
from gateway.clients.services import Services
from gateway.pages.look import page_look
from gateway.pages.offline import allow_offline
from gateway.pages.rendering import current_path, is_part
from gateway.texts.language import page_language

P = ParamSpec("P")
KEPT = "public, max-age=30, stale-while-revalidate=60"
DEPENDS_ON = ("Cookie", "Accept-Language", "Accept-Encoding", "HX-Request", AS_VISITOR)
"""Session, chosen language and look; the browser's language; packed or not; a part or
the whole; as somebody without a session sees it."""


@dataclass(frozen=True)
class SharedPage:
    """A page as it was made for one visitor and is good for others."""

    body: bytes
    status: int
    content_type: str
    is_whole: bool


def for_everybody(view: Callable[P, Response]) -> Callable[P, Response]:
    """A page that anybody may see, and that is the same for all visitors."""

    @wraps(view)
    def shared_view(*args: P.args, **kwargs: P.kwargs) -> Response:
        g.is_shared_page = True
        is_from_stranger = _is_from_stranger()
        if (
            is_from_stranger or request.path != "/"
        ):  # the first page is another for each
            allow_offline("visitor")
        if not is_from_stranger:
            return view(*args, **kwargs)
        page = _find_page(partial(view, *args, **kwargs))
        g.is_for_caches = page.is_whole and page.status == 200
        return Response(page.body, page.status, content_type=page.content_type)

    return allow_everyone(shared_view)


def _find_page(make: Callable[[], Response]) -> SharedPage:
    """The page of this address in this language and look, of some seconds at most."""
    services: Services | None = current_app.extensions["services"]
    key = (current_path(), page_language(), page_look().dump())
    if services is None:
        return _make_page(make)
    try:
        page = services.shared.get(key, partial(_make_page, make), PAGE_SECONDS)
    except TimeoutError:
        return _make_page(make)
    if not page.is_whole:
        services.shared.remove_answer(key)
    return page


def _make_page(make: Callable[[], Response]) -> SharedPage:
    page = make()
    asked: PageServices | None = g.get("page_services")
    is_whole = asked is None or not asked.away
    return SharedPage(
        page.get_data(), page.status_code, page.headers["Content-Type"], is_whole
    )


def _is_from_stranger() -> bool:
    """Whether a whole page is asked for, without a session."""
    is_signed_in = (
        cookie_name() in request.cookies or "Authorization" in request.headers
    ) and not is_asked_as_visitor()
    is_reading = request.method in ("GET", "HEAD") and not is_part()
    return is_reading and not is_signed_in and current_visitor().account is None


def install_shared_pages(app: Flask) -> None:
    """Shared pages say that they may be kept. Before pages are packed: this runs
    behind it."""
    app.after_request(mark_page)


def mark_page(answer: Response) -> Response:
    """The answer, with what caches need to know of it; 304 to who has it already."""
    if not g.get("is_shared_page"):
        return answer
    answer.vary.update(DEPENDS_ON)
    if not g.get("is_for_caches") or answer.status_code != 200:
        return answer
    answer.headers["Cache-Control"] = KEPT
    answer.add_etag()
    leave_out_known(answer)
    return answer
