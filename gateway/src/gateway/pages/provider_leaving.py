"""The page on the way to a provider: a form of its own, for another site."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Response, g

from gateway.api.request_visitor import POLICY
from gateway.identity.providers.port import SignOutForm
from gateway.identity.sign_in import Visitor
from gateway.pages.rendering import render_page
from gateway.texts.language import gettext

WayOut = Callable[[Visitor, str], SignOutForm | None]
"""How a visitor's browser signs out where it signed in, and where it comes back to."""


def find_none(visitor: Visitor, back_to: str) -> SignOutForm | None:
    """No way out, where no provider is set up."""
    return None


def leave_provider(form: SignOutForm) -> Response:
    """The page that signs out at the provider; whoever sees it is signed out here."""
    g.visitor = Visitor()
    return _render_leaving(
        form,
        "post",
        title=gettext("已退出辟雍"),
        about=gettext("您在登录平台上还登录着：现在一并退出。"),
        button=gettext("一并退出"),
    )


def go_to_provider(address: str, provider: str) -> Response:
    """The page that leads to a provider, from a form that was sent here: a redirect to
    another site is not open to it."""
    base, fields = urlsplit(address)._replace(query="").geturl(), urlsplit(address)
    form = SignOutForm(base, tuple(parse_qsl(fields.query, keep_blank_values=True)))
    title = gettext("前往%(provider)s") % {"provider": provider}
    about = gettext("在那里登录后就连接好了。")
    return _render_leaving(
        form, "get", title=title, about=about, button=gettext("继续")
    )


def _render_leaving(form: SignOutForm, method: str, **texts: Any) -> Response:
    """The page holds a token: it is neither stored nor packed, and its form alone may
    go to another site, and from there to those that the provider asks."""
    page = render_page(
        "public/providers/leaving.html", form=form, method=method, **texts
    )
    there = urlsplit(form.address)
    allowed = f"form-action 'self' https: {there.scheme}://{there.netloc}"
    page.headers["Content-Security-Policy"] = POLICY.replace(
        "form-action 'self'", allowed
    )
    page.headers["Cache-Control"] = "no-store, no-transform"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page
