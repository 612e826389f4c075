"""What the page "connect your branch" says of fields, codes and limits."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.texts import N_
from gateway.texts.branch_messages import MESSAGE_REFUSALS

FIELD_MEANINGS = {
    "branch_id": N_("单位编号；不写就是账号所属的单位"),
    "roster_id": N_("你给整份名册的编号；各批用同一个"),
    "key": N_("你给这一批的编号，也就是幂等键"),
    "dry_run": N_("试算：照常判定，什么也不改；不写就是 false"),
    "rows": N_("各行，一行一人一班"),
    "rows[].row": N_("行号，由你定，一批内不重复；回执按它对应"),
    "rows[].name": N_("姓名；新会员必填；超过 100 个字，这一行不收"),
    "rows[].member_no": N_("会员号；在本单位内认人；不写，这一行不收"),
    "rows[].phone": N_("大陆手机号，11 位；不写，这一行不收"),
    "rows[].class_id": N_("班级编号；不写，这一行不收"),
    "rows[].id_number": N_("身份证号，18 位；可不写"),
    "rows[].email": N_("邮箱，用来寄邀请；可不写"),
    "rows[].branch_id": N_("下级单位的编号；不写就是本单位"),
    "name": N_("名册叫什么，给人看的，如文件名"),
    "repairs": N_("这一批改好重送的是哪些未收的行；须正是所送的行号"),
}
"""By the path of a field in `branch.roster.sent.v1`."""


@dataclass(frozen=True)
class Change:
    """What a row of changes can ask for, and the fields that it needs and may have."""

    action: str
    needs: tuple[str, ...]
    may_have: tuple[str, ...]
    meaning: str


CHANGE_ACTIONS = (
    Change(
        "withdraw",
        ("class_id", "member_no"),
        ("branch_id",),
        N_("退出班级或候补；空出的名额给候补的人"),
    ),
    Change(
        "replace",
        ("class_id", "member_no", "new_member_no", "name", "phone"),
        ("branch_id", "to_branch", "email", "id_number"),
        N_("名额让给另一个人，一次办成，不成就什么也不改"),
    ),
    Change(
        "transfer",
        ("member_no", "to_branch"),
        ("branch_id", "new_member_no", "day"),
        N_("从这一天起由另一个单位管；不写就是今天"),
    ),
    Change(
        "correct",
        ("member_no",),
        ("name", "phone", "email", "id_number", "branch_id"),
        N_("更正资料，至少写一项；不写的不动"),
    ),
    Change(
        "ask",
        (),
        ("member_no", "class_id", "branch_id"),
        N_("查询：某人在哪些班，或本单位的人数和名额"),
    ),
)
"""What a branch sends beside rosters."""

SANDBOX_CLASSES = (
    ("sandbox-open", "enrolled", "done"),
    ("sandbox-full", "waitlisted", "done; replace: quota-full"),
    ("sandbox-already", "already-enrolled", "already"),
    ("sandbox-closed", "rejected class-closed", "rejected class-closed"),
    ("sandbox-duplicate", "rejected duplicate-row", "rejected class-unknown"),
    ("sandbox-slow", "enrolled", "done"),
    ("sandbox-unknown", "rejected class-unknown", "rejected class-unknown"),
)
"""Classes that are none, and what becomes of a row and of a change there."""

SENT_REFUSALS: Mapping[str, str] = {
    **MESSAGE_REFUSALS,
    "unknown-branch": N_("没有这个单位：请核对单位编号"),
    "branch-closed": N_("单位已关闭，不再接收报名：请核对单位编号"),
    "chunk-differs": N_("这个编号已用于另一批名册：请换一个编号再发"),
    "too-many-undecided": N_("本单位还有许多名册等待处理：请过几分钟再发这一批"),
}
"""By code, why a message is refused as a whole, in the words of who sends it."""

BROKER_REFUSALS = (
    (
        "403 ACCESS_REFUSED",
        N_("连接时"),
        N_("账号或密码不对，或账号已停用：向运维要新的密码"),
    ),
    (
        "403 ACCESS_REFUSED",
        N_("发送时"),
        N_(
            "交换机或路由键不是自己的：只能用 biyong.branches 和 branch.单位编号.roster"
        ),
    ),
    (
        "403 ACCESS_REFUSED",
        N_("取回执时"),
        N_("队列不是自己的，或想声明队列：直接从 branch.单位编号.receipts 取"),
    ),
    (
        "406 PRECONDITION_FAILED",
        N_("发送时"),
        N_("user_id 不是连接所用的账号：写成自己的账号，或不写"),
    ),
    (
        "406 PRECONDITION_FAILED",
        N_("发送时"),
        N_("消息超过 16 MiB：分成几批，每批不超过 1 MiB"),
    ),
)
"""What the broker itself says, when, and what to do."""

DOOR_REFUSALS = (
    ("401", N_("没有密钥，或密钥不对、过期、停用：向建密钥的人要新的")),
    ("403", N_("密钥不能用于这个接口或这个单位：核对用途和单位编号")),
    ("404", N_("没有这个单位，或没有收到过这个编号：核对编号")),
    ("409", N_("这个编号已用于另一批名册：换一个编号")),
    ("413", N_("内容太大：每条不超过 1 MiB")),
    ("415", N_("内容类型不对：用 application/cloudevents+json")),
    ("400, 422", N_("内容有错：照 type 末尾的代码和 place 改正")),
    ("429", N_("太快，或等待处理的太多：等 Retry-After 所说的时间，再发同一条")),
    ("502, 503, 504", N_("暂时没有回应：过一会儿再发同一条，编号不变")),
)
"""What HTTPS answers, by status, and what to do."""
