"""What a read shows of a document, for the projections that nearly every read has.

By themselves they take a tenth of what they take by way of a scratch collection, which
copies the documents whole.
"""

from collections.abc import Mapping
from typing import Any

from embedded.store.semantics import Document

ID = "_id"
Tree = dict[str, "Tree | None"]
"""Fields by name: None for one that is meant as a whole, else its own fields."""


class Uneven(Exception):
    """What is shown here is for the semantics to say, as of a list on a path."""


def plan_projection(projection: Mapping[str, Any]) -> tuple[Tree, bool] | None:
    """The fields that a projection names, and whether these are shown or hidden.

    None for one that does more than to name fields, or names one within another.
    """
    shown = {bool(value) for name, value in projection.items() if name != ID}
    shown = shown or {bool(projection[ID])}
    kinds = {type(value) for value in projection.values()}
    if len(shown) != 1 or not (kinds == {int} or kinds == {bool}):
        return None
    is_shown = shown.pop()
    shows_id = bool(projection.get(ID, True))
    tree: Tree = {ID: None} if shows_id == is_shown else {}
    for path in projection:
        if path != ID and not _add_path(tree, path.split(".")):
            return None
    return tree, is_shown


def _add_path(tree: Tree, path: list[str]) -> bool:
    """False where the path lies within another, or another within it."""
    *above, last = path
    if not all(path) or any(name.startswith("$") or name.isdecimal() for name in path):
        return False
    for name in above:
        below = tree.setdefault(name, {})
        if below is None:
            return False
        tree = below
    if last in tree:
        return False
    tree[last] = None
    return True


def show_fields(document: Mapping[str, Any], tree: Tree) -> Document:
    """The fields of a tree alone, in the document's order. Raises Uneven."""
    shown: Document = {}
    for name, value in document.items():
        if name not in tree:
            continue
        below = tree[name]
        if below is None:
            shown[name] = value
        elif isinstance(value, list):
            raise Uneven
        elif isinstance(value, Mapping):
            shown[name] = show_fields(value, below)
    return shown


def hide_fields(document: Mapping[str, Any], tree: Tree) -> Document:
    """All fields but those of a tree, in the document's order. Raises Uneven for one
    that hides something within a field."""
    if any(below is not None for below in tree.values()):
        raise Uneven
    return {name: value for name, value in document.items() if name not in tree}
