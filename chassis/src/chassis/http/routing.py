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
    also: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """A view answers these methods at this path, with this status unless it says.

    `takes` and `answers` are the types of bytes where those are no JSON; `in_ranges`
    says that of what is answered a part may be asked for; `also` are the statuses that
    it answers as `Answered` beside its own.
    """
    bytes_in, bytes_out = _list_types(takes), _list_types(answers)

    def mark_view(view: View) -> View:
        rule = Rule(path, methods, status, bytes_in, bytes_out, in_ranges, also)
        view.__rule__ = rule  # type: ignore[attr-defined]
        return view

    return mark_view


def get(
    path: str,
    answers: MediaTypes = (),
    in_ranges: bool = False,
    also: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """A view answers GET at this path."""
    return route(path, "GET", answers=answers, in_ranges=in_ranges, also=also)


def post(
    path: str,
    status: int = 200,
    takes: MediaTypes = (),
    also: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """A view answers POST at this path."""
    return route(path, "POST", status=status, takes=takes, also=also)


def put(
    path: str,
    status: int = 200,
    takes: MediaTypes = (),
    also: tuple[int, ...] = (),
) -> Callable[[View], View]:
    """A view answers PUT at this path."""
    return route(path, "PUT", status=status, takes=takes, also=also)


def patch(path: str) -> Callable[[View], View]:
    """A view answers PATCH at this path."""
    return route(path, "PATCH")


def delete(path: str) -> Callable[[View], View]:
    """A view answers DELETE at this path."""
    return route(path, "DELETE")


def _list_types(given: MediaTypes) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """Where a view answers, or None for what is no view."""
    return getattr(view, "__rule__", None)


class Routes:
    """The routes of one noun; a view's endpoint is `name.method`.

    Those that pass requests on to others are documented where they end.
    """

    name: ClassVar[str]
    is_documented: ClassVar[bool] = True

    def blueprint(self) -> Blueprint:
        """The blueprint of the marked methods, in their order."""
        blueprint = Blueprint(self.name, type(self).__module__)
        for name, view in vars(type(self)).items():
            if rule := rule_of(view):
                bound = adapt_view(getattr(self, name), rule)
                blueprint.add_url_rule(rule.path, name, bound, methods=rule.methods)
        return blueprint
