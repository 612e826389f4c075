"""The handbook's pictures, taken anew from a demo: `make pictures`.

With BIYONG_HOME they come from the demo that runs there, otherwise from one that is
started for them.
"""

import base64
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.parts import chromium
from tests.platform.running import running

FOLDER = Path("gateway/src/gateway/static/handbook")
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
SIZE: ViewportSize = {"width": 800, "height": 500}
QUALITY, SMALLER = 35, 0.8
"""WebP of four fifths of the size: words are read, and a page stays below its bound."""


@dataclass(frozen=True)
class Picture:
    """Who sees which page; `{class}` and `{course}` are those of the demo."""

    name: str
    login: str
    page: str


PICTURES = (
    Picture("trainee-home", "13910000000", "/"),
    Picture("trainee-courses", "13910000000", "/courses"),
    Picture("officer-roster", "shi", "/rosters/new"),
    Picture("officer-people", "shi", "/classes/{class}/people"),
    Picture("teacher-course", "jiaowu", "/staff/courses/{course}"),
    Picture("teacher-class", "jiaowu", "/staff/classes/{class}"),
    Picture("operator-health", "yunwei", "/operations"),
    Picture("operator-audit", "yunwei", "/audit"),
)


def take_pictures(browser: Browser, url: str, demo: Mapping[str, Any]) -> None:
    """All of them in both languages; a page that is not there ends it."""
    places = {"class": demo["classes"]["open"], "course": demo["course_id"]}
    for login in dict.fromkeys(picture.login for picture in PICTURES):
        for language, locale in LANGUAGES.items():
            context = browser.new_context(
                locale=locale, viewport=SIZE, service_workers="block"
            )
            page = context.new_page()
            sign_in(page, url, login, demo["password"])
            for picture in PICTURES:
                if picture.login == login:
                    path = picture.page.format(**places)
                    answer = page.goto(url + path, wait_until="networkidle")
                    assert answer is not None
                    assert answer.ok, path
                    take_picture(page, FOLDER / f"{picture.name}.{language}.webp")
            context.close()


def sign_in(page: Page, url: str, login: str, password: str) -> None:
    page.goto(f"{url}/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("main form .btn")
    if page.url.endswith("/consent"):
        page.click("[name=decision][value=agree]")


def take_picture(page: Page, path: Path) -> None:
    """What a window shows, as a small WebP."""
    wire = page.context.new_cdp_session(page)
    taken = wire.send(
        "Page.captureScreenshot",
        {
            "format": "webp",
            "quality": QUALITY,
            "clip": {"x": 0, "y": 0, "scale": SMALLER, **SIZE},
        },
    )
    path.write_bytes(base64.b64decode(taken["data"]))
    sys.stdout.write(f"{path.stat().st_size:6} {path.name}\n")


def main() -> None:
    """Take all of them."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=str(chromium.install()), args=list(chromium.ARGUMENTS)
        )
        FOLDER.mkdir(exist_ok=True)
        if home := os.environ.get("BIYONG_HOME"):
            told = json.loads((Path(home) / "ready.json").read_text("utf-8"))
            take_pictures(browser, told["url"], told["demo"])
            return
        with running(Path(folder) / "home") as platform:
            take_pictures(browser, platform.url, platform.demo)


if __name__ == "__main__":
    main()
