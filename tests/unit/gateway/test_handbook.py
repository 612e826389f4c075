"""The handbook's pages, their links, their pictures."""

import re

import pytest
from gateway.pages.public.handbook import HandbookPages
from gateway.static_files import load_static_files
from gateway.texts import load_translations
from gateway.texts.handbook import HANDBOOKS

from tests.routes.table import read_table
from tests.unit.gateway.scene import scene

LARGEST_PICTURE = 60 * 1024


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reader", HANDBOOKS)
def test_every_task_is_read_with_the_words_of_its_buttons(
    reader: str, language: str
) -> None:
    page = scene(HandbookPages()).get(f"/handbook/{reader}", language)
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert not re.search(r"\{\d\}|%\(", text)
    assert text.count("<h2>") == len(HANDBOOKS[reader].tasks)


def test_a_step_names_each_of_its_controls_in_both_languages() -> None:
    for book in HANDBOOKS.values():
        for task in book.tasks:
            wanted = {str(number) for number, _ in enumerate(task.controls)}
            for language in ("zh", "en"):
                translate = load_translations(language).ugettext
                steps = " ".join(translate(step) for step in task.steps)
                assert set(re.findall(r"\{(\d)\}", steps)) == wanted, task.title


def test_every_page_that_is_named_is_a_route() -> None:
    rules = {
        re.sub(r"<[^>]*>", "*", line.rule)
        for line in read_table()
        if line.method == "GET"
    }
    for book in HANDBOOKS.values():
        for task in book.tasks:
            for control in task.controls:
                assert re.sub(r"\{[^}]*\}", "*", control.page) in rules


def test_pictures_are_small_and_there_in_both_languages() -> None:
    pictures = {
        name: file
        for name, file in load_static_files().items()
        if name.startswith("handbook/")
    }
    named = {
        f"handbook/{task.picture}.{language}.webp"
        for book in HANDBOOKS.values()
        for task in book.tasks
        if task.picture
        for language in ("zh", "en")
    }
    assert pictures.keys() == named
    assert all(len(file.content) <= LARGEST_PICTURE for file in pictures.values())


def test_every_page_leads_to_the_handbook() -> None:
    text = scene(HandbookPages()).get("/handbook").get_data(as_text=True)
    foot = text[text.index("<footer") :]
    assert 'href="/handbook"' in foot


def test_a_handbook_that_nobody_wrote_is_not_there() -> None:
    assert scene(HandbookPages()).get("/handbook/nobody").status_code == 404
