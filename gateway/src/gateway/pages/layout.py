"""The layout of every page: its language, its menu, what its templates know."""

from typing import Any

from chassis.telemetry.tracing import current_request_id
from flask import Flask
from jinja2 import StrictUndefined

from gateway.api.request_visitor import current_visitor
from gateway.clients.parts import Unavailable
from gateway.clients.services import Services
from gateway.forms.base import field_attributes
from gateway.pages import formats
from gateway.pages.components.figures import seat_squares
from gateway.pages.look import page_look
from gateway.pages.menu import build_menu
from gateway.pages.provider_buttons import list_provider_buttons
from gateway.pages.rendering import current_path
from gateway.static_files import static_path
from gateway.texts import LANGUAGES
from gateway.texts.language import gettext, ngettext, page_language, translate_refusal
from gateway.texts.services import SERVICES

JSON_IN_PAGES = {"sort_keys": True, "ensure_ascii": False}
"""What scripts are given is in UTF-8 as the page is: an escape has twice the bytes."""


def install_layout(app: Flask, services: Services, has_tray: bool = False) -> None:
    """The templates get the language, filters for dates and what every page shows;
    with `has_tray` every page leads to the demo's tray."""
    app.extensions["services"] = services
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.policies["json.dumps_kwargs"] = JSON_IN_PAGES
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=formats.format_day,
        moment=formats.format_moment,
        instant=formats.format_instant,
        clock=formats.format_clock,
        age=formats.format_age,
        gigabytes=formats.format_bytes,
        hours=formats.format_hours,
        refusal=translate_refusal,
        translated=gettext,
    )
    app.jinja_env.globals.update(
        static=static_path,
        services=SERVICES,
        current_path=current_path,
        provider_buttons=list_provider_buttons,
        attributes_of=field_attributes,
        seat_squares=seat_squares,
        has_tray=has_tray,
    )
    app.jinja_env.tests["away"] = lambda part: isinstance(part, Unavailable)
    app.context_processor(_layout_context)


def _layout_context() -> dict[str, Any]:
    return {
        "who": current_visitor(),
        "menu": build_menu(),
        "language": page_language(),
        "languages": LANGUAGES,
        "look": page_look(),
        "here": current_path(),
        "request_id": current_request_id(),
    }
