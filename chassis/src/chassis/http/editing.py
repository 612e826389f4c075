"""Edits that lose nothing: `ETag` and `If-Match` (RFC 9110) on what people change."""

import re
from dataclasses import dataclass

from flask import request

from chassis.http.problem import Problem

ANY = "*"
TAG = re.compile(r'(?:W/)?"([0-9]{1,15})"')
"""Also weak: a proxy that compresses an answer weakens its tag."""


@dataclass(frozen=True)
class Edit:
    """Which version of a thing its editor saw; `None` stands for whichever there is,
    as a script asks for with `If-Match: *`."""

    version: int | None


def tag_of(version: int) -> str:
    """A version as an `ETag` names it."""
    return f'"{version}"'


def read_edit() -> Edit:
    """The version in `If-Match`. Raises Problem 428 without one, 412 for what no thing
    of ours ever had."""
    written = request.headers.get("If-Match", "").strip()
    if not written:
        raise Problem(
            428,
            "precondition-required",
            'Say which version you edit: If-Match with the ETag you got, or "*".',
        )
    return _parse_tag(written)


def read_edit_if_named() -> Edit | None:
    """As `read_edit`; None without `If-Match`, where none need be named."""
    written = request.headers.get("If-Match", "").strip()
    return _parse_tag(written) if written else None


def _parse_tag(written: str) -> Edit:
    if written == ANY:
        return Edit(None)
    tag = TAG.fullmatch(written)
    if tag is None:
        raise Problem(412, "edit-conflict", "No version of this has such an ETag.")
    return Edit(int(tag[1]))
