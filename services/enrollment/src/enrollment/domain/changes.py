"""Changes that a branch sends beside rosters: what they are refused for."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from enrollment.domain.branch_message import read_cells, read_numbered
from enrollment.domain.change_row import ACTIONS, CHANGE_TEXTS, ChangeRow
from enrollment.domain.errors import Refusal
from enrollment.domain.roster import CHANGES, REJECTED, Chunk, Outcome
from enrollment.domain.roster import WHAT_TO_DO as OF_ROWS

DONE, ALREADY_SO = "done", "already"
"""It was done for this row; it stood so before."""
WHAT_TO_DO = OF_ROWS | {
    "action-unknown": f"没有这种操作：请用 {'、'.join(ACTIONS)} 之一",
    "member-unknown": "本单位没有这个会员号：请核对会员号和单位编号",
    "not-enrolled": "这个人不在这个班里，或不是本单位报的名：请核对班级和会员号",
    "finished": "已经结业，证书已签发，不能再退出或替换：若有误请联系教务",
    "no-seat-to-pass": "这个人还在候补，没有名额可让：请先退出，再给新人报名",
    "newcomer-enrolled": "接替的人已经在这个班里：只退出原来的人即可",
    "replaces-itself": "接替的人就是原来的人：请核对接替人的资料",
    "quota-full": "接替人所在单位在这个班的名额已满：请换一个单位的人",
    "to-branch-missing": "没有写转到哪个单位：请填 to_branch",
    "same-branch": "转出和转入是同一个单位：请核对 to_branch",
    "unknown-branch": "没有这个单位，或不在本单位之下：请核对单位编号",
    "day-invalid": "日期写法不对：请填如 2026-11-28 的日期，或留空",
    "nothing-to-correct": "没有写要改什么：请填姓名、手机号、邮箱或身份证号",
    "email-invalid": "邮箱写不到：请核对邮箱，或留空",
    "not-your-person": "这一项须由教务更正，或这个人也属于别的单位：请联系教务",
}
"""Why a change is not made, and what to do."""


class ChangeRefused(Exception):
    """A row is not to be done. `reason` is one of WHAT_TO_DO."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotReplaced(Refusal):
    """A seat does not pass on. `reason` says why."""

    slug = "not-replaced"

    def __init__(self, reason: str) -> None:
        super().__init__("席位没有换人：请看 reason 里的原因，改好后再试")
        self.members = {"reason": reason}


def read_changes(sent: Sequence[object]) -> tuple[ChangeRow, ...]:
    """The rows of a chunk of changes, each with a number of its own.

    What is wrong within a row is left for its outcome to say. Raises RowsRefused.
    """
    return read_numbered(sent, _read_change)


def _read_change(place: int, written: object) -> ChangeRow:
    number, cells = read_cells(place, written, CHANGE_TEXTS)
    return ChangeRow(number, **cells)


def print_changes(changes: Iterable[ChangeRow], dry_run: bool) -> str:
    """A fingerprint of changes: the same ones sent again have the same."""
    parts = ["changes", dry_run, [vars(change) for change in changes]]
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def row_key(chunk: Chunk, change: ChangeRow) -> str:
    """Under which what a row did is found again."""
    return f"{chunk.id}#{change.number}"


def tell_change(change: ChangeRow, outcome: Outcome) -> Outcome:
    """The outcome with what it is about."""
    action = change.action if change.action in ACTIONS else ""
    return replace(outcome, row=change.number, action=action)


def reject_change(change: ChangeRow, reason: str) -> Outcome:
    """A change not made, with what to do about it."""
    rejected = Outcome(change.number, REJECTED, reason, WHAT_TO_DO[reason])
    return tell_change(change, rejected)


def settle_change(change: ChangeRow, is_done: bool, enrolment_id: str = "") -> Outcome:
    """A change that was made for this row, or stands so already."""
    outcome = DONE if is_done else ALREADY_SO
    return tell_change(
        change, Outcome(change.number, outcome, enrolment_id=enrolment_id)
    )


def new_changes(
    *,
    branch_id: str,
    roster_id: str,
    key: str,
    dry_run: bool,
    changes: Sequence[ChangeRow],
    now: float,
    sent_by: str,
    is_sandbox: bool = False,
) -> Chunk:
    """A chunk of changes as it comes in; `roster_id` names the roster with whose dry
    run it is tried, or is empty."""
    return Chunk(
        branch_id,
        roster_id,
        key,
        dry_run,
        (),
        print_changes(changes, dry_run),
        now,
        sent_by=sent_by,
        kind=CHANGES,
        changes=tuple(changes),
        is_sandbox=is_sandbox,
    )
