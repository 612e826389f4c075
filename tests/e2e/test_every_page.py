"""Every page there is, looked at: axe, the HTML checker, what stands out, the bytes.

The pages are those of the route table, which has every route of the code, and states
that are made besides; so a page that nobody thought of here is looked at too, and a
route of pages that was never shown whole fails.

Axe judges each page twice: light on a desk, dark on a phone. Both languages are read
by the HTML checker and laid out at both widths, with usual text and with text of twice
the size. The checker is the W3C's own (Nu) from its package on npm: parsers of HTML as
html5lib know the grammar, not what may stand in what or which `for` has no field.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.looking import Seen, Window, look_at, open_window
from tests.e2e.shown import NO_PAGES, Shown, pages_of_table, read_page
from tests.e2e.states import AWAY, more_pages, pages_without, take_off
from tests.parts import html_checker
from tests.platform.running import Platform
from tests.platform.test_a_service_that_stands_still import standing_still
from tests.routes.scene import Scene
from tests.routes.table import read_table

pytestmark = [pytest.mark.part(name) for name in ("chromium", "axe", "html-checker")]
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
AXED = "zh"
FIRST_VISIT, REPEATED = 60_000, 12_000
"""Bytes on the way of a page without its player: the first time, and then again."""

NOT_WHOLE = {
    "GET /account/data.zip",
    "GET /badges",
    "GET /calendar/<token>.ics",
    "GET /classes/<class_id>/people.xlsx",
    "GET /people.xlsx",
    "GET /deletions/<token>/report.json",
    "GET /branches/options",
    "GET /connect/asyncapi.json",
    "GET /connect/files/<path:path>",
    "GET /connect/openapi.json",
    "GET /docs/<service>.json",
    "GET /events/asyncapi.json",
    "GET /inbox/<notice_id>",
    "GET /learn/<course_id>/<lesson_id>/making",
    "GET /manifest.webmanifest",
    "GET /operations/models",
    "GET /people/invitations/progress",
    "GET /record.xlsx",
    "GET /reports",
    "GET /reports/<int:year>/people.xlsx",
    "GET /roster-drafts/<draft>/sending",
    "GET /rosters/<branch>/<roster>/progress",
    "GET /rosters/<branch>/<roster>/result.xlsx",
    "GET /rosters/branches",
    "GET /rosters/template.xlsx",
    "GET /sign-in/with/<provider>",
    "GET /sign-in/with/<provider>/callback",
    "GET /staff/courses/<course_id>/lessons/<lesson_id>/captions/<language>.vtt",
    "GET /staff/courses/<course_id>/lessons/<lesson_id>/making",
    "GET /verify/<number>/qr.svg",
    "GET /verify/<number>.json",
    "GET /verify/<number>.pdf",
    "GET /verify/keys.json",
    "GET /worker.js",
}
"""Parts that stand in the pages which ask for them, and files."""


class Looking:
    """Windows of each caller, in each language, opened when they are needed."""

    def __init__(self, browser: Browser, scene: Scene) -> None:
        self.browser, self.scene = browser, scene
        self.windows: dict[str, Mapping[str, Window]] = {}

    def look(self, shown: Shown) -> Seen | None:
        """What is seen of a page; nothing where no whole page comes."""
        is_form = shown.fields is not None
        if not is_form and not shown.away and not self._read(shown, "zh"):
            return None
        if shown.alike:
            return Seen(shown, {name: self._read(shown, name) for name in LANGUAGES})
        return look_at(self._windows_of(shown.caller), shown)

    def _read(self, shown: Shown, language: str) -> str:
        return read_page(self.scene, shown, language)

    def _windows_of(self, caller: str) -> Mapping[str, Window]:
        if caller not in self.windows:
            url, token = self.scene.platform.url, self.scene.doors[caller].token
            self.windows[caller] = {
                name: open_window(self.browser, url, token, locale, name == AXED)
                for name, locale in LANGUAGES.items()
            }
        return self.windows[caller]

    def close(self) -> None:
        for windows in self.windows.values():
            for window in windows.values():
                window.context.close()


@pytest.fixture(scope="module")
def seen(
    browser: Browser,
    platform: Platform,
    scene: Scene,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[Seen]]:
    """Every page, looked at."""
    pages = pages_of_table(scene)
    pages += more_pages(scene, tmp_path_factory.mktemp("lecture"))
    looking = Looking(browser, scene)
    found = [looking.look(shown) for shown in pages]
    for service in AWAY:
        with standing_still(platform, service):
            found += [looking.look(shown) for shown in pages_without(service)]
    yield [one for one in found if one is not None]
    looking.close()
    take_off(platform)


def test_every_route_of_pages_was_seen_whole(seen: list[Seen]) -> None:
    shown = {one.shown.route for one in seen if one.shown.status == 200}
    routes = {
        line.route
        for line in read_table()
        if line.method == "GET" and not line.rule.startswith(NO_PAGES)
    }
    assert routes - shown == NOT_WHOLE


def test_axe_finds_nothing_and_nothing_stands_out_sideways(seen: list[Seen]) -> None:
    faults = [f"{one.shown}: {fault}" for one in seen for fault in one.faults]
    assert not faults, "\n".join(["", *faults])


def test_the_html_checker_finds_nothing(seen: list[Seen], tmp_path: Path) -> None:
    pages = {}
    for number, one in enumerate(seen):
        for language, text in one.texts.items():
            path = tmp_path / f"{number}.{language}.html"
            path.write_text(text, "utf-8")
            pages[path.name] = one.shown
    said = html_checker.check_files([tmp_path / name for name in pages])
    faults = [
        f"{pages[str(one['url']).rpartition('/')[2]]}: {one['message']} "
        f"({one.get('extract', '')!r})"
        for one in said
    ]
    assert not faults, "\n".join(["", *faults])


def test_a_page_costs_little_and_again_almost_nothing(seen: list[Seen]) -> None:
    weighed = [one for one in seen if one.first]
    heavy = [
        f"{one.shown}: {one.first} bytes at first, {one.again} again"
        for one in weighed
        if one.first > FIRST_VISIT or one.again > REPEATED
    ]
    assert len(weighed) > len(seen) / 3
    assert not heavy, "\n".join(["", *heavy])
