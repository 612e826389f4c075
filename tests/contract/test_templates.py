"""Templates read like code: lines of a width, one idea a line."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "gateway" / "src" / "gateway" / "templates"
WIDEST = 120
"""Bytes. A Chinese character has three of them and two columns."""
TEMPLATES = sorted(FOLDER.rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_no_line_of_a_template_is_wider_than_a_screen(path: Path) -> None:
    wide = [line for line in path.read_bytes().splitlines() if len(line) > WIDEST]
    assert wide == []


def test_no_template_styles_or_scripts_by_itself() -> None:
    """The policy of the site forbids both; a browser would leave them out."""
    texts = {path.name: path.read_text("utf-8") for path in TEMPLATES}
    assert [name for name, text in texts.items() if " style=" in text] == []
    assert [name for name, text in texts.items() if "<script>" in text] == []
