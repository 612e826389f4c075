"""Collects the texts of templates and code into the catalogue: `make texts`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from gateway.texts import CATALOGUE, KEYWORDS, METHODS


def collect_texts() -> list[str]:
    """All texts are brought into the catalogue; those that lack their English."""
    here = Path(__file__).parents[1]
    found = extract_from_dir(here, METHODS, keywords=KEYWORDS)
    texts = list(dict.fromkeys(str(message) for _, _, message, _, _ in found))
    path = here / CATALOGUE
    with path.open("rb") as source:
        known = read_po(source, locale="en")
    english = {str(message.id): message.string for message in known if message.id}
    catalog = Catalog(locale="en")
    for text in order_texts([*english], texts):
        catalog.add(text, english.get(text, ""))
    with path.open("wb") as target:
        write_po(target, catalog, width=88, omit_header=True, no_location=True)
    return [text for text in texts if not english.get(text)]


def order_texts(known: Sequence[str], found: Sequence[str]) -> list[str]:
    """The texts there are: a known one in its place, a new one behind its neighbour.

    So a text that moves from file to file changes no line of the catalogue.
    """
    there = set(found)
    ordered = [text for text in known if text in there]
    places = set(ordered)
    before = ""
    for text in found:
        if text not in places:
            ordered.insert(ordered.index(before) + 1 if before else 0, text)
            places.add(text)
        before = text
    return ordered


if __name__ == "__main__":
    if missing := collect_texts():
        listed = "\n  ".join(missing)
        sys.exit(f"Write their English into {CATALOGUE}:\n  {listed}")
