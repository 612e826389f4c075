"""Texts in Chinese and English from Babel catalogues, and collecting them.

The Chinese text is its own key; English stands in translations/en.po. `python -m
gateway.texts` collects new texts from templates and code into the catalogue.
"""

import functools
import io
import sys
from importlib.resources import files
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import NullTranslations, Translations

LANGUAGES = ("zh", "en")
CATALOGUE = "translations/en.po"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    """Marks a text that is looked up later."""
    return text


@functools.cache
def load_translations(language: str) -> NullTranslations:
    """The catalogue of a language; Chinese needs none."""
    if language != "en":
        return NullTranslations()
    with files("gateway").joinpath(CATALOGUE).open("rb") as source:
        catalog = read_po(source, locale="en")
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def choose_language(asked: str | None, accepts: list[str]) -> str:
    """The language to show: the one chosen, else what the browser puts first."""
    if asked in LANGUAGES:
        return str(asked)
    first = accepts[0].lower() if accepts else "zh"
    return "en" if first.startswith("en") else "zh"


def collect_texts() -> int:
    """All texts are brought into the catalogue; how many lack their English."""
    here = Path(__file__).parent
    catalog = Catalog(project="Biyong", charset="utf-8")
    for name, _, message, _, _ in extract_from_dir(here, METHODS, keywords=KEYWORDS):
        catalog.add(message, locations=[(name, 0)])
    path = here / CATALOGUE
    with path.open("rb") as source:
        known = read_po(source, locale="en")
    known.update(catalog, no_fuzzy_matching=True)
    known.obsolete.clear()
    with path.open("wb") as target:
        write_po(target, known, width=88, omit_header=True, no_location=True)
    return sum(1 for message in known if message.id and not message.string)


if __name__ == "__main__":
    sys.exit(f"{missing} texts lack English" if (missing := collect_texts()) else 0)
