"""A row of changes as a branch wrote it: what is to be done, and to whom."""

from dataclasses import dataclass

WITHDRAW, REPLACE, TRANSFER = "withdraw", "replace", "transfer"
CORRECT, ASK = "correct", "ask"
ACTIONS = (WITHDRAW, REPLACE, TRANSFER, CORRECT, ASK)
CHANGE_TEXTS = (
    "action",
    "class_id",
    "member_no",
    "branch_id",
    "to_branch",
    "new_member_no",
    "day",
    "name",
    "phone",
    "email",
    "id_number",
)


@dataclass(frozen=True)
class ChangeRow:
    """A change; each action needs some of the cells.

    `member_no` and `branch_id` say whom it is about, the sender's own branch where none
    is named. `to_branch`, `new_member_no` and `day` are of a transfer; who comes by a
    replacement has `new_member_no` and the last four cells, which else are corrections.
    """

    number: int
    action: str = ""
    class_id: str = ""
    member_no: str = ""
    branch_id: str = ""
    to_branch: str = ""
    new_member_no: str = ""
    day: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    id_number: str = ""
