"""Texts in Chinese and English from Babel catalogues, and collecting them.

The Chinese text is its own key; English stands in translations/en.po. `python -m
gateway.texts` collects new texts from templates and code into the catalogue.
"""

import functools
import io
from importlib.resources import files

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES = ("zh", "en")
CATALOGUE = "translations/en.po"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "N_": None, "L_": None, "ngettext": (1, 2)}


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
