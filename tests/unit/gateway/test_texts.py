"""Every text of the pages has its English, and nothing has none."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from flask import Flask, g
from gateway.texts import KEYWORDS, METHODS, load_translations
from gateway.texts.language import gettext, translate_refusal

import gateway

TWICE = 20
"""In characters: a shorter text may well be two equal words."""


def test_no_text_of_the_pages_lacks_its_english() -> None:
    english = load_translations("en")
    folder = Path(gateway.__file__).parent
    texts = {text[2] for text in extract_from_dir(folder, METHODS, KEYWORDS)}
    assert len(texts) > 200
    assert {text for text in texts if english.ugettext(text) == text} == set()


def test_no_english_says_a_thing_twice() -> None:
    """As it does where two versions of the file were merged line by line."""
    texts = load_translations("en")._catalog.values()  # type: ignore[attr-defined]
    long = [text for text in texts if isinstance(text, str) and len(text) > TWICE]
    repeated = [
        text
        for text in long
        if any(text[:at] == text[at:] for at in range(TWICE // 2, len(text)))
    ]
    assert len(long) > 500
    assert repeated == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_of_nothing_a_page_says_nothing(language: str) -> None:
    """Under the empty text a catalogue keeps its own head."""
    with Flask("a page").test_request_context():
        g.language = language
        assert gettext("") == ""
        assert translate_refusal("a-slug-without-a-sentence", "") == ""
