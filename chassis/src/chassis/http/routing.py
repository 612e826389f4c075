"""Routes: the views of one noun, as methods of a class that name their rules.

A view's parameters say what it takes: those in its path by their names, a `Query`, a
`Shape` as its body, an `Edit`; its return type says what it answers. So a test calls it
as a method, and OpenAPI is made from it.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from flask import Blueprint

from chassis.http.views import Rule, adapt_view

View = TypeVar("View", bound=Callable[..., Any])


def route(path: str, *methods: str, status: int = 200) -> Callable[[View], View]:
    """A view answers these methods at this path, with this status unless it says."""

    def mark_view(view: View) -> View:
        view.__rule__ = Rule(path, methods, status)  # type: ignore[attr-defined]
        return view

    return mark_view


def get(path: str) -> Callable[[View], View]:
    """A view answers GET at this path."""
    return route(path, "GET")


def post(path: str, status: int = 200) -> Callable[[View], View]:
    """A view answers POST at this path."""
    return route(path, "POST", status=status)


def put(path: str, status: int = 200) -> Callable[[View], View]:
    """A view answers PUT at this path."""
    return route(path, "PUT", status=status)


def patch(path: str) -> Callable[[View], View]:
    """A view answers PATCH at this path."""
    return route(path, "PATCH")


def delete(path: str) -> Callable[[View], View]:
    """A view answers DELETE at this path."""
    return route(path, "DELETE")


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
