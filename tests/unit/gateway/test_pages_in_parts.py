"""A service that hangs takes its part of a page and no more than the page's time."""

import time
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from chassis.http.problem import Problem
from chassis.http.routing import Routes
from gateway.clients.caller import PAGE_SECONDS
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.officer.rosters import RosterPages
from gateway.pages.public.certificates import CertificatePages
from gateway.pages.public.courses import CoursePages
from gateway.pages.public.home import HomePages
from gateway.pages.trainee.my_classes import MyClassesPages
from gateway.pages.trainee.record import RecordPages

from tests.doubles.roster_drafts import MemoryDrafts
from tests.unit.gateway.samples import (
    AREA,
    BRANCH,
    CLASS,
    COURSE,
    DRAFT,
    HOURS,
    RECORD,
    ROSTER,
    SEATED,
    SEATS,
    WAITING,
    page_of,
)
from tests.unit.gateway.scene import Scene, scene


def a_list_of_rosters() -> RosterPages:
    return RosterPages(dict.fromkeys, cast(Any, MemoryDrafts()))


def answering(pages: Routes, *roles: str) -> Scene:
    """All services answer."""
    made = scene(pages, *roles)
    made.services["catalog"].answers |= {
        "/areas": [AREA],
        "/projects": [],
        "/classes": page_of(CLASS),
        "/classes/c1": CLASS,
        "/courses": page_of(COURSE),
        "/courses/k1": COURSE,
        "/drafts/k1": DRAFT,
    }
    made.services["enrollment"].answers |= {
        "/enrolments": [SEATED],
        "/branches": page_of(BRANCH),
        "/rosters": page_of(ROSTER),
        "/seats": [SEATS],
        "/contacts": page_of(),
        "/contacts/college": page_of(),
    }
    made.services["learning"].answers |= {
        "/record": RECORD,
        "/hours": HOURS,
        "/certificates": [],
    }
    return made


PAGES: list[tuple[Any, str, tuple[str, ...], str, str, str]] = [
    (HomePages, "/", (), "catalog", "课程", "登录"),
    (HomePages, "/", (TRAINEE,), "learning", "学习档案", "协商一班"),
    (HomePages, "/", (TRAINEE,), "enrollment", "报名", "思想引领"),
    (HomePages, "/", (TRAINEE,), "catalog", "课程", "1.5"),
    (MyClassesPages, "/my-classes", (TRAINEE,), "learning", "学习档案", "协商一班"),
    (MyClassesPages, "/my-classes", (TRAINEE,), "enrollment", "报名", "我的班"),
    (MyClassesPages, "/my-classes", (TRAINEE,), "catalog", "课程", "c1"),
    (HomePages, "/", (OFFICER,), "enrollment", "报名", "协商一班"),
    (HomePages, "/", (OFFICER,), "catalog", "课程", "东城区总工会"),
    (HomePages, "/", (STAFF,), "enrollment", "报名", "协商一班"),
    (HomePages, "/", (STAFF,), "catalog", "课程", "各班席位"),
    (CoursePages, "/courses/k1", (TRAINEE,), "learning", "学习档案", "第一讲"),
    (CoursePages, "/classes/c1", (TRAINEE,), "learning", "学习档案", "协商一班"),
    (CoursePages, "/classes/c1", (TRAINEE,), "enrollment", "报名", "第一讲"),
    (a_list_of_rosters, "/rosters", (OFFICER,), "enrollment", "报名", "送名册"),
]


@pytest.mark.parametrize(("pages", "path", "roles", "away", "part", "rest"), PAGES)
def test_a_part_that_is_away_is_named_in_its_place_and_the_rest_is_shown(
    pages: Any, path: str, roles: tuple[str, ...], away: str, part: str, rest: str
) -> None:
    made = answering(pages(), *roles)
    assert "没有回应" not in made.get(path).text
    made.services[away].hangs = True
    page = made.get(path)
    assert made.services[away].waited < PAGE_SECONDS
    assert page.status_code == 200
    assert f"{part}服务暂时没有回应" in page.text
    assert f'<a href="{path}">再试</a>' in page.text
    assert rest in page.text
    assert "没有" not in page.text.replace("没有回应", "").replace("没有证书", "")
    assert "未学" not in page.text or away != "learning"


def test_media_that_is_away_costs_a_page_the_second_and_nothing_else() -> None:
    for pages, path in ((HomePages, "/"), (CoursePages, "/courses/k1")):
        made = answering(pages(), TRAINEE)
        made.services["media"].hangs = True
        page = made.get(path)
        assert page.status_code == 200
        assert "没有回应" not in page.text
        assert "21%" in page.text


def test_home_asks_eight_questions_at_most() -> None:
    made = answering(HomePages(), TRAINEE)
    made.services["media"].answers["/watching"] = []
    made.get("/")
    assert sum(len(service.asked) for service in made.services.values()) == 8


@pytest.mark.parametrize("pages", [HomePages, MyClassesPages])
def test_a_hundred_classes_are_asked_for_with_as_many_questions_as_one(
    pages: Any,
) -> None:
    made = answering(pages(), TRAINEE)
    several = [SEATED | {"class_id": f"c{n}", "course_id": f"k{n}"} for n in range(100)]
    made.services["enrollment"].answers["/enrolments"] = several
    made.services["media"].answers["/watching"] = []
    path = "/" if pages is HomePages else "/my-classes"
    assert made.get(path).status_code == 200
    assert sum(len(service.asked) for service in made.services.values()) <= 8


def test_more_classes_than_a_question_takes_are_asked_for_in_batches() -> None:
    made = answering(MyClassesPages(), TRAINEE)
    several = [SEATED | {"class_id": f"c{n}"} for n in range(101)]
    made.services["enrollment"].answers["/enrolments"] = several
    asked = list[list[str]]()

    def find(query: dict[str, Any]) -> Any:
        asked.append(query["ids"].split(","))
        return page_of(*[CLASS | {"id": id_, "title": id_} for id_ in asked[-1]])

    made.services["catalog"].answers["/classes"] = find
    shown = made.get("/my-classes").text
    assert sorted(map(len, asked)) == [1, 100]
    assert all(f'href="/classes/c{n}"' in shown for n in range(101))


def test_all_services_away_cost_no_more_than_one() -> None:
    made = answering(HomePages(), TRAINEE)
    for service in made.services.values():
        service.hangs = service.really = True
    began = time.monotonic()
    assert made.get("/").status_code == 200
    assert time.monotonic() - began < PAGE_SECONDS + 0.3


def test_a_service_that_did_not_answer_is_not_asked_a_second_time() -> None:
    made = answering(HomePages(), STAFF)
    made.services["catalog"].answers["/classes"] = page_of(*[CLASS] * 60)
    made.services["enrollment"].hangs = True
    made.get("/")
    assert len(made.services["enrollment"].asked) == 1


def test_a_part_that_breaks_takes_only_itself() -> None:
    made = answering(HomePages(), TRAINEE)
    broken = Problem(500, "internal", "Something went wrong here.")
    made.services["learning"].answers["/hours"] = broken
    page = made.get("/")
    assert page.status_code == 200
    assert page.text.count("学习档案服务暂时没有回应") == 1
    assert "第一讲" in page.text


def test_a_page_that_cannot_be_without_the_service_says_so_and_offers_another_try() -> (
    None
):
    made = answering(CoursePages())
    made.services["catalog"].hangs = True
    page = made.get("/courses/k1")
    assert page.status_code == 503
    assert 'href="/courses/k1">再试</a>' in page.text


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_search_that_cannot_be_made_finds_not_nothing(
    headers: dict[str, str],
) -> None:
    made = answering(CoursePages())
    made.services["catalog"].answers["/courses"] = {"items": [], "next": ""}
    assert "0 门课" in made.get("/courses?q=x", **headers).text
    made.services["catalog"].hangs = True
    page = made.get("/courses?q=x", **headers)
    assert page.status_code == 200
    assert "课程服务暂时没有回应" in page.text
    assert "没有找到" not in page.text
    assert "0 门课" not in page.text


def test_an_open_record_stays_as_it_is_while_nobody_can_say() -> None:
    made = answering(RecordPages(), TRAINEE)
    assert "学习档案服务" not in made.get("/record").text
    made.services["learning"].hangs = True
    open_page = made.get("/record?seen=x", **{"HX-Request": "true"})
    assert (open_page.status_code, open_page.data) == (204, b"")
    whole = made.get("/record")
    assert "学习档案服务暂时没有回应" in whole.text
    assert "还没有学时" not in whole.text


def test_who_waits_sees_the_place_and_never_the_ticket() -> None:
    waited_for = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # the last minute
    for pages, path in (
        (HomePages(lambda: waited_for), "/"),
        (MyClassesPages(lambda: waited_for), "/my-classes"),
        (CoursePages(), "/classes/c1"),
    ):
        made = answering(pages, TRAINEE)
        made.services["enrollment"].answers["/enrolments"] = [WAITING]
        page = made.get(path).text
        assert "候补第 2 位" in page
        assert "61" not in page
        assert "Place 2 on the waiting list" in made.get(path, "en").text


@pytest.fixture
def verifying() -> Scene:
    return scene(CertificatePages("http://127.0.0.1"))


def test_only_a_number_that_nobody_issued_does_not_exist(verifying: Scene) -> None:
    path = "/certificates/BY-2026-U7LK-NGWQ-E3M2"
    unknown = Problem(404, "unknown-certificate", "There is none.")
    verifying.services["learning"].answers[path] = unknown
    assert verifying.get("/verify/BY-2026-U7LK-NGWQ-E3M2").status_code == 404


@pytest.mark.parametrize(
    "problem",
    [
        Problem(503, "service-away", "x"),
        Problem(503, "store-away", "x"),
        Problem(500, "internal", "x"),
        Problem(404, "not-found", "a gateway in between"),
        Problem(401, "token-refused", "x"),
    ],
)
def test_a_certificate_that_cannot_be_checked_now_is_not_called_unknown(
    verifying: Scene, problem: Problem
) -> None:
    answers = verifying.services["learning"].answers
    answers["/certificates/BY-2026-U7LK-NGWQ-E3M2"] = problem
    page = verifying.get("/verify/BY-2026-U7LK-NGWQ-E3M2")
    assert page.status_code == 503
    assert page.headers["Cache-Control"] == "no-store"
    assert "没有这个编号" not in page.text


def test_a_check_that_hangs_is_given_up_in_time(verifying: Scene) -> None:
    verifying.services["learning"].hangs = True
    assert verifying.get("/verify/BY-2026-U7LK-NGWQ-E3M2").status_code == 503
    assert 0 < verifying.services["learning"].waited < PAGE_SECONDS
