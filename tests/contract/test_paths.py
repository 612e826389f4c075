"""Nobody asks a service by a path in one piece: parts are quoted, pieces are not."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASKING = {"one", "many", "ask", "call"}
SOURCES = sorted(
    path
    for folder in (ROOT / "gateway/src", *ROOT.glob("services/*/src"))
    for path in folder.rglob("*.py")
)


def is_in_one_piece(argument: ast.expr) -> bool:
    """Whether this is a text that begins with a slash, written out or filled in."""
    first = argument.values[0] if isinstance(argument, ast.JoinedStr) else argument
    said = first.value if isinstance(first, ast.Constant) else None
    return isinstance(said, str) and said.startswith("/")


@pytest.mark.parametrize(
    "source", SOURCES, ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_path_to_a_service_comes_in_its_parts(source: Path) -> None:
    calls = [
        node
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ASKING
    ]
    found = [call.lineno for call in calls if any(map(is_in_one_piece, call.args))]
    assert found == []
