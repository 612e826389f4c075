"""Who sends this request: by cookie in a browser, by bearer token in a script."""

from urllib.parse import urlsplit

from chassis.http.problem import Problem
from flask import Flask, Response, g, request

from gateway.identity.account import OPERATOR
from gateway.identity.manage_accounts import Actor
from gateway.identity.sign_in import Origin, SignIn, Visitor
from gateway.identity.store import DEVICE_SECONDS

COOKIE = "biyong_session"
DEVICE_COOKIE, DEVICE_HEADER = "biyong_device", "X-Device"
LONGEST_DEVICE = 200
SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def visitor() -> Visitor:
    """Who sends this request."""
    found: Visitor = g.visitor
    return found


def origin() -> Origin:
    """Where this request comes from: a browser keeps its device's token in a cookie, a
    script sends it in a header."""
    device = request.headers.get(DEVICE_HEADER) or request.cookies.get(DEVICE_COOKIE)
    return Origin(request.remote_addr or "", (device or "")[:LONGEST_DEVICE])


def actor() -> Actor:
    """The account that sends this request, and from where. Raises Problem 401."""
    account = visitor().account
    if account is None:
        raise Problem(401, "sign-in-first", "请先登录。")
    return Actor(account, origin())


def operator() -> str:
    """The operator's login. Raises Problem 401 or 403 for anybody else."""
    account = visitor().account
    if account is None:
        raise Problem(401, "sign-in-first", "请先登录。")
    if OPERATOR not in account.roles:
        raise Problem(403, "role-missing", "这里只给运维使用。")
    return account.login


def install(app: Flask, sign_in: SignIn) -> None:
    """Know the visitor of every request, and keep other sites' forms out."""

    def recognise() -> None:
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        cookie = request.cookies.get(COOKIE, "")
        by_cookie = scheme.lower() != "bearer"
        if by_cookie and request.method not in SAFE and not _is_own_page():
            raise Problem(403, "other-site", "请从本站页面提交，不要从别的网站提交。")
        asks = not request.path.startswith(
            ("/static/", "/livez", "/readyz", "/metrics")
        )
        token = cookie if by_cookie else bearer
        g.visitor = sign_in.visitor(token) if asks else Visitor()

    def harden(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        if not request.path.startswith(("/static/", "/v/")):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    app.before_request(recognise)
    app.after_request(harden)


def _is_own_page() -> bool:
    origin = request.headers.get("Origin", "")
    if origin:
        return urlsplit(origin).netloc == request.host
    return request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}


def remember(response: Response, who: Visitor) -> Response:
    """Give the browser its session, and the token by which its device is known."""
    response.set_cookie(
        COOKIE, who.token, httponly=True, samesite="Lax", secure=request.is_secure
    )
    response.set_cookie(
        DEVICE_COOKIE, who.device, httponly=True, samesite="Lax",
        secure=request.is_secure, max_age=DEVICE_SECONDS,
    )  # fmt: skip
    return response
