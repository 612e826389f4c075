"""Routes: the views of one noun, as methods of a class that name their rules.

A view's parameters say what it takes: those in its path by their names, a `Query`, a
`Shape` as its body, an `Edit`; its return type says what it answers. So a test calls it
as a method, and OpenAPI is made from it. What takes or answers bytes instead of JSON
names their media types, as in `@get(path, answers="image/jpeg")`.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from flask import Blueprint

from chassis.http.views import Rule, adapt_view

View = TypeVar("View", bound=Callable[..., Any])
MediaTypes = str | tuple[str, ...]


def route(
    path: str,
    *methods: str,
    status: int = 200,
    takes: MediaTypes = (),
    answers: MediaTypes = (),
    in_ranges: bool = False,
) -> Callable[[View], View]:
    """A view answers these methods at this path, with this status unless it says.

    `takes` and `answers` are the types of bytes where those are no JSON; `in_ranges`
    says that of what is answered a part may be asked for.
    """
    bytes_in, bytes_out = _list_types(takes), _list_types(answers)

    def mark_view(view: View) -> View:
        rule = Rule(path, methods, status, bytes_in, bytes_out, in_ranges)
        view.__rule__ = rule  # type: ignore[attr-defined]
        return view

    return mark_view


def get(
    path: str, answers: MediaTypes = (), in_ranges: bool = False
) -> Callable[[View], View]:
    """A view answers GET at this path."""
    return route(path, "GET", answers=answers, in_ranges=in_ranges)


def post(
    path: str, status: int = 200, takes: MediaTypes = ()
) -> Callable[[View], View]:
    """A view answers POST at this path."""
    return route(path, "POST", status=status, takes=takes)


def put(path: str, status: int = 200, takes: MediaTypes = ()) -> Callable[[View], View]:
    """A view answers PUT at this path."""
    return route(path, "PUT", status=status, takes=takes)


def patch(path: str) -> Callable[[View], View]:
    """A view answers PATCH at this path."""
    return route(path, "PATCH")


def delete(path: str) -> Callable[[View], View]:
    """A view answers DELETE at this path."""
    return route(path, "DELETE")


def _list_types(given: MediaTypes) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


class Routes:
    """The routes of one noun; a view's endpoint is `name.method`."""

    name: ClassVar[str]

    def blueprint(self) -> Blueprint:
        """The blueprint of the marked methods, in their order."""
        blueprint = Blueprint(self.name, type(self).__module__)
        for name, view in vars(type(self)).items():
            if rule := getattr(view, "__rule__", None):
                bound = adapt_view(getattr(self, name), rule)
                blueprint.add_url_rule(rule.path, name, bound, methods=rule.methods)
        return blueprint
