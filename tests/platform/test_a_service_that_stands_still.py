"""One service stands still: pages of the others answer in time, with their other parts.

A stopped process takes connections and answers none of them: the worst way to be away.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from biyong.home import home_of

from tests.platform.running import Platform

SECONDS = 2.5
"""A page's time for one answer is one and a half; the rest is the page's own."""
PAGES = {
    "": ["/", "/courses", "/events", "/verify", "/sign-in"],
    "trainee": ["/", "/my-classes", "/courses", "/record", "/inbox"],
    "officer": ["/", "/rosters", "/courses"],
    "staff": ["/", "/courses", "/docs", "/docs/catalog"],
    "operator": ["/operations", "/docs", "/events"],
}
OWNERS = {"/record": "learning", "/inbox": "notify"}
"""Pages that are of one service alone: without it they may refuse."""
SERVICES = ("catalog", "enrollment", "media", "learning", "notify")


@contextmanager
def standing_still(platform: Platform, service: str) -> Iterator[None]:
    pid = platform.pid(service)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def signed_in(platform: Platform, role: str) -> OpenerDirector:
    """A browser of somebody with this role, or of a visitor."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    browser.addheaders = [("Accept", "text/html"), ("Origin", platform.url)]
    if not role:
        return browser
    logins = [one["login"] for one in platform.demo["logins"] if one["role"] == role]
    login, password = [*logins, role][0], platform.demo["password"]
    if role == "operator":
        home = home_of({"BIYONG_HOME": str(platform.home)})
        login, password = role, home.secret(role)
    form = urlencode({"login": login, "password": password}).encode()
    browser.open(f"{platform.url}/sign-in", form).read()
    return browser


def faults_of(browser: OpenerDirector, address: str) -> str:
    """What is wrong with a page, or nothing."""
    began = time.monotonic()
    try:
        status = browser.open(address, timeout=10).status
    except HTTPError as error:
        status = error.code
    took = time.monotonic() - began
    return "" if status == 200 and took < SECONDS else f"{status} in {took:.2f} s"


@pytest.mark.parametrize("service", SERVICES)
def test_every_page_of_the_others_answers_in_time(
    platform: Platform, service: str
) -> None:
    browsers = {role: signed_in(platform, role) for role in PAGES}
    with standing_still(platform, service):
        faults = {
            (role, path): faults_of(browsers[role], platform.url + path)
            for role, paths in PAGES.items()
            for path in paths
            if OWNERS.get(path) != service
        }
    assert {page: fault for page, fault in faults.items() if fault} == {}
