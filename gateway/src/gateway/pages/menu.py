"""The menu of a page: where its visitor can go, and where they are."""

from dataclasses import dataclass

from flask import request

from gateway.api.request_visitor import current_visitor
from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE
from gateway.texts import N_

VISITOR = "visitor"
MENUS = {
    TRAINEE: (
        ("/", N_("首页")),
        ("/my-classes", N_("我的班")),
        ("/calendar", N_("日历")),
        ("/courses", N_("课程")),
        ("/record", N_("学习记录")),
        ("/inbox", N_("消息")),
    ),
    OFFICER: (
        ("/", N_("本单位")),
        ("/news", N_("动态")),
        ("/rosters", N_("名册")),
        ("/requests", N_("入班申请")),
        ("/seats", N_("席位")),
        ("/people", N_("学员名录")),
        ("/people/codes", N_("激活单")),
        ("/reports", N_("学习报告")),
        ("/courses", N_("课程")),
    ),
    STAFF: (
        ("/", N_("首页")),
        ("/staff/search", N_("查找")),
        ("/courses", N_("课程")),
        ("/staff/courses", N_("课程管理")),
        ("/staff/classes", N_("班级管理")),
        ("/people", N_("学员名录")),
        ("/reports", N_("学习报告")),
        ("/staff/certificates", N_("证书")),
        ("/branches", N_("各单位")),
        ("/accounts", N_("账号")),
        ("/events", N_("事件")),
        ("/docs", N_("接口")),
    ),
    OPERATOR: (
        ("/operations", N_("运维")),
        ("/audit", N_("审计")),
        ("/branches", N_("各单位")),
        ("/accounts", N_("账号")),
        ("/events", N_("事件")),
        ("/docs", N_("接口")),
    ),
    VISITOR: (
        ("/", N_("首页")),
        ("/courses", N_("课程")),
        ("/verify", N_("查验证书")),
    ),
}
BELONGS_TO = {
    "classes": "/courses",
    "projects": "/courses",
    "learn": "/courses",
    "enrolments": "/courses",
    "roster-drafts": "/rosters",
    "name": "/record",
    "certificates": "/record",
    "staff": "/people",
    "contact": "/people",
    "matrix": "/reports",
}
"""The first step of a path that is no menu item's own, and the item it belongs to."""
WITH_ROOMS = {"staff", "people"}
"""First steps of a path below which items differ by the second."""
ITEMS = {path for menu in MENUS.values() for path, _ in menu}
WITH_BADGE = {"/inbox"}
"""Items that say how many things wait there."""


@dataclass(frozen=True)
class MenuItem:
    """One way to go; `is_current` for the one that this page belongs to."""

    path: str
    text: str
    is_current: bool
    has_badge: bool


def build_menu() -> list[MenuItem]:
    """The menu for the roles of this visitor, each way once."""
    roles = current_visitor().roles
    menus = [MENUS[r] for r in (TRAINEE, OFFICER, STAFF, OPERATOR) if r in roles]
    texts: dict[str, str] = {}
    for menu in menus or [MENUS[VISITOR]]:
        for path, text in menu:
            texts.setdefault(path, text)
    current = _item_of(request.path)
    return [
        MenuItem(path, text, path == current, path in WITH_BADGE)
        for path, text in texts.items()
    ]


def _item_of(path: str) -> str:
    """The menu item that a path belongs to."""
    first, *others = path.split("/")[1:]
    room = f"/{first}/{others[0]}" if others else ""
    if first in WITH_ROOMS and room in ITEMS:
        return room
    return BELONGS_TO.get(first, f"/{first}")
