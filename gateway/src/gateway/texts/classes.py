"""Forms of a class, and how far it is."""

from gateway.texts import N_

FORMS = {"online": N_("线上"), "onsite": N_("面授"), "blended": N_("混合")}
ADMISSIONS = {
    "branch": N_("由单位报名"),
    "open": N_("全体学员可自己报名"),
}
"""How people get into a class."""
CLASS_STATES = {
    "coming": (N_("未开始"), "info"),
    "running": (N_("进行中"), "ok"),
    "over": (N_("已结束"), ""),
    "closed": (N_("已停止报名"), "wait"),
    "cancelled": (N_("已取消"), "no"),
}
"""What staff call how far a class is, and the tone of its tag."""
CLASS_TABS = {
    "": N_("可报名的"),
    "coming": N_("未开始"),
    "running": N_("进行中"),
    "over": N_("已结束"),
    "closed": N_("已停止报名"),
    "cancelled": N_("已取消"),
}
