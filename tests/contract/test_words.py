"""The code's names keep to the glossary: retired words, one-word names, its nouns."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chassis.storage.documents import Aggregate

import contracts
from tests.shape import parse_file

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
SOURCES = sorted([*ROOT.glob("*/src/**/*.py"), *ROOT.glob("services/*/src/**/*.py")])

RETIRED = re.compile(
    "say|says|said|sayer|saying|unsaid|unsayable|hear|hears|heard|hearer|hearing"
    "|unheard|told|untold|tells|fact|facts|held|keep|kept|keeper|lane|lanes|silence"
    "|silent|errand|errands|plumbing|outlet|outlets|inlet|inlets|vouched|vouches|beat"
    "|beats|restate|restated|wording|waking|copies|going|story|stories"
    "|surveyed|unfit|contended"
)
"""Words for which the glossary has the field's own; see docs/glossary.md."""
ALLOWED = {
    "held_bytes": "memory that a connection holds: the ordinary word",
}
VERBS = re.compile(
    # the glossary's
    "get|find|count|create|change|delete|publish|consume|handle|claim|renew|release"
    "|load|dump"
    # of the domains
    "|approve|grant|withdraw|promote|decide|credit|issue|revoke|accept|archive|cancel|close"
    "|complete|deliver|disable|edit|enable|unarchive|interrupt|lapse|open|queue|refuse|seal"
    "|unseal|sign|spend"
    # of lists, files, programs and connections
    "|add|put|remove|read|write|sort|drop|fill|lock|note|run|start|stop|send|receive"
    "|acknowledge|ask|call|drain|bind|commit|prepare|hash|replay|answer|ping"
    # Mongo's commands, and files, clocks and events as Python has them
    "|aggregate|distinct|hello|insert|update|pull|seek|set|tell|now|monotonic|invoke"
    # what waitress calls a connection's methods, and gunicorn a logger's
    "|execute|handle|readable|received|service|setup"
    # and urllib3 a pool's, and WTForms a catalogue's
    "|urlopen|gettext|ngettext"
    # and requests a session's and its answer's, which is what Authlib calls
    "|json|post"
    # nouns: what of its class a method gives
    "|of|all|below|blueprint|collections|counts|covers|files|logins|missing|names|pids|ready|receipts"
    "|secret|sent|since|version"
)
"""What a method may be called in one word, since its class says the noun."""
FUNCTIONS = {
    "main": "where a program begins",
    "up": "a command of the program, by its name",
    "logger": "as structlog and every library has it",
    "route": "the field's word for a rule and its view",
    "get": "HTTP's methods, as routes are declared",
    "post": "HTTP's methods, as routes are declared",
    "put": "HTTP's methods, as routes are declared",
    "patch": "HTTP's methods, as routes are declared",
    "delete": "HTTP's methods, as routes are declared",
    "idempotent": "what RFC 9110 calls such a request",
    "L_": "as N_: a text that is looked up when it is shown",
    "N_": "gettext's",
    "gettext": "gettext's",
    "ngettext": "gettext's",
}
"""Functions of one word, and why."""
STORES = [
    "catalog.store.documents",
    "enrollment.store.documents",
    "enrollment.store.request_documents",
    "gateway.identity.account_store",
    "learning.store.documents",
    "media.store.documents",
    "notify.store.documents",
]


def split_words(name: str) -> list[str]:
    parts = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)
    return [part.lower() for part in parts]


def has_retired_word(name: str) -> bool:
    return any(RETIRED.fullmatch(word) for word in split_words(name))


def is_known(name: str, *, is_method: bool) -> bool:
    return bool(VERBS.fullmatch(name)) if is_method else name in FUNCTIONS


def find_definitions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    kinds = (ast.FunctionDef, ast.ClassDef)
    return (node for node in ast.walk(tree) if isinstance(node, kinds))


def find_collections(tree: ast.AST) -> Iterator[str]:
    """The collections of ours that code asks a database for."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Subscript) or not isinstance(
            node.slice, ast.Constant
        ):
            continue
        if ast.unparse(node.value).rpartition(".")[2] == "database":
            yield str(node.slice.value)


def stored_aggregates() -> list[type[Aggregate]]:
    for store in STORES:
        importlib.import_module(store)
    shipped = [d for d in Aggregate.__subclasses__() if d.__module__ in STORES]
    return sorted(shipped, key=lambda document: document.__name__)


def glossary_nouns() -> str:
    """The words that have rows, in one text, each between bars."""
    cells = re.findall(r"^\| ([^|]+) \|", GLOSSARY, re.MULTILINE)
    words = [word.strip() for cell in cells for word in cell.split(",")]
    return "|".join(["", *words, ""]).lower().replace("-", " ").replace("`", "")


def has_row(noun: str) -> bool:
    """Whether the glossary has a row for the noun, alone or as the head of one."""
    return re.search(rf"\|{noun}[ |]", glossary_nouns()) is not None


def test_no_name_has_a_retired_word() -> None:
    names = set()
    for path in SOURCES:
        tree = parse_file(path)
        names |= {path.stem, *find_collections(tree)}
        names |= {definition.name for definition in find_definitions(tree)}
    retired = {name for name in names if has_retired_word(name)}
    assert retired - ALLOWED.keys() == set()


def test_no_aggregate_is_stored_under_a_retired_word() -> None:
    names = {str(document._meta["collection"]) for document in stored_aggregates()}
    assert {name for name in names if has_retired_word(name)} == set()


def test_names_of_one_word_are_methods_with_a_known_verb() -> None:
    unknown = set()
    for path in SOURCES:
        tree = parse_file(path)
        for node in [tree, *find_definitions(tree)]:
            if isinstance(node, ast.FunctionDef):
                continue  # what lies in a function nobody else calls
            is_class = isinstance(node, ast.ClassDef)
            unknown |= {
                f"{path.stem}.{function.name}"
                for function in node.body
                if isinstance(function, ast.FunctionDef)
                and is_one_public_word(function)
                and not is_known(function.name, is_method=is_class)
            }
    assert unknown == set()


def is_one_public_word(function: ast.FunctionDef) -> bool:
    is_property = any("property" in ast.dump(mark) for mark in function.decorator_list)
    name = function.name
    return not is_property and not name.startswith("_") and len(split_words(name)) == 1


@pytest.mark.parametrize("document", stored_aggregates())
def test_every_stored_aggregate_has_its_row(document: type[Aggregate]) -> None:
    assert has_row(" ".join(split_words(document.__name__.removesuffix("Document"))))


@pytest.mark.parametrize(
    "subject", sorted({name.split(".")[1] for name in contracts.REGISTRY.all_types()})
)
def test_every_subject_of_events_has_its_row(subject: str) -> None:
    assert has_row(subject)
