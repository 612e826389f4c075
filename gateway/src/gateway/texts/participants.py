"""How participants of a class stand, in words."""

from gateway.texts import N_

ALL, BEHIND, NOT_BEGUN, DONE = "all", "behind", "not-begun", "done"
UNDER_WAY, WAITING, LEFT = "under-way", "waiting", "left"
SIDES = {
    ALL: N_("全部"),
    BEHIND: N_("落后"),
    NOT_BEGUN: N_("未开始"),
    UNDER_WAY: N_("学习中"),
    DONE: N_("已完成"),
    WAITING: N_("候补"),
    LEFT: N_("已退出"),
}
"""The sides of the list, in the order in which one looks at them."""
TAGS = {
    DONE: (N_("已完成"), "ok"),
    BEHIND: (N_("落后"), "no"),
    NOT_BEGUN: (N_("未开始"), ""),
    UNDER_WAY: (N_("学习中"), "info"),
    WAITING: (N_("候补"), "wait"),
    LEFT: (N_("已退出"), ""),
}
SEATED = (N_("已录取"), "ok")
"""While nobody can say how far somebody is."""
NOT_HELD = N_("已不在本单位")
