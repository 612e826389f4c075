"""What can be sent where: arguments, query, JSON body, form of every route.

Found in the code: a view's shapes are what it hands to `read_body` and `read_query`,
its fields of a form or a query are the words it reads them by.
"""

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any, get_type_hints

import msgspec
from contracts.http.shape import Query
from enrollment.domain.roster_message import ROW_TEXTS
from msgspec import inspect as shapes
from wtforms.fields.core import UnboundField

from tests.routes.code import View, routes_in_code
from tests.routes.table import ARGUMENT, Line, read_table

READERS = {"get", "getlist"}
LEFT_OPEN = {"rows": ("row", *ROW_TEXTS)}
"""Fields of lists whose things a shape leaves to the domain to read."""


@dataclass(frozen=True)
class Target:
    """One route and what it reads. `line` says who may call it, with what."""

    line: Line
    arguments: tuple[str, ...]
    body: type[msgspec.Struct] | None
    query: type[msgspec.Struct] | None
    words: tuple[str, ...]

    @property
    def is_form(self) -> bool:
        """Whether its words are fields of a form rather than of the query."""
        return self.line.method == "POST" and self.body is None

    def places(self) -> Iterator[tuple[str, str]]:
        """Every place that a hostile value can be put: its kind and name."""
        yield from (("argument", name) for name in self.arguments)
        yield from (("word", name) for name in self.words)
        yield from (("query", name) for name in fields_of(self.query))
        yield from (("body", path) for path in leaves(self.body))
        if self.body is not None:
            yield "body", ""
            yield "bytes", ""
        yield "header", ""


@functools.cache
def targets() -> list[Target]:
    """Every line of the route table with what its view reads."""
    views = routes_in_code()
    return [_target(line, views[line.route]) for line in read_table()]


def _target(line: Line, view: View) -> Target:
    plain = inspect.unwrap(view)
    read = _read_by(plain)
    taken = [hint for name, hint in get_type_hints(plain).items() if name != "return"]
    shaped = [hint for hint in taken if _is_shape(hint)]
    queries = [hint for hint in shaped if _is_in_query(line, hint)]
    bodies = [hint for hint in shaped if hint not in queries]
    return Target(
        line,
        tuple(ARGUMENT.findall(line.rule)),
        next(iter(_shapes_handed_to("read_body", plain)), next(iter(bodies), None)),
        next(iter(_shapes_handed_to("read_query", plain)), next(iter(queries), None)),
        tuple(sorted(read)),
    )


def _is_shape(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)


def _is_in_query(line: Line, shape: type[msgspec.Struct]) -> bool:
    return issubclass(shape, Query) or line.method == "GET"


def _shapes_handed_to(reader: str, view: FunctionType) -> Iterator[Any]:
    for call in _calls(view):
        if isinstance(call.func, ast.Name) and call.func.id == reader:
            yield eval(ast.unparse(call.args[0]), view.__globals__)


def _read_by(view: FunctionType) -> set[str]:
    """The words by which a view, or a function of its module, reads a form or query."""
    found: set[str] = set()
    seen: set[FunctionType] = set()
    waiting = [view]
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        found |= _words(function) | _fields_of_forms(function)
        waiting += list(_helpers(function))
    return found


def _fields_of_forms(function: FunctionType) -> set[str]:
    """The fields of the forms that it reads from a request."""
    made = (
        function.__globals__.get(ast.unparse(call.func.value))
        for call in _calls(function)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "of_request"
    )
    kinds = [kind for kind in made if isinstance(kind, type)]
    return {
        name
        for kind in kinds
        for name, field in inspect.getmembers(kind)
        if isinstance(field, UnboundField)
    }


def _words(function: FunctionType) -> set[str]:
    """The literals by which it reads, those that a loop goes through among them."""
    nodes = list(ast.walk(_tree(function)))
    named = {
        node.target.id: node.iter.elts
        for node in nodes
        if isinstance(node, ast.For)
        and isinstance(node.target, ast.Name)
        and isinstance(node.iter, ast.Tuple)
    }
    words = [word for node in nodes for word in _read_at(node)]
    literals = [
        literal
        for word in words
        for literal in (
            named.get(word.id, []) if isinstance(word, ast.Name) else [word]
        )
    ]
    return {
        literal.value
        for literal in literals
        if isinstance(literal, ast.Constant) and isinstance(literal.value, str)
    }


def _read_at(node: ast.AST) -> Sequence[ast.expr]:
    """What a piece of code reads the request by: a literal, or a name of one."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in READERS and _is_of_request(node.func.value):
            return node.args[:1]
    elif isinstance(node, ast.Subscript) and _is_of_request(node.value):
        return [node.slice]
    elif isinstance(node, ast.Compare) and _is_of_request(node.comparators[0]):
        return [node.left]
    return []


def _is_of_request(node: ast.expr) -> bool:
    """Whether it is the form, the query or the files of a request, by its name."""
    said = ast.unparse(node)
    return said in {"form", "said", "args", "files"} or said.startswith(
        ("request.form", "request.args", "request.files")
    )


def _helpers(function: FunctionType) -> Iterator[FunctionType]:
    """The functions of its module and the methods of its class that it calls."""
    for call in _calls(function):
        helper = _called(function, call.func)
        if isinstance(helper, FunctionType):
            plain = inspect.unwrap(helper)
            if plain.__module__ == function.__module__:
                yield plain


def _called(function: FunctionType, called: ast.expr) -> object:
    match called:
        case ast.Name(id=name):
            return function.__globals__.get(name)
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            owner = function.__globals__[function.__qualname__.partition(".")[0]]
            return getattr(owner, name, None)
    return None


def _calls(function: FunctionType) -> Iterator[ast.Call]:
    return (node for node in ast.walk(_tree(function)) if isinstance(node, ast.Call))


def _tree(function: FunctionType) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def fields_of(shape: type[msgspec.Struct] | None) -> Iterator[str]:
    """The names of a shape's fields as they are sent."""
    if shape is not None:
        yield from (one.encode_name for one in msgspec.structs.fields(shape))


def leaves(shape: type[msgspec.Struct] | None) -> Iterator[str]:
    """Every field of a shape and of the shapes in it, as dotted paths."""
    if shape is not None:
        yield from _leaves_of(shapes.type_info(shape), "")


def _leaves_of(kind: shapes.Type, at: str) -> Iterator[str]:
    if isinstance(kind, shapes.StructType):
        for field in kind.fields:
            yield from _leaves_of(field.type, f"{at}.{field.encode_name}".lstrip("."))
        return
    yield at
    if isinstance(kind, shapes.ListType):
        yield from _leaves_of(kind.item_type, f"{at}.0")
        yield from (f"{at}.0.{name}" for name in LEFT_OPEN.get(at, ()))
    if isinstance(kind, shapes.UnionType):
        for one in kind.types:
            if isinstance(one, shapes.StructType | shapes.ListType):
                yield from _leaves_of(one, at)


def shapes_within(shape: type[msgspec.Struct]) -> set[type]:
    """A shape and those that stand in its fields."""
    found: set[type] = set()
    waiting: list[shapes.Type] = [shapes.type_info(shape)]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, shapes.StructType) and kind.cls not in found:
            found.add(kind.cls)
            waiting += [field.type for field in kind.fields]
        elif isinstance(kind, shapes.ListType):
            waiting.append(kind.item_type)
        elif isinstance(kind, shapes.UnionType):
            waiting += kind.types
    return found


Sample = Callable[[str], Any]


def valid(kind: shapes.Type, name: str, sample: Sample) -> Any:
    """A value of a type as it is meant; `sample` knows fields by their names."""
    known = sample(name)
    if known is not None:
        return known
    match kind:
        case shapes.StructType():
            return {
                one.encode_name: valid(one.type, one.encode_name, sample)
                for one in kind.fields
            }
        case shapes.ListType():
            return [valid(kind.item_type, name, sample)]
        case shapes.UnionType():
            some = next(t for t in kind.types if not isinstance(t, shapes.NoneType))
            return valid(some, name, sample)
        case shapes.LiteralType():
            return kind.values[0]
        case shapes.BoolType():
            return False
        case shapes.IntType() | shapes.FloatType():
            return kind.ge or 1
        case shapes.DictType():
            return {"name": "x"}
        case shapes.DateTimeType():
            return "2026-12-01T08:00:00+08:00"
    return "x1"
