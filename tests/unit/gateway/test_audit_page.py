"""The audit logs of all services on one page."""

import re

import msgspec
import pytest
from chassis.audit.entry import AuditEntry
from chassis.http.problem import Problem
from gateway.pages.operator.audit import AuditPages

from tests.unit.gateway.scene import scene


def entry(number: int, **more: str) -> AuditEntry:
    about = {
        "at": f"2026-11-29T15:00:0{number}.000000Z",
        "who": "a1",
        "action": "person-corrected",
        "subject": "p1",
        "reason": "",
        "request": "",
        "key": str(number),
        "before": "",
    } | more
    return AuditEntry(number=number, details={"fields": "name"}, **about)


def names(ids: list[str]) -> dict[str, str]:
    return dict.fromkeys(ids, "王教务")


def test_entries_of_all_services_stand_in_one_order() -> None:
    seen = scene(AuditPages(names), "operator")
    for service in seen.services.values():
        service.answers["/events/audit-log"] = []
    seen.services["enrollment"].answers["/events/audit-log"] = [entry(2), entry(1)]
    newest = entry(3, action="role-given", reason="<代班>")
    seen.services["gateway"].answers["/events/audit-log"] = [newest]
    page = seen.get("/audit").get_data(as_text=True).partition('id="found"')[2]
    assert page.index("给了角色") < page.index("更正了学员资料")
    assert "王教务" in page
    assert "&lt;代班&gt;" in page


def test_what_is_done_with_people_reads_as_a_sentence() -> None:
    seen = scene(AuditPages(names), "operator")
    for service in seen.services.values():
        service.answers["/events/audit-log"] = []
    moved = {"leaves": "dongcheng", "joins": "haidian", "day": "2026-12-01"}
    told: tuple[tuple[str, dict[str, str]], ...] = (
        ("person-merged", {"into": "p2"}),
        ("person-unmerged", {"into": "p2"}),
        ("membership-moved", moved),
    )
    seen.services["enrollment"].answers["/events/audit-log"] = [
        msgspec.structs.replace(entry(number, action=action), details=details)
        for number, (action, details) in enumerate(told, 1)
    ]
    anew = entry(4, action="certificate-reissued", who="learning")
    numbers = {"number": "BY-2", "replaces": "BY-1"}
    seen.services["learning"].answers["/events/audit-log"] = [
        msgspec.structs.replace(anew, details=numbers)
    ]
    page = seen.get("/audit").get_data(as_text=True).partition('id="found"')[2]
    text = " ".join(re.sub("<[^>]*>", " ", page).split())
    for sentence in (
        "王教务 合并了学员 p1 合入 p2",
        "王教务 撤销了合并 p1 合入 p2",
        "王教务 转了单位 p1 起始日 2026-12-01 加入 haidian 离开 dongcheng",
        "学习档案 换发了证书 p1 编号 BY-2 换下 BY-1",
    ):
        assert sentence in text


def test_a_service_that_is_away_is_named() -> None:
    seen = scene(AuditPages(names), "operator")
    for service in seen.services.values():
        service.answers["/events/audit-log"] = []
    away = Problem(503, "service-away", "It does not answer.")
    seen.services["learning"].answers["/events/audit-log"] = away
    page = seen.get("/audit").get_data(as_text=True)
    assert "没有回应" in page
    assert "没有这样的记录" in page


def test_nobody_else_sees_it() -> None:
    assert scene(AuditPages(names), "staff").get("/audit").status_code == 403


def asked_of(address: str) -> list[dict[str, str]]:
    """What the services are asked for an address of the page."""
    seen, asked = scene(AuditPages(names), "operator"), list[dict[str, str]]()
    for service in seen.services.values():
        service.answers["/events/audit-log"] = lambda query: asked.append(query) or []
    assert seen.get(address).status_code == 200
    return asked


def test_days_are_those_of_the_college_and_whole() -> None:
    for query in asked_of("/audit?first=2026-11-28&last=2026-11-29"):
        assert query["since"] == "2026-11-27T16:00:00.000000Z"
        assert query["before"] == "2026-11-29T16:00:00.000000Z"


def test_the_next_page_stays_within_the_days() -> None:
    cursor = "2026-11-28T03:00:00.000000Z"
    for query in asked_of(f"/audit?last=2026-11-29&after={cursor}"):
        assert query["before"] == cursor
    for query in asked_of(f"/audit?last=2026-11-27&after={cursor}"):
        assert query["before"] == "2026-11-27T16:00:00.000000Z"


@pytest.mark.parametrize(
    "asked",
    [
        {"last": "x"}, {"first": "2026-02-30"}, {"last": "<b>"},
        {"last": "9999-12-31"}, {"first": "0001-01-01"},
    ],
)  # fmt: skip
def test_a_day_that_is_none_is_refused(asked: dict[str, str]) -> None:
    seen = scene(AuditPages(names), "operator")
    assert seen.client.get("/audit", query_string=asked).status_code == 422
