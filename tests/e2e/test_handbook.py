"""The handbook tells the truth: what it names is on the pages, in both languages."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import urllib3
from gateway.texts import load_translations
from gateway.texts.handbook import HANDBOOKS
from gateway.texts.handbook_task import Control

from tests.e2e.shown import TIMEOUT, Shown, read_page
from tests.pictures import PICTURES
from tests.routes.scene import Scene

READERS = {
    "trainee": "seated",
    "officer": "same",
    "teacher": "staff",
    "operator": "plain",
}
"""Who of the scene reads which handbook."""
WORKED = {"a", "button", "summary", "label"}


class Controls(HTMLParser):
    """What can be pressed or filled on a page, by its text or what is said of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.depth = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in WORKED:
            self.depth += 1
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag in WORKED

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.texts[-1] += data

    def has(self, text: str) -> bool:
        return any(text in " ".join(one.split()) for one in self.texts)


@pytest.fixture(autouse=True)
def _without_calendar_address(scene: Scene) -> None:
    """The trainee as the handbook speaks to them: who has an address gets a new one."""
    answer = urllib3.request(
        "POST",
        f"{scene.platform.url}/calendar/address/removal",
        headers={"Authorization": f"Bearer {scene.doors['seated'].token}"},
        redirect=False,
        timeout=TIMEOUT,
    )
    assert answer.status == 303


def controls_of(reader: str) -> Iterator[Control]:
    for task in HANDBOOKS[reader].tasks:
        yield from task.controls


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reader", READERS)
def test_every_control_that_is_named_is_on_its_page(
    scene: Scene, reader: str, language: str
) -> None:
    pages: dict[str, Controls] = {}
    missing = []
    for control in controls_of(reader):
        if control.page not in pages:
            path = control.page.format(**scene.values)
            caller = "anonymous" if path == "/sign-in" else READERS[reader]
            pages[control.page] = Controls(
                read_page(scene, Shown(f"GET {path}", caller, path), language)
            )
        text = load_translations(language).ugettext(control.text)
        if not pages[control.page].has(text):
            missing.append(f"{text} on {control.page}")
    assert not missing, missing


def test_every_picture_is_of_a_page_that_is_there(scene: Scene) -> None:
    named = {
        task.picture: reader
        for reader, book in HANDBOOKS.items()
        for task in book.tasks
        if task.picture
    }
    assert named.keys() == {picture.name for picture in PICTURES}
    for picture in PICTURES:
        path = picture.page.format(**scene.values)
        caller = READERS[named[picture.name]]
        assert read_page(scene, Shown(f"GET {path}", caller, path), "zh"), path
