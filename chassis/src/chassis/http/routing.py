"""Routes: the views of one noun, as methods of a class that name their rules."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from flask import Blueprint

View = TypeVar("View", bound=Callable[..., Any])


def route(path: str, *methods: str) -> Callable[[View], View]:
    """A view answers these methods at this path."""

    def mark_view(view: View) -> View:
        view.__rule__ = (path, methods)  # type: ignore[attr-defined]
        return view

    return mark_view


def get(path: str) -> Callable[[View], View]:
    """A view answers GET at this path."""
    return route(path, "GET")


def post(path: str) -> Callable[[View], View]:
    """A view answers POST at this path."""
    return route(path, "POST")


def put(path: str) -> Callable[[View], View]:
    """A view answers PUT at this path."""
    return route(path, "PUT")


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
                path, methods = rule
                blueprint.add_url_rule(path, name, getattr(self, name), methods=methods)
        return blueprint
