"""From a request to a view's parameters, and from what it returns to an answer."""

import functools
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import (
    Any,
    Generic,
    NamedTuple,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec
from contracts.http.shape import Query
from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.http.body import json_response, read_body, read_query
from chassis.http.editing import Edit, read_edit, read_edit_if_named, tag_of
from chassis.http.idempotency import is_idempotent, run_once

T = TypeVar("T")
IN_PATH = re.compile(r"<(?:[^<>:]*:)?([^<>]*)>")
REVALIDATED = "private, no-cache"
"""Of what has an ETag: its reader keeps it, and asks each time whether it holds."""


class Rule(NamedTuple):
    """Where a view answers, and its status when all is well.

    `takes` and `answers` are media types of bytes that are no JSON; `in_ranges` says
    that of those a part may be asked for; `also` are other statuses of its answer.
    """

    path: str
    methods: tuple[str, ...]
    status: int = 200
    takes: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    in_ranges: bool = False
    also: tuple[int, ...] = ()


@dataclass(frozen=True)
class Answered(Generic[T]):
    """An answer with another status than its route's."""

    value: T
    status: int


@dataclass(frozen=True)
class ViewTypes:
    """What a view takes and answers, read from its annotations.

    `query`, `body` and `edit` are a parameter's name and type, or None. `answer` is
    None where the view makes its response by itself.
    """

    path: tuple[str, ...]
    query: tuple[str, Any] | None
    body: tuple[str, Any] | None
    edit: tuple[str, Any] | None
    answer: Any

    @classmethod
    def of(cls, view: Callable[..., Any], rule: Rule) -> "ViewTypes":
        """The types of a view. Raises TypeError for a parameter of an unknown kind."""
        hints = get_type_hints(view, include_extras=True)
        in_path = tuple(IN_PATH.findall(rule.path))
        found: dict[str, tuple[str, Any]] = {}
        for name in inspect.signature(view).parameters:
            if name != "self" and name not in in_path:
                kind = _kind_of(hints[name])
                if kind in found:
                    raise TypeError(f"{view.__qualname__} takes two of {kind}")
                found[kind] = (name, hints[name])
        return cls(
            in_path,
            found.get("query"),
            found.get("body"),
            found.get("edit"),
            _answer_of(hints["return"]),
        )

    def read_arguments(self) -> Mapping[str, Any]:
        """The parameters that do not come in the path. Raises Problem."""
        arguments: dict[str, Any] = {}
        if self.edit:
            name, hint = self.edit
            arguments[name] = read_edit() if hint is Edit else read_edit_if_named()
        if self.query:
            arguments[self.query[0]] = read_query(self.query[1])
        if self.body:
            arguments[self.body[0]] = read_body(self.body[1])
        return arguments


def _kind_of(hint: Any) -> str:
    """Which part of a request a parameter of this type is read from."""
    if hint in (Edit, Edit | None):
        return "edit"
    if isinstance(hint, type) and issubclass(hint, Query):
        return "query"
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return "body"
    raise TypeError(f"no part of a request is read as {hint}")


def _answer_of(hint: Any) -> Any:
    """What is answered, or None where a view makes its response."""
    if isinstance(hint, type) and issubclass(hint, AnyResponse):
        return None
    return get_args(hint)[0] if get_origin(hint) is Answered else hint


def adapt_view(view: Callable[..., Any], rule: Rule) -> Callable[..., Response]:
    """The view as the framework calls it, all its marks kept."""
    types = ViewTypes.of(view, rule)
    if types.answer is None and not (types.query or types.body or types.edit):
        return run_once(view) if is_idempotent(view) else view

    @functools.wraps(view)
    def answer_request(**in_path: Any) -> Response:
        return _to_response(view(**in_path, **types.read_arguments()), rule.status)

    return run_once(answer_request) if is_idempotent(view) else answer_request


def _to_response(returned: Any, status: int) -> Response:
    """An answer as JSON, under its version's ETag where it has one."""
    if isinstance(returned, Response):
        return returned
    if isinstance(returned, Answered):
        returned, status = returned.value, returned.status
    response = json_response(returned, status)
    version = getattr(returned, "version", None)
    if isinstance(version, int):
        response.headers["ETag"] = tag_of(version)
        response.headers["Cache-Control"] = REVALIDATED
        if request.method == "GET" and request.if_none_match.contains_weak(
            str(version)
        ):
            return Response(status=304, headers={"ETag": tag_of(version)})
    return response
