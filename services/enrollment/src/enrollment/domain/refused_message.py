"""Messages of branches that are not taken: why, as their sender is told."""

import hashlib
import re
from dataclasses import dataclass

from enrollment.domain import events
from enrollment.domain.errors import WHAT_TO_DO as OF_ROWS
from enrollment.domain.errors import Refusal

WHAT_TO_DO = OF_ROWS | {
    "too-large": "一条消息最多 1 MiB：请分成几批再发",
    "content-type-unknown": (
        "内容类型须是 application/cloudevents+json 或 application/json：请改正后再发"
    ),
    "message-not-json": "内容不是 UTF-8 的 JSON：请检查编码和格式",
    "batch-size": "一批须有 1 到 100 条消息：请分成几批再发",
    "attribute-missing": "缺少 CloudEvents 的属性：请补上",
    "attribute-invalid": "CloudEvents 的属性写法不对：请改正后再发",
    "type-unknown": "没有这种消息或这个版本：请用文档里列出的类型",
    "data-missing": "缺少 data：请把名册放在 data 里",
    "field-missing": "缺少这一项：请补上后再发",
    "field-invalid": "这一项写法不对：请照文档改正后再发",
    "not-the-sender": "只能为本单位发送：单位编号须与账号、路由键一致",
    "unknown-branch": "没有这个单位：请核对单位编号",
    "branch-closed": "单位已关闭，不再接收报名：请核对单位编号",
    "chunk-differs": "这个编号已用于另一批名册：请换一个编号再发",
    "too-many-undecided": "本单位还有许多名册等待处理：请过几分钟再发这一批",
    "not-to-be-kept": "内容里有存不下的字符或数字：请去掉后再发",
    "slow-down": "这一分钟里没收的消息太多，后面的不再逐条回答：请先改正，过一分钟再发",
    "set-aside": "处理这条消息时出了故障：请换一个编号再发，还不行就联系我们",
}
"""By code, what a branch does about it."""
SHOWN_ID = re.compile(r"[A-Za-z0-9._:/-]{1,120}")
"""A message's id as it is told back and kept: one that could be a person's name is
none of ours."""


class NotTaken(Refusal):
    """A message is not taken, and nothing of it. `slug` is one of WHAT_TO_DO.

    `place` is an attribute, or a path in the data such as `rows/136/row`, empty where
    all of it is wrong; `key` the branch's own for it, where that can be read.
    """

    def __init__(self, slug: str, place: str = "", key: str = "") -> None:
        super().__init__(WHAT_TO_DO[slug] + (f"（{place}）" if place else ""))
        self.slug, self.place, self.key = slug, place, key
        named = {"place": place, "key": key}
        self.members = {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class RefusedMessage:
    """That a branch was told why a message is not taken; nothing of what it wrote.

    `message_id` is the sender's own for it, or its `print`: the first 32 digits of the
    body's SHA-256.
    """

    branch_id: str
    message_id: str
    key: str
    reason: str
    place: str
    print: str

    @classmethod
    def of(
        cls, branch_id: str, message_id: str, body: bytes, why: NotTaken
    ) -> "RefusedMessage":
        """What is told about these bytes; about the same ones again, the same."""
        print_ = hashlib.sha256(body).hexdigest()[:32]
        known = message_id if SHOWN_ID.fullmatch(message_id) else print_
        return cls(branch_id, known, why.key, why.slug, why.place, print_)

    @property
    def id(self) -> str:
        """The branch, what came, and why."""
        why = "\n".join((self.message_id, self.key, self.reason, self.place))
        digest = hashlib.sha256(why.encode()).hexdigest()
        return f"{self.branch_id}/{self.print}.{digest[:8]}"

    def to_event(self) -> events.MessageRefused:
        """The answer, as an event for the branch."""
        return events.MessageRefused(
            self.branch_id,
            self.message_id,
            self.key,
            self.reason,
            self.place,
            WHAT_TO_DO[self.reason],
        )
