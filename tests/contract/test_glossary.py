"""The glossary points at what there is."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
ROWS = [line for line in GLOSSARY.splitlines() if re.match(r"\| .* \|$", line)]
PLACES = sorted(
    {place for row in ROWS for place in re.findall(r"`([a-z_]+(?:/[\w./]+)?)`", row)}
    - {"web", "worker", "relay", "all", "line"}
)


def test_every_member_with_a_domain_has_words() -> None:
    members = {place.partition("/")[0] for place in PLACES}
    assert members >= {"catalog", "enrollment", "learning", "media", "notify"}


@pytest.mark.parametrize("place", PLACES)
def test_what_a_row_points_at_is_there(place: str) -> None:
    member = place.partition("/")[0]
    homes = [ROOT, ROOT / member / "src", ROOT / "services" / member / "src"]
    assert any((home / place).exists() for home in homes)
