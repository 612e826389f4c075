"""Edits that lose nothing: `ETag` and `If-Match` (RFC 9110) on what people change."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from chassis.http.auth import current_caller
from chassis.http.body import json_response
from chassis.http.problem import Problem
from flask import Response, request

from catalog.api.answers import CourseOut, DraftOut
from catalog.domain.errors import EditConflict
from catalog.domain.stamp import Stamp
from catalog.usecases.ports import Now

T = TypeVar("T")
ANY = "*"
TAG = re.compile(r'(?:W/)?"([0-9]{1,15})"')
"""Also weak: a proxy that compresses an answer weakens its tag."""


@dataclass(frozen=True)
class Edit:
    """Which version of a thing its editor saw; None stands for whichever there is."""

    version: int | None


def read_edit() -> Edit:
    """The version in `If-Match`.

    Raises Problem 428 without one, 412 for what no thing of ours ever had.
    """
    written = request.headers.get("If-Match", "").strip()
    if not written:
        raise Problem(
            428,
            "precondition-required",
            'Say which version you edit: If-Match with the ETag you got, or "*".',
        )
    if written == ANY:
        return Edit(None)
    tag = TAG.fullmatch(written)
    if tag is None:
        raise Problem(412, "edit-conflict", "No version of this has such an ETag.")
    return Edit(int(tag[1]))


def read_any_edit() -> Edit:
    """The same where none need be named. Raises Problem 412."""
    return read_edit() if "If-Match" in request.headers else Edit(None)


def versioned_response(
    answer: msgspec.Struct, version: int, status: int = 200
) -> Response:
    """An answer with its version as ETag."""
    return json_response(answer, status, ETag=f'"{version}"')


def course_response(answer: CourseOut, status: int = 200) -> Response:
    """A course, with its version as ETag where staff see it."""
    if isinstance(answer, DraftOut):
        return versioned_response(answer, answer.version, status)
    return json_response(answer, status)


def stamp_now(now: Now) -> Stamp:
    """Who writes in this request, and when: by the account, never by a name."""
    return Stamp(current_caller().account, now().isoformat(timespec="milliseconds"))


def showing_current(change: Callable[[], T], dump: Callable[[T], msgspec.Struct]) -> T:
    """What a change gives; a conflict shows how things are, as its route answers them.

    Raises what the change raises.
    """
    try:
        return change()
    except EditConflict as conflict:
        if conflict.current is not None:
            current: T = conflict.current  # type: ignore[assignment]
            conflict.members["current"] = msgspec.to_builtins(dump(current))
        raise
