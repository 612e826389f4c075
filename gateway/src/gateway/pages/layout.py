"""The layout of every page: its language, its menu, what its templates know."""

from typing import Any

from chassis.telemetry.tracing import current_request_id
from flask import Flask

from gateway.api.request_visitor import current_visitor
from gateway.clients.parts import Unavailable
from gateway.clients.services import Services
from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE
from gateway.pages import formats
from gateway.pages.language import gettext, ngettext, page_language, translate_refusal
from gateway.pages.rendering import current_path
from gateway.texts import LANGUAGES, N_
from gateway.texts.services import SERVICES

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
        day=formats.format_day,
        moment=formats.format_moment,
        instant=formats.format_instant,
        clock=formats.format_clock,
        hours=formats.format_hours,
        refusal=translate_refusal,
        translated=gettext,
    )
    app.jinja_env.tests["away"] = lambda part: isinstance(part, Unavailable)
    app.context_processor(_layout_context)


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
