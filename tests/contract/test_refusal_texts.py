"""Every refusal of every service has its sentence in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from enrollment.domain.changes import WHAT_TO_DO as OF_CHANGES
from enrollment.domain.refused_message import WHAT_TO_DO
from enrollment.domain.roster import WHAT_TO_DO as OF_ROWS
from gateway.texts import CATALOGUE, load_translations
from gateway.texts.change_reasons import CHANGE_REASONS
from gateway.texts.refusals import REFUSALS

ROOT = Path(__file__).parents[2]
TEXTS = "gateway/src/gateway/texts/refusals.py"
MEMBERS = [ROOT / "chassis", ROOT / "gateway", *(ROOT / "services").iterdir()]
SOURCES = [path for member in MEMBERS for path in member.glob("src/**/*.py")]


def text_of(node: ast.expr) -> str:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else ""  # type: ignore[attr-defined, no-any-return]


def slugs_in(path: Path) -> Iterator[str]:
    """The slugs of a file: of its refusals' classes, and of problems it raises."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Assign(targets=[ast.Name(id="slug")], value=value):
                yield text_of(value)
            case ast.Call(func=ast.Name(id="Problem"), args=[_, slug, *_]):
                yield text_of(slug)


SLUGS = sorted(
    {slug for path in SOURCES for slug in slugs_in(path)} - {""} | WHAT_TO_DO.keys()
)


def test_the_slugs_are_found() -> None:
    assert {"not-enrolled", "edit-conflict", "weak-password"} <= set(SLUGS)
    assert len(SLUGS) > 80


@pytest.mark.parametrize("slug", SLUGS)
def test_a_refusal_has_its_sentence_in_both_languages(slug: str) -> None:
    assert slug in REFUSALS, f"write a sentence for {slug} into {TEXTS}"
    chinese = REFUSALS[slug]
    english = load_translations("en").gettext(chinese)
    assert english not in ("", chinese), f"make texts, then {chinese} in {CATALOGUE}"


def test_a_reason_of_changes_has_the_same_sentence_in_both_languages() -> None:
    own = {reason: OF_CHANGES[reason] for reason in OF_CHANGES.keys() - OF_ROWS.keys()}
    assert own == CHANGE_REASONS
    for chinese in own.values():
        english = load_translations("en").gettext(chinese)
        assert english not in ("", chinese), chinese
