"""What operators do about events, and what became of them."""

from gateway.texts import N_

STEPS = {
    "published": (N_("说出"), "info"),
    "handled": (N_("已处理"), "ok"),
    "waiting": (N_("等待重试"), "wait"),
    "dropped": (N_("已放弃"), ""),
    "parked": (N_("搁置"), "no"),
}

ACTIONS = {
    "replay": N_("重试"),
    "drop": N_("放弃"),
    "take back": N_("收回"),
    "edit": N_("改内容"),
    "rewrite": N_("改写"),
    "resend": N_("重发"),
    "compare": N_("对账"),
    "rebuild": N_("重建"),
    "stop rebuild": N_("停止重建"),
    "revoke certificate": N_("撤销证书"),
}

DONE = {
    "replay": N_("正在再试 %(n)s 列。仍处理不了的会重新列在下面。"),
    "drop": N_("放弃了 %(n)s 件。要反悔，可在“谁做过什么”里收回。"),
    "take-back": N_("已收回。读得懂的正在再试，处理不了的会重新列在下面。"),
    "edit": N_("已保存。按“再试”让它照新的内容处理。"),
    "rewrite": N_("已改写，正在当作事件处理。仍处理不了会重新列在下面。"),
}

NOTHING_DONE = N_("什么都没有变：选中的已不在搁置之列，可能已有人处理。")
