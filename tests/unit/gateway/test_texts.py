"""Every text of the pages has its English."""

from pathlib import Path

from babel.messages.extract import extract_from_dir
from gateway.texts import KEYWORDS, METHODS, load_translations

import gateway


def test_no_text_of_the_pages_lacks_its_english() -> None:
    english = load_translations("en")
    folder = Path(gateway.__file__).parent
    texts = {text[2] for text in extract_from_dir(folder, METHODS, KEYWORDS)}
    assert len(texts) > 200
    assert {text for text in texts if english.ugettext(text) == text} == set()
