"""What a browser sees of a page: axe's faults, what stands out sideways, the bytes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Page,
    Response,
    ViewportSize,
)

from tests.e2e.keyboard import FOCUS_FAULT
from tests.e2e.shown import Shown
from tests.parts import axe

Theme = Literal["light", "dark"]
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
LIGHT: Theme = "light"
DARK: Theme = "dark"
OF_PLAYER = re.compile(r"^/static/[^/]+/(player/|vendor/hls)|^/v/")
AXE = """async () => {
  const found = await axe.run(document, {preload: false, resultTypes: ['violations']});
  return found.violations.map(({id, nodes}) =>
    `${id}: ${nodes.slice(0, 4).map(node => node.target.join(' ')).join(' | ')}`);
}"""
"""`preload` would ask for every sheet once more, for one rule about turned screens."""
CATALOGUE = "Project-Id-Version"
"""What a catalogue of texts has under the empty text."""
OPENED = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
SENT = """([action, fields]) => {
  const form = document.createElement('form');
  Object.assign(form, {method: 'post', action, enctype: 'multipart/form-data'});
  for (const [name, value] of fields) {
    const input = document.createElement('input');
    input.name = name;
    if (Array.isArray(value)) {
      const chosen = new DataTransfer();
      chosen.items.add(new File([value[1]], value[0]));
      input.type = 'file';
      input.files = chosen.files;
    } else { input.type = 'hidden'; input.value = value; }
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}"""
SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return null;
  const wide = [...document.body.querySelectorAll('*')].filter(one =>
    one.getBoundingClientRect().right > width && !one.closest('.scroll, pre, .hidden'));
  return wide.slice(-3).map(one =>
    `${one.tagName}.${one.className} "${one.textContent.trim().slice(0, 30)}"`);
}"""
SQUEEZED = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim();
    if (text.length < 8 || walk.currentNode.parentElement.closest('.hidden')) continue;
    range.selectNodeContents(walk.currentNode);
    const lines = new Set([...range.getClientRects()].map(one => Math.round(one.top)));
    if (lines.size > 3 && text.length / lines.size < 4) found.push(text.slice(0, 30));
  }
  return found.slice(0, 3);
}"""
"""Texts of which hardly a word stands in a line: something beside them takes it all."""
FOCUSED = (
    f"() => {{ const isFaulty = {FOCUS_FAULT};"
    + """
  const found = [];
  const walked = 'a[href], button, input, select, textarea, summary, [tabindex]';
  for (const one of document.querySelectorAll(walked)) {
    const isOut = one.disabled || one.tabIndex < 0 || !one.getClientRects().length;
    if (isOut || one.closest('.player')) continue;
    one.focus();
    const said = one.tabIndex > 0 ? 'out of its turn' : isFaulty();
    if (said) found.push(`${said}: ${one.outerHTML.slice(0, 80)}`);
  }
  return found.slice(0, 4);
}"""
)
"""After a key the focus that a script gives is shown as one that a key gives."""
TEXT_SIZE = """times => {
  const root = document.documentElement;
  root.style.fontSize = '';
  const usual = parseFloat(getComputedStyle(root).fontSize);
  root.style.fontSize = `${usual * times}px`;
}"""


@dataclass
class Window:
    """A browser window of one caller in one language."""

    context: BrowserContext
    page: Page
    url: str
    wire: CDPSession
    has_axe: bool
    sizes: dict[str, int] = field(default_factory=dict)
    """What each address cost when it came over the wire."""
    visit: dict[str, int] = field(default_factory=dict)
    """What this visit asked for, and what came over the wire now: 0 if it was kept."""
    complaints: list[str] = field(default_factory=list)

    def show(self, shown: Shown) -> Response:
        """Open a page, or send its form; what came."""
        self._turn(LIGHT, DESK)
        self.visit.clear()
        self.complaints.clear()
        if shown.fields is None:
            answer = self.page.goto(self.url + shown.path)
        else:
            self.page.goto(f"{self.url}/verify")
            self.visit.clear()  # that page is only where the form is sent from
            with self.page.expect_navigation() as went:
                fields = [[name, value] for name, value in shown.fields.items()]
                self.page.evaluate(SENT, [shown.path, fields])
            answer = went.value
        assert answer is not None, shown
        return answer

    def weigh(self) -> tuple[int, int]:
        """Bytes of this page for who has nothing yet, and for who was here before;
        both without the player and the lecture. What is static is kept for ever."""
        sizes = {
            path: self.visit[path] or self.sizes.get(path, 0)
            for path in self.visit
            if not OF_PLAYER.search(path)
        }
        again = (
            size for path, size in sizes.items() if not path.startswith("/static/")
        )
        return sum(sizes.values()), sum(again)

    def list_axe_faults(self) -> list[str]:
        """What axe-core says of the page light on a desk, and dark on a phone."""
        self.page.evaluate(OPENED)
        found = []
        for theme, size in ((LIGHT, DESK), (DARK, PHONE)):
            self._turn(theme, size)
            said: list[str] = self.page.evaluate(AXE)
            found += [f"{theme}, {size['width']} px: {one}" for one in said]
        return found

    def list_sideways(self) -> list[str]:
        """What stands out at the right, with usual text and with twice its size, and
        what is squeezed with usual text."""
        self.page.evaluate(OPENED)
        found = []
        for size in (DESK, PHONE):
            self._turn(LIGHT, size)
            for times in (1, 2):
                self.page.evaluate(TEXT_SIZE, times)
                wide: list[str] | None = self.page.evaluate(SIDEWAYS)
                if wide is not None:
                    found.append(f"{size['width']} px, text × {times}: {wide}")
            self.page.evaluate(TEXT_SIZE, 1)
            squeezed: list[str] = self.page.evaluate(SQUEEZED)
            found += [f"{size['width']} px: squeezed: {one}" for one in squeezed]
        return found

    def list_focus_faults(self) -> list[str]:
        """What cannot be seen to have the focus when a keyboard has brought it there,
        on a phone and on a desk; and what the focus reaches out of its turn."""
        self.page.evaluate(OPENED)
        found = []
        for size in (DESK, PHONE):
            self._turn(LIGHT, size)
            self.page.keyboard.press("Tab")
            said: list[str] = self.page.evaluate(FOCUSED)
            found += [f"{size['width']} px: focus: {one}" for one in said]
        return found

    def _turn(self, theme: Theme, size: ViewportSize) -> None:
        self.page.emulate_media(color_scheme=theme)
        self.page.set_viewport_size(size)


def open_window(
    browser: Browser, url: str, token: str, locale: str, with_axe: bool
) -> Window:
    """A window of a browser that has nothing kept yet, and keeps no more than a browser
    does by itself: what a worker keeps besides would not be seen on the wire."""
    context = browser.new_context(locale=locale, viewport=DESK, service_workers="block")
    if with_axe:
        context.add_init_script(path=axe.install())
    if token:
        cookie = {"name": "biyong_session", "value": token, "url": url}
        context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    window = Window(context, page, url, context.new_cdp_session(page), with_axe)
    _follow_wire(window)
    page.on("pageerror", lambda error: window.complaints.append(str(error)))
    return window


def _follow_wire(window: Window) -> None:
    """Note what each address of a visit costs on the wire."""
    asked: dict[str, str] = {}

    def note_asked(told: dict[str, Any]) -> None:
        address = told["request"]["url"]
        if address.startswith(window.url):
            asked[told["requestId"]] = address.removeprefix(window.url)
            window.visit.setdefault(asked[told["requestId"]], 0)

    def note_finished(told: dict[str, Any]) -> None:
        path = asked.get(told["requestId"])
        if path is not None and told["encodedDataLength"] > 0:
            window.visit[path] = int(told["encodedDataLength"])
            window.sizes.setdefault(path, window.visit[path])

    window.wire.send("Network.enable")
    window.wire.on("Network.requestWillBeSent", note_asked)
    window.wire.on("Network.loadingFinished", note_finished)


@dataclass(frozen=True)
class Seen:
    """What was seen of a page; `texts` is what came, by language."""

    shown: Shown
    texts: Mapping[str, str]
    faults: list[str] = field(default_factory=list)
    first: int = 0
    again: int = 0


def look_at(windows: Mapping[str, Window], shown: Shown) -> Seen:
    """Open a page in each language; in one of them axe judges it."""
    texts, faults, weight = {}, list[str](), (0, 0)
    for language, window in windows.items():
        answer = window.show(shown)
        texts[language] = answer.text()
        if answer.status != shown.status:
            faults.append(f"answered {answer.status}")
        if window.has_axe:
            faults += window.list_axe_faults()
            faults += window.list_focus_faults()
            weight = window.weigh()
        faults += [f"{language}, {one}" for one in window.list_sideways()]
        faults += window.complaints
        said = window.page.inner_text("body")
        if "%(" in said or CATALOGUE in said:
            faults.append(f"{language}: a text that is not filled, or none")
    return Seen(shown, texts, faults, *weight)
