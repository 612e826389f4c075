"""The language of a page, and its texts in it."""

from typing import cast

from babel.support import LazyProxy
from flask import g, request

from gateway.texts import choose_language, load_translations
from gateway.texts.refusals import refusal_text

LANGUAGE_COOKIE = "biyong_language"


def page_language() -> str:
    """The language of this page: the one chosen, else the browser's."""
    if "language" not in g:
        accepts = [name for name, _ in request.accept_languages]
        g.language = choose_language(request.cookies.get(LANGUAGE_COOKIE), accepts)
    language: str = g.language
    return language


def gettext(text: str) -> str:
    """A text in the language of this page; of nothing nothing, under which catalogues
    keep their own head."""
    return str(load_translations(page_language()).ugettext(text)) if text else ""


def ngettext(text: str, plural: str, number: int) -> str:
    """A text for so many things in the language of this page."""
    return str(load_translations(page_language()).ungettext(text, plural, number))


def translate_refusal(slug: str, detail: str) -> str:
    """A refusal's text in the language of this page.

    It may quote what a visitor wrote, so it never is a format: `_()` would take a
    percent sign in it for a place to fill.
    """
    return gettext(refusal_text(slug, detail))


def L_(text: str) -> str:  # noqa: N802 - as N_
    """A text that is looked up each time it is shown, as a label outlives a page."""
    return cast(str, LazyProxy(gettext, text, enable_cache=False))
