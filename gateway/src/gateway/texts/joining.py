"""Requests to join, by how they stand."""

from gateway.texts import N_

STATES = {
    "pending": (N_("等单位答复"), "wait"),
    "approved": (N_("已同意"), "ok"),
    "refused": (N_("没有同意"), "no"),
    "withdrawn": (N_("已撤回申请"), ""),
    "lapsed": (N_("已失效"), ""),
}
"""Their texts and tones."""
SEATS = {
    "seated": (N_("已录取"), "ok"),
    "waiting": (N_("在候补"), "wait"),
    "withdrawn": (N_("已退出"), ""),
}
"""How those stand whom an approval brought into the class."""
EXPLAINED = {
    "pending": N_("单位还没有答复：有了结果会用消息告诉您。"),
    "approved": N_("单位已同意：录取还是候补，看班级页。"),
    "refused": N_("单位没有同意，理由写在下面。情况有变时可以再申请。"),
    "withdrawn": N_("您撤回了申请，可以再申请。"),
    "lapsed": N_("没有等到答复：班级已停止报名，或您已不在当时的单位。"),
}
"""What each means for who asked."""
