"""The event catalogue in docs is the one made from the contracts."""

from pathlib import Path

from contracts.__main__ import render_catalogue

import contracts

PAGE = Path(__file__).parents[2] / "docs" / "events.md"


def test_the_page_is_as_the_contracts_make_it() -> None:
    assert PAGE.read_text("utf-8") == render_catalogue(), "run `make docs`"


def test_every_event_has_its_section_and_every_field_its_row() -> None:
    page = render_catalogue()
    for type_ in contracts.all_types():
        section = page.split(f"\n## {type_}\n")[1].split("\n## ")[0]
        for name in contracts.schema_of(type_)["properties"]:
            assert f"| `{name}` |" in section
