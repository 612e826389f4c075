"""A certificate's sheet is one A4, whatever stands on it and however it is printed."""

import re
from typing import Any

import pytest
from gateway.api.static_files import StaticRoutes
from gateway.identity.account import TRAINEE
from gateway.pages.public.certificates import CertificatePages
from gateway.pages.trainee.certificates import CertificateSheetPages
from playwright.sync_api import Browser, Page, Route

from tests.unit.gateway.samples import CERTIFICATE
from tests.unit.gateway.scene import Scene, scene

pytestmark = pytest.mark.part("chromium")
NUMBER, SITE = CERTIFICATE["number"], "http://localhost"
USUAL = CERTIFICATE | {
    "genuine": True,
    "branch_name": "北京市东城区总工会",
    "starts_on": "2026-11-01",
    "ends_on": "2026-11-20",
}
LONGEST = {
    "name": "阿卜杜" * 66,
    "title": "企业工会干部集体协商" * 20,
    "branch_name": "东城区建国门街道总工会" * 18,
    "issuer": "北京市工会干部学院" * 22,
    "revoked_on": "2027-01-02",
    "revoked_for": "误" * 200,
}
A4 = (595, 842)
"""Points of a sheet; inches are rounded on the way to them."""
ROOM_BELOW = """last => last.parentElement.getBoundingClientRect().bottom
    - last.getBoundingClientRect().bottom"""
ISSUED = (
    USUAL,
    CERTIFICATE | {"genuine": True},
    USUAL | {"name": "", "genuine": False},
    USUAL | LONGEST,
    USUAL | LONGEST | {"name": "Wolfeschlegelsteinhausenbergerdorff" * 5},
)


@pytest.fixture(name="made", scope="module")
def _made() -> Scene:
    """The sheet's page and what it loads, before a learning that answers as told."""
    made = scene(CertificateSheetPages(), TRAINEE)
    app = made.client.application
    app.register_blueprint(CertificatePages(SITE).blueprint())
    app.register_blueprint(StaticRoutes().blueprint())
    return made


def open_sheet(browser: Browser, made: Scene, language: str, theme: Any) -> Page:
    """The sheet in a window; its requests are answered here, nothing listens."""
    page = browser.new_page(locale=language, color_scheme=theme)

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        got = made.client.get(path, headers={"Accept-Language": language})
        route.fulfill(
            status=got.status_code, headers=dict(got.headers), body=got.get_data()
        )

    page.route("**/*", answer)
    page.goto(f"{SITE}/certificates/{NUMBER}")
    return page


def sheets_of(printed: bytes) -> list[tuple[int, int]]:
    """The sizes of the pages of a document that Chromium has written."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    return [(round(float(wide)), round(float(high))) for wide, high in boxes]


@pytest.mark.parametrize(
    ("issued", "language", "theme"),
    [
        (ISSUED[0], "zh-CN", "light"),
        (ISSUED[1], "en-US", "dark"),
        (ISSUED[2], "zh-CN", "dark"),
        (ISSUED[3], "en-US", "light"),
        (ISSUED[4], "zh-CN", "light"),
    ],
    ids=("usual", "of before", "not genuine", "long", "one long word"),
)
def test_a_sheet_is_printed_on_exactly_one_a4(
    browser: Browser,
    made: Scene,
    issued: dict[str, Any],
    language: str,
    theme: Any,
) -> None:
    answers = made.services["learning"].answers
    answers["/certificates"] = [CERTIFICATE]
    answers[f"/certificates/{NUMBER}"] = issued
    page = open_sheet(browser, made, language, theme)
    cut = page.locator(".below").evaluate(ROOM_BELOW)
    ways: list[dict[str, Any]] = [
        {"prefer_css_page_size": True},
        {"format": "A4"},
        {"format": "A4", "margin": {"top": "25mm", "bottom": "25mm"}},
    ]
    for way in ways:
        [(wide, high)] = sheets_of(page.pdf(print_background=True, **way))
        assert max(abs(wide - A4[0]), abs(high - A4[1])) <= 1, way
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1032})  # A4 within its margins
    printed = page.locator(".below").evaluate(ROOM_BELOW)
    assert min(cut, printed) > 0, "something stands outside the frame"
    page.close()
