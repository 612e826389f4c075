"""The data of `branch.changes.sent.v1`: a chunk of changes as a branch sends it."""

from collections.abc import Mapping
from dataclasses import dataclass

from enrollment.domain.branch_message import (
    read_id,
    read_list,
    read_text,
    read_truth,
)
from enrollment.domain.change_row import ChangeRow
from enrollment.domain.changes import read_changes
from enrollment.domain.refused_message import NotTaken

TYPE = "branch.changes.sent.v1"


@dataclass(frozen=True)
class ChangesMessage:
    """A chunk as it was sent; `branch_id` is empty where the sender names none.

    `roster_id` names the roster with whose dry run this one is tried, or is empty.
    """

    branch_id: str
    roster_id: str
    key: str
    rows: tuple[ChangeRow, ...]
    dry_run: bool


def read_changes_message(data: Mapping[str, object]) -> ChangesMessage:
    """The chunk in these data. Raises NotTaken, with the key if it has one."""
    key = read_id(data, "key")
    try:
        has_roster = bool(read_text(data, "roster_id"))
        return ChangesMessage(
            branch_id=read_text(data, "branch_id"),
            roster_id=read_id(data, "roster_id") if has_roster else "",
            key=key,
            rows=read_list(data, read_changes),
            dry_run=read_truth(data, "dry_run"),
        )
    except NotTaken as refused:
        raise NotTaken(refused.slug, refused.place, key) from refused
