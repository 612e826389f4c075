"""A browser as far as signing in needs one: cookies by host, redirects, forms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3

FORM = re.compile(r"<form(?P<tag>[^>]*)>(?P<inside>.*?)</form>", re.DOTALL)
INPUT = re.compile(r"<input[^>]*>", re.DOTALL)
MOST_REDIRECTS = 10


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


@dataclass(frozen=True)
class Page:
    """What was shown at last, and the addresses on the way there."""

    status: int
    address: str
    text: str
    headers: Mapping[str, str]
    way: tuple[str, ...] = ()


@dataclass
class Browser:
    """Keeps cookies, follows redirects, sends forms."""

    pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(timeout=30, retries=False)
    )
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    stops_at: str = ""
    """Begin of an address that is not asked: a redirect there is shown instead."""

    def open(self, address: str) -> Page:
        return self._go("GET", address)

    def send_form(
        self, page: Page, fields: Mapping[str, str], marked: str = ""
    ) -> Page:
        """A page's first form, or the first with this in its tag, filled in."""
        tag, inside = next(
            (found["tag"], found["inside"])
            for found in FORM.finditer(page.text)
            if marked in found["tag"]
        )
        inputs = INPUT.findall(inside)
        sent = {attribute(one, "name"): attribute(one, "value") for one in inputs}
        sent = {name: value for name, value in sent.items() if name} | dict(fields)
        address = urljoin(page.address, attribute(tag, "action") or page.address)
        if attribute(tag, "method").lower() == "get":
            return self._go("GET", f"{address}?{urlencode(sent)}")
        return self._go("POST", address, sent, page.address)

    def post(self, address: str) -> Page:
        return self._go("POST", address, {}, address)

    def cookie(self, name: str) -> str:
        return next((jar[name] for jar in self.cookies.values() if name in jar), "")

    def _go(
        self,
        method: str,
        address: str,
        fields: Mapping[str, str] | None = None,
        since: str = "",
    ) -> Page:
        way: tuple[str, ...] = ()
        for _ in range(MOST_REDIRECTS):
            got = self._ask(method, address, fields, since)
            way = (*way, address)
            there = got.headers.get("Location")
            if there is None or (self.stops_at and there.startswith(self.stops_at)):
                text = got.data.decode("utf-8", "replace")
                return Page(got.status, there or address, text, got.headers, way)
            address, method, fields = urljoin(address, there), "GET", None
        raise AssertionError(f"round and round: {way}")

    def _ask(
        self, method: str, address: str, fields: Mapping[str, str] | None, since: str
    ) -> Any:
        parts = urlsplit(address)
        jar = self.cookies.setdefault(parts.netloc, {})
        headers = {"Accept": "text/html", "Accept-Language": "zh-CN"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if method == "POST":
            origin = urlsplit(since)
            headers["Origin"] = f"{origin.scheme}://{origin.netloc}"
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(fields or {}).encode() if method == "POST" else None
        got = self.pool.request(
            method, address, body=body, headers=headers, redirect=False
        )
        for line in got.headers.getlist("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or "01 Jan 1970" in morsel["expires"]:
                    jar.pop(name, None)
                else:
                    jar[name] = morsel.value
        return got
