"""What people read about learning hours: rules, and who entered what."""

from gateway.texts import N_

RULES = {
    "cadre-online-1": N_(
        "干部网络学习规则第 1 版：满 30 分钟的一讲 1 学时，15 至 30 分钟 0.5 学时，"
        "不满 15 分钟 0.25 学时；一讲只计一次"
    ),
    "imported": N_("在别处学完并核定，随记录导入"),
    "by-hand-1": N_("教务核定，写明理由；只增不改"),
}
"""Rules by their version; one that is not here is shown by it."""
COLLEGE = N_("学院教务")
"""Who corrected hours, as the person reads it."""
KINDS = {
    "lecture": N_("看完一讲"),
    "correction": N_("学时更正"),
    "addition": N_("教务补录"),
}
"""Where hours come from."""
