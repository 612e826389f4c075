"""What enrollment is asked and answers about the contacts of branches."""

from typing import Annotated

import msgspec
from fields.texts import written_line

from contracts.http.shape import Answer, Shape, Written

Short = Annotated[str, msgspec.Meta(max_length=80), Written(written_line)]
"""A line that fits on a phone in two."""


class BranchContactIn(Shape):
    """Whom to ask, by which phone, when and where; what is left out is not shown."""

    name: Short = ""
    phone: Short = ""
    hours: Short = ""
    place: Short = ""


class BranchContactOut(Answer):
    """The contact of a branch; version 0 while none was written."""

    branch_id: str
    branch_name: str
    name: str
    phone: str
    hours: str
    place: str
    version: int


class NearestContactOut(Answer):
    """A contact for people of a branch: its own, or that of the nearest branch above
    that has one, which `of_branch` names."""

    branch_name: str
    of_branch: str
    name: str
    phone: str
    hours: str
    place: str
