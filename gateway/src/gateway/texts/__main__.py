"""Collects the texts of templates and code into the catalogue: `make texts`."""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from gateway.texts import CATALOGUE, KEYWORDS, METHODS


def collect_texts() -> int:
    """All texts are brought into the catalogue; how many lack their English."""
    here = Path(__file__).parents[1]
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
