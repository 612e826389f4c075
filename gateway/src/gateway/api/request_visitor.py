"""The visitor of a request: by cookie in a browser, by bearer token in a script."""

from collections.abc import Callable
from urllib.parse import quote

from chassis.http.auth import bearer_token, is_bearer
from chassis.http.problem import Problem
from flask import Flask, Response, current_app, g, request

from gateway.api.site import Site
from gateway.identity.account import OPERATOR
from gateway.identity.api_keys import KeyVisitors, is_api_key
from gateway.identity.device_names import device_name
from gateway.identity.known_devices import DEVICE_SECONDS
from gateway.identity.manage_accounts import Actor
from gateway.identity.session_terms import STAYING_TERM
from gateway.identity.sign_in import Origin, SignIn, Visitor

COOKIE = "biyong_session"
PENDING_COOKIE = "biyong_pending"
PROBED = ("/livez", "/readyz", "/metrics")
YEAR_SECONDS = 365 * 24 * 3600
SECOND_PATH = "/sign-in/second"
DEVICE_COOKIE, DEVICE_HEADER = "biyong_device", "X-Device"
LONGEST_DEVICE = 200
"""A device's token has 43 characters; what is longer is not hashed as a whole."""
AS_VISITOR = "Biyong-As"
"""A browser asks for a page as a visitor sees it, to keep it without names."""
SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def current_visitor() -> Visitor:
    """The visitor who sends this request; a stranger where it was refused before."""
    visitor: Visitor = g.get("visitor") or Visitor()
    return visitor


def is_asked_as_visitor() -> bool:
    """Whether a page is asked for as somebody without a session would see it."""
    return request.method in SAFE and request.headers.get(AS_VISITOR) == "visitor"


def is_signed() -> bool:
    """Whether a token signed by a service was asked for and verified."""
    return "caller" in g


def current_origin() -> Origin:
    """Where this request comes from: a browser keeps its device's token in a cookie, a
    script sends it in a header."""
    token = request.headers.get(DEVICE_HEADER)
    device = token or request.cookies.get(cookie_name(DEVICE_COOKIE), "")
    return Origin(
        request.remote_addr or "",
        device[:LONGEST_DEVICE],
        device_name(request.headers.get("User-Agent", "")),
    )


def require_actor() -> Actor:
    """The account that sends this request, and its origin. Raises Problem 401."""
    account = current_visitor().account
    if account is None:
        raise Problem(401, "sign-in-first", "请先登录。")
    return Actor(account, current_origin())


def require_operator() -> str:
    """The operator's login. Raises Problem 401 or 403 for anybody else."""
    account = current_visitor().account
    if account is None:
        raise Problem(401, "sign-in-first", "请先登录。")
    if OPERATOR not in account.roles:
        raise Problem(403, "role-missing", "这里只给运维使用。")
    return account.login


Resolve = Callable[[Visitor], Visitor]
"""Whom a visitor is taken for once records of one human were merged."""


def take_as_signed_in(visitor: Visitor) -> Visitor:
    """Where nobody was ever merged."""
    return visitor


def install_visitors(
    app: Flask,
    sign_in: SignIn,
    site: Site,
    keys: KeyVisitors | None = None,
    resolve: Resolve = take_as_signed_in,
) -> None:
    """The visitor of every request is known, and other sites' forms are refused.

    Who probes, reads metrics or bears a signed token, as the gateway does when it asks
    itself, may call the process by any name.
    """
    app.extensions["site"] = site

    def recognise_visitor() -> None:
        g.visitor = Visitor()
        if request.path in PROBED or is_signed():
            return
        if not site.is_named(request.environ.get("HTTP_HOST", "")):
            raise Problem(400, "host-refused", "这里不是您要找的网站：请核对网址。")
        token = bearer_token()
        if token is None and request.method not in SAFE and not site.is_own_page():
            raise Problem(403, "other-site", "请从本站页面提交，不要从别的网站提交。")
        if request.path.startswith(("/static/", "/pictures/")) or is_asked_as_visitor():
            return
        if keys is not None and token is not None and is_api_key(token):
            g.visitor = recognise_key(keys, token)
            return
        shown = request.cookies.get(cookie_name(), "") if token is None else token
        g.visitor = resolve(sign_in.get_visitor(shown))
        if token is not None and g.visitor.account is None and not _is_signing_in():
            raise Problem(401, "token-refused", "登录凭证不对或已过期：请重新登录。")

    def harden_response(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        if site.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}"
        if not request.path.startswith(("/static/", "/v/")):
            private = "private, no-store" if current_visitor().account else "no-store"
            response.headers.setdefault("Cache-Control", private)
        return response

    app.before_request(recognise_visitor)
    app.after_request(harden_response)


def recognise_key(keys: KeyVisitors, token: str) -> Visitor:
    """The visitor who bears an API key. Raises Problem 401 for a key that is worth
    nothing, 403 for what its scope does not open."""
    visitor, is_allowed = keys.get_visitor(token, request.method, request.path)
    if visitor.account is None:
        raise Problem(
            401, "api-key-refused", "密钥不对、已过期或已停用：请换一个密钥。"
        )
    if not is_allowed:
        g.visitor = visitor  # it is known who was refused
        raise Problem(403, "key-scope", "这个密钥不能这样用：请用合适用途的密钥。")
    return visitor


def _is_signing_in() -> bool:
    return (request.method, request.path) == ("POST", "/api/session")


def guard_metrics(sign_in: SignIn, token: str) -> Callable[[], None]:
    """A guard: metrics are for operators and for who bears the token."""

    def require_reader() -> None:
        if is_bearer(token):
            return
        shown_token = bearer_token()
        g.visitor = sign_in.get_visitor(
            shown_token or request.cookies.get(cookie_name(), "")
        )
        require_operator()

    return require_reader


def current_site() -> Site:
    """The site that is served."""
    site: Site = current_app.extensions["site"]
    return site


def cookie_name(name: str = COOKIE) -> str:
    """A cookie's name as it is sent: behind TLS one that no other host can set."""
    return f"__Host-{name}" if current_site().is_secure else name


def set_session_cookies(response: Response, who: Visitor) -> Response:
    """The browser gets its session, and the token by which its device is known. Of a
    half session the way leads to the second factor first."""
    stays = STAYING_TERM.most_seconds if who.stays else None
    _set_cookie(response, COOKIE, who.token, stays)
    if who.half_of is not None:
        path = quote(response.headers.get("Location", "/"))
        response.headers["Location"] = f"{SECOND_PATH}?next={path}"
        return response
    _set_cookie(response, DEVICE_COOKIE, who.device, DEVICE_SECONDS)
    return response


def welcome_visitor(who: Visitor) -> None:
    """Whoever this request has signed in is shown the answer as who they are now."""
    g.visitor = who


def cookie_token() -> str:
    """The token of the session that a browser shows, whole or half."""
    return request.cookies.get(cookie_name(), "")


def _set_cookie(
    response: Response, name: str, value: str, seconds: int | None = None
) -> None:
    is_secure = current_site().is_secure
    response.set_cookie(
        cookie_name(name),
        value,
        seconds,
        httponly=True,
        samesite="Lax",
        secure=is_secure,
    )


def pending_browser() -> str:
    """The token of a browser that is under way to a provider, or empty."""
    return request.cookies.get(cookie_name(PENDING_COOKIE), "")[:LONGEST_DEVICE]


def set_pending_cookie(response: Response, token: str, seconds: int) -> Response:
    """The browser is known again when it comes back from a provider."""
    _set_cookie(response, PENDING_COOKIE, token, seconds)
    return response


def delete_session_cookie(response: Response) -> Response:
    """The browser loses its session; its device stays known."""
    is_secure = current_site().is_secure
    response.delete_cookie(
        cookie_name(), httponly=True, samesite="Lax", secure=is_secure
    )
    return response
