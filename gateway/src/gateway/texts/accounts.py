"""Texts about accounts and keys: their states, scopes and terms."""

from collections.abc import Mapping

from gateway.texts import N_

STATES: Mapping[str, tuple[str, str]] = {
    "active": (N_("已启用"), "ok"),
    "invited": (N_("未启用"), "wait"),
    "reset": (N_("密码已重设，等本人设新密码"), "wait"),
    "disabled": (N_("已停用"), "no"),
}
"""The states of an account, with their tones."""
BROKER_STATES: Mapping[str, tuple[str, str]] = {
    "active": (N_("可以用"), "ok"),
    "disabled": (N_("已停用"), "no"),
    "unfinished": (N_("没有建完：请按“补齐”"), "wait"),
}
"""The states of a branch's account at the broker, with their tones."""
DONE: Mapping[str, str] = {
    "disable": N_("账号已停用，所有登录已结束。"),
    "enable": N_("账号已启用。"),
    "end-sessions": N_("所有登录已结束。"),
    "reset": N_("密码和别的登录途径都已作废，重设的信已寄出。"),
    "reset-factors": N_("两步验证已重设，所有登录已结束。"),
    "disconnect": N_("已断开，所有登录已结束。"),
    "give": N_("已加上角色。"),
    "take": N_("已收回角色。"),
    "invited": N_("邀请已寄出。"),
    "invited-again": N_("这个登录名已邀请过：新的邀请已寄出，前一封作废。"),
    "there": N_("已有这个登录名的账号：请在这里给它加上角色，不用另建账号。"),
    "renamed": N_("单位已改名。"),
    "moved": N_("单位和它下面的一切已移到新的上级之下。"),
    "closed": N_("单位已关闭：不再接收名册，已有的仍可查看。"),
    "reopened": N_("单位已重新开放。"),
    "created": N_("单位已建好。"),
    "revoked": N_("密钥已停用。"),
    "broker-there": N_("账号已经有了：权限、限额和回执队列都已补齐，密码没有变。"),
    "broker-disabled": N_("账号已停用，连接都已断开。"),
}
"""What a button did that led to a page."""
MADE_BY: Mapping[str, str] = {
    "claims": N_("登录时按会员号或手机号对上"),
    "owner": N_("本人连接"),
    "staff": N_("教务或运维连接"),
}
"""Who connected an account with a provider."""
SCOPES: Mapping[str, str] = {
    "rosters-send": N_("送名册、看结果"),
    "directory-sync": N_("从目录同步单位和成员"),
    "rosters-read": N_("只看名册和结果"),
    "events-read": N_("只看事件的运行状况和安全日志"),
}
"""The scopes of keys."""
TERMS: Mapping[int, str] = {
    30: N_("30 天"),
    90: N_("90 天"),
    180: N_("180 天"),
    365: N_("一年"),
}
"""How long a key is good."""
NEAR = N_("没有这样的单位，或不止一个：请从列表里选，或填编号。相近的有：%(names)s")
"""A branch that is not the only one that fits."""
