"""The layout of every page: language, visitor, menu, and the services' client."""

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from chassis.http.auth import allow_everyone
from chassis.http.problem import Problem
from chassis.telemetry.tracing import current_request_id
from flask import Flask, Response, current_app, g, redirect, request
from flask import render_template as render

from gateway.api.request_visitor import current_visitor
from gateway.clients.services import PAGE_SECONDS, PageClient, Services, Unavailable
from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE
from gateway.pages.page_texts import SERVICES, refusal_text
from gateway.texts import LANGUAGES, N_, choose_language, load_translations

P = ParamSpec("P")
ZONE = ZoneInfo("Asia/Shanghai")
LANGUAGE_COOKIE = "biyong_language"
MENUS = {
    TRAINEE: (
        ("/", N_("首页")),
        ("/courses", N_("课程")),
        ("/record", N_("学习记录")),
        ("/inbox", N_("消息")),
    ),
    OFFICER: (("/", N_("本单位")), ("/rosters", N_("名册")), ("/courses", N_("课程"))),
    STAFF: (("/", N_("首页")), ("/courses", N_("课程")), ("/events", N_("事件"))),
    OPERATOR: (("/operations", N_("运维")), ("/events", N_("事件"))),
    "visitor": (
        ("/", N_("首页")),
        ("/courses", N_("课程")),
        ("/verify", N_("查验证书")),
    ),
}


def install_layout(app: Flask, services: Services) -> None:
    """The templates get the language, filters for dates and what every page shows."""
    app.extensions["services"] = services
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=format_day,
        moment=format_moment,
        instant=format_instant,
        clock=format_clock,
        hours=format_hours,
        refusal=translate_refusal,
        translated=gettext,
    )
    app.jinja_env.tests["away"] = lambda part: isinstance(part, Unavailable)
    app.context_processor(_layout_context)


def page_language() -> str:
    """The language of this page: the one chosen, else the browser's."""
    if "language" not in g:
        accepts = [name for name, _ in request.accept_languages]
        g.language = choose_language(request.cookies.get(LANGUAGE_COOKIE), accepts)
    language: str = g.language
    return language


def gettext(text: str) -> str:
    """A text in the language of this page."""
    return str(load_translations(page_language()).ugettext(text))


def ngettext(text: str, plural: str, number: int) -> str:
    """A text for so many things in the language of this page."""
    return str(load_translations(page_language()).ungettext(text, plural, number))


def translate_refusal(slug: str, detail: str) -> str:
    """A refusal's text in the language of this page.

    It may quote what a visitor wrote, so it never is a format: `_()` would take a
    percent sign in it for a place to fill.
    """
    return gettext(refusal_text(slug, detail))


def _layout_context() -> dict[str, Any]:
    who = current_visitor()
    menus = [
        MENUS[role] for role in (TRAINEE, OFFICER, STAFF, OPERATOR) if role in who.roles
    ]
    items: dict[str, str] = {}
    for menu in menus or [MENUS["visitor"]]:
        for path, name in menu:
            items.setdefault(path, name)
    return {
        "who": who,
        "menu": items,
        "language": page_language(),
        "languages": LANGUAGES,
        "here": current_path(),
        "services": SERVICES,
        "request_id": current_request_id(),
    }


def page_client(seconds: float = PAGE_SECONDS) -> PageClient:
    """This visitor's client of all services, for so many seconds."""
    services: Services = current_app.extensions["services"]
    return PageClient(services, current_visitor(), seconds)


def render_page(template: str, status: int = 200, **context: Any) -> Response:
    """A page from a template."""
    return Response(
        render(template, **context), status, content_type="text/html; charset=utf-8"
    )


def for_role(*roles: str) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """A page for accounts with one of these roles; others are asked to sign in.

    An open page that asks for a part of itself is refused and stays as it is: the
    page to sign in at would come into the place of the part.
    """

    def guard_view(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def guarded_view(*args: P.args, **kwargs: P.kwargs) -> Response:
            who = current_visitor()
            if who.account is None and is_part():
                raise Problem(401, "sign-in-first", "请先登录。")
            if who.account is None:
                return redirect_to(f"/sign-in?next={quote(current_path())}")
            if not who.roles.intersection(roles):
                raise Problem(
                    403, "role-missing", "您没有看这一页的权限：请联系所在单位"
                )
            return view(*args, **kwargs)

        return allow_everyone(guarded_view)

    return guard_view


def current_path() -> str:
    """The path of this page with its query."""
    return request.full_path.removesuffix("?")


def redirect_to(path: str) -> Response:
    """A redirect to another page."""
    return Response(redirect(path, 303).data, 303, {"Location": path})


def is_part() -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def format_day(iso_date: str) -> str:
    """An ISO date as people of this language write it."""
    try:
        date = datetime.date.fromisoformat(iso_date[:10])
    except ValueError:
        return iso_date
    return str(format_date(date, "long", locale=page_language()))


def format_moment(at: datetime.datetime | str | float) -> str:
    """A moment in the college's zone."""
    return str(format_datetime(_to_local_time(at), "short", locale=page_language()))


def format_instant(at: datetime.datetime | str | float) -> str:
    """A moment in the college's zone to the thousandth of a second."""
    local = _to_local_time(at)
    return str(format_datetime(local, "MM-dd HH:mm:ss.SSS", locale=page_language()))


def _to_local_time(at: datetime.datetime | str | float) -> datetime.datetime:
    if isinstance(at, datetime.datetime):
        moment = at
    elif isinstance(at, str):
        moment = datetime.datetime.fromisoformat(at.replace("Z", "+00:00"))
    else:
        moment = datetime.datetime.fromtimestamp(at, datetime.UTC)
    return moment.astimezone(ZONE)


def format_clock(seconds: float) -> str:
    """Minutes and seconds of a lecture."""
    whole = int(seconds)
    hour, rest = divmod(whole, 3600)
    minutes = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{hour}:{minutes}" if hour else minutes


def format_hours(hours: float) -> str:
    """Learning hours without needless zeros."""
    return f"{hours:g}"
