"""A roster chunk: rows in, as branches send them by HTTP or over the broker; exactly
one outcome per row out."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from enrollment.domain import events
from enrollment.domain.change_row import ChangeRow
from enrollment.domain.errors import RowsRefused

ENROLLED, WAITLISTED = "enrolled", "waitlisted"
ALREADY, REJECTED = "already-enrolled", "rejected"
TAKEN_BACK = "taken-back"
RECEIVED, DECIDED = "received", "decided"
ROSTER, CHANGES = "roster", "changes"
"""What a chunk holds: people for classes, or changes of those who are there."""
MOST_ROWS = 200  # a chunk is one document, decided within one lease

WHAT_TO_DO = {
    "member-number-missing": "缺会员号：请补上会员号后再发，已收的行不受影响",
    "member-number-changed": "会员号被表格软件改动了：请把这一列设为文本再填写",
    "member-number-invalid": "会员号写法不对：请用字母、数字和连字符，不超过 60 个",
    "member-number-taken": "会员号已属于另一人：请核对会员号",
    "name-missing": "缺姓名：请补上后再发",
    "name-unreadable": "姓名里有一个字读不出来：请重新输入这个字",
    "name-invisible": "姓名里有看不见的字符：请删去后重新输入姓名",
    "name-invalid": "这不像人的姓名：请核对姓名",
    "name-too-long": "姓名超过 100 个字：请核对姓名",
    "name-differs": "本单位已用这个号码登记了另一个姓名：请核对号码，或请教务更正姓名",
    "phone-changed": "手机号被表格软件改动了：请把这一列设为文本再填写",
    "phone-invalid": "手机号不是大陆手机号：请核对 11 位号码",
    "id-number-changed": "身份证号被表格软件改动了：请把这一列设为文本再填写",
    "id-number-invalid": "身份证号不对：请核对 18 位号码，或留空",
    "id-number-differs": "这个会员登记的是另一个身份证号：请核对号码，或请教务更正",
    "two-records": "像是同一个人的两条记录：请教务合并后再发这一行",
    "cell-broken": "这一行有表格软件的出错符号（如 #N/A）：请重新填写那一格",
    "class-missing": "没有写班级：请填班级编号",
    "class-invalid": "班级编号写法不对：请从班级页复制编号",
    "class-unknown": "没有这个班：请核对班级编号，或向教务询问",
    "class-closed": "这个班已停止报名：请另选一班",
    "duplicate-row": "与本批第 {other} 行是同一人同一班：删去一行即可",
    "branch-invalid": "单位编号写法不对：请核对单位编号，或留空",
    "branch-closed": "单位已关闭，不再接收报名：请核对单位编号",
    "not-your-branch": "不是本单位或下级单位的人：请由其所在单位报名",
    "send-again": "处理中断过，这一行没有赶上：请把这一行再送一次",
    "taken-back": "这份名册已撤回，这一行不再报名：七天内可以恢复",
    "roster-taken-back": "这份名册已撤回，这一行没有处理：请另送一份名册",
    "row-not-rejected": "名册里没有未收的这一行：只能改好重送未收的行",
    "repair-under-way": "这一行已改好送过，结果还没出来：请稍等",
}
"""Why a row is not taken, and what to do."""

RESTORED, NO_ADDRESS = "restored", "email-invalid"
UPDATED, KEPT = "person-updated", "contacts-kept"
SECOND = "second-number"
"""What a branch should know of a row that is taken: a cell that a spreadsheet had
wrapped was read as it was typed; the address cannot be written to, so nobody is invited
there; the row changed what was known of the person; it may not change their contacts;
the person has another member number in this branch already."""
BEGUN, FINISHED, LEFT = "begun", "finished", "left-before"
"""Why somebody was left alone when the roster was taken back: they have begun to watch,
have the certificate, or had left the class by then."""


@dataclass(frozen=True)
class Row:
    """A row as the branch wrote it. `number` is its place in the branch's file."""

    number: int
    name: str
    member_no: str
    phone: str
    class_id: str
    id_number: str = ""
    email: str = ""
    branch_id: str = ""


@dataclass(frozen=True)
class Outcome:
    """The outcome of one row; of a change also its `action`, and what was asked for."""

    row: int
    outcome: str
    reason: str = ""
    detail: str = ""
    enrolment_id: str = ""
    notes: tuple[str, ...] = ()
    arguments: dict[str, int] = field(default_factory=dict)
    action: str = ""
    state: dict[str, Any] = field(default_factory=dict)

    def to_receipt_row(self) -> dict[str, Any]:
        """The outcome as a receipt has it: empty fields left out.

        The contract of receipts knows no outcome for what is taken back: such a row is
        one that is not taken, and its reason says why.
        """
        fields = asdict(self) | {"notes": list(self.notes)}
        if self.outcome == TAKEN_BACK:
            fields["outcome"] = REJECTED
        empty: tuple[object, ...] = ("", [], {})
        return {name: value for name, value in fields.items() if value not in empty}


def reject_row(row: Row, reason: str, **arguments: int) -> Outcome:
    """A row not taken, with what to do about it."""
    detail = WHAT_TO_DO[reason].format(**arguments)
    return Outcome(row.number, REJECTED, reason, detail, arguments=arguments)


@dataclass(frozen=True)
class Repair:
    """A rejected row that came again, changed, in the chunk under `key`.

    `outcome` is what became of it there, null while that is undecided; `past` are the
    outcomes before, oldest first. `id_number_from` is the key of the chunk that came
    with its ID number, empty for this one.
    """

    row: int
    key: str
    outcome: Outcome | None = None
    past: tuple[Outcome, ...] = ()
    id_number_from: str = ""


@dataclass(frozen=True)
class Chunk:
    """Up to 200 rows under the branch's own key.

    `rows_until` is when a decided chunk's rows are forgotten, in epoch seconds; null
    while it is undecided, and once they are. `name` is the roster's, `sent_by` the
    account that sent it. `repairs` are the numbers of the rows that it sends again, of
    which `kept_id_numbers` keep the ID number that came before; `repaired` is what
    became of rows of its own that others sent again. `round` counts how often the
    roster was taken back and redone, as far as this chunk followed. One that
    `is_sandbox` changes nothing and is seen by nobody but its branch.
    """

    branch_id: str
    roster_id: str
    key: str
    dry_run: bool
    rows: tuple[Row, ...]
    fingerprint: str
    received: float
    state: str = RECEIVED
    outcomes: tuple[Outcome, ...] = ()
    rows_until: float | None = None
    name: str = ""
    sent_by: str = ""
    repairs: tuple[int, ...] = ()
    kept_id_numbers: tuple[int, ...] = ()
    repaired: tuple[Repair, ...] = ()
    round: int = 0
    kind: str = ROSTER
    changes: tuple[ChangeRow, ...] = ()
    is_sandbox: bool = False

    @property
    def id(self) -> str:
        """The branch and its key: the same chunk again has the same id."""
        return chunk_id(self.branch_id, self.key)

    @property
    def size(self) -> int:
        """How many rows it holds."""
        return len(self.rows) + len(self.changes)

    @property
    def class_ids(self) -> list[str]:
        """The classes of its rows, as they are written."""
        rows = [row.class_id for row in self.rows]
        return rows + [change.class_id for change in self.changes]

    @property
    def is_followed(self) -> bool:
        """Whether a roster counts and shows it."""
        return self.kind == ROSTER and not self.is_sandbox

    def decide(
        self, outcomes: Iterable[Outcome], rows_until: float | None = None
    ) -> tuple["Chunk", list[object]] | None:
        """Close with the outcomes of all rows; None if it was closed already."""
        if self.state == DECIDED:
            return None
        ordered = tuple(sorted(outcomes, key=lambda outcome: outcome.row))
        decided = replace(self, state=DECIDED, outcomes=ordered, rows_until=rows_until)
        return decided, [decided.receipt_event()]

    def follow_roster(
        self, round_: int, outcomes: Iterable[Outcome]
    ) -> tuple["Chunk", list[object]] | None:
        """Follow the roster to a round, with a receipt if an outcome changed.

        None if it is there already.
        """
        if self.round >= round_:
            return None
        moved = replace(self, round=round_, outcomes=tuple(outcomes))
        has_changed = moved.outcomes != self.outcomes
        return moved, [moved.receipt_event()] if has_changed else []

    def receipt_event(self) -> events.ReceiptIssued | events.ChangesDecided:
        """The receipt of a decided chunk, as an event for its branch."""
        rows = tuple(outcome.to_receipt_row() for outcome in self.outcomes)
        branch_id, dry_run = self.branch_id, self.dry_run
        if self.kind == CHANGES:
            return events.ChangesDecided(self.key, branch_id, dry_run, rows)
        return events.ReceiptIssued(self.key, self.roster_id, branch_id, dry_run, rows)


def chunk_id(branch_id: str, key: str) -> str:
    """The chunk's id from its branch and the branch's key for it."""
    return f"{branch_id}/{key}"


def compute_fingerprint(
    rows: Iterable[Row],
    dry_run: bool,
    repairs: Sequence[int] = (),
    kept_id_numbers: Sequence[int] = (),
) -> str:
    """A fingerprint of rows: a chunk that is sent again has the same."""
    parts = [
        dry_run,
        [vars(row) for row in rows],
        *([list(repairs)] if repairs else []),
        *([list(kept_id_numbers)] if kept_id_numbers else []),
    ]
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def require_repairs(
    rows: Sequence[Row], repairs: Sequence[int], kept_id_numbers: Sequence[int] = ()
) -> None:
    """A chunk that repairs rows holds these and no others. Raises RowsRefused."""
    if repairs and sorted(row.number for row in rows) != sorted(repairs):
        raise RowsRefused("repairs", "repairs-differ")
    if not set(kept_id_numbers) <= set(repairs):
        raise RowsRefused("kept_id_numbers", "repairs-differ")
