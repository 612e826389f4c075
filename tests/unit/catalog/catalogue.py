"""The doors of the catalogue before fakes of its ports."""

import datetime
import itertools
from typing import Any

from catalog.api.classes import ClassRoutes
from catalog.api.courses import CourseRoutes
from catalog.api.drafts import DraftRoutes
from catalog.api.editions import EditionRoutes
from catalog.api.outline import OutlineRoutes
from catalog.domain.content import Lesson
from catalog.domain.course import Course
from catalog.domain.errors import Refusal
from catalog.domain.outline import Area, Module
from catalog.domain.training_class import Quota, TrainingClass
from catalog.wiring import STATUSES
from chassis.http import problem
from chassis.http.auth import Caller
from chassis.http.routing import Routes
from flask import Flask, g

from tests.unit.catalog.fakes import (
    FakeBranches,
    FakeCancellations,
    FakeClasses,
    FakeCourses,
    FakeEditions,
    FakeLectures,
    FakeOutline,
    after_edit,
)

TODAY = datetime.date(2026, 11, 28)
LECTURE = Lesson("l1", "第一讲", "lecture", "v1")
SECRET = Lesson("l2", "密讲", "onsite")
EDITED = after_edit(
    Course("k1", "公开课", "m1", "公开的", "王老师", (LECTURE,)).publish()[0],
    "密题", "密稿", "欧阳锋", (LECTURE, SECRET),
)  # fmt: skip
QUOTAS = tuple(Quota(id_, 3) for id_ in ("bj", "dc", "jgm", "xc"))
CLASS = TrainingClass(
    "c1", "k1", "一班", 30, QUOTAS, "2026-11-01", "2026-12-31", "", "online"
)
LINES = (("bj", "dc", "jgm"), ("bj", "xc"))
NOT_STAFF = ["visitor", "trainee", "officer", "operator"]
NOON = datetime.datetime(2026, 11, 28, 12, tzinfo=datetime.UTC)


class Catalogue:
    """The doors of the catalogue, asked by one caller after another."""

    def __init__(self, *, away: bool = False, today: datetime.date = TODAY) -> None:
        self.courses, self.classes = FakeCourses(EDITED), FakeClasses(CLASS)
        self.outline = FakeOutline(Area("a1", "方向", 1, (Module("m1", "模块", ()),)))
        self.editions, self.lectures = FakeEditions(), FakeLectures()
        self.cancellations = FakeCancellations()
        self.minutes = itertools.count()
        self.caller = Caller("gateway")
        self.app = Flask("tried")
        self.app.before_request(self._speak)
        problem.install_problems(self.app)
        problem.install_refusals(self.app, Refusal, STATUSES)
        for routes in self._routes(FakeBranches(*LINES, away=away), today):
            self.app.register_blueprint(routes.blueprint())

    def _routes(self, branches: FakeBranches, day: datetime.date) -> list[Routes]:
        courses, classes, outline = self.courses, self.classes, self.outline
        editions, lectures = self.editions, self.lectures

        def today() -> datetime.date:
            return day

        return [
            OutlineRoutes(outline, courses, self.now),
            CourseRoutes(courses, outline, lectures),
            DraftRoutes(courses, classes, editions, outline, lectures, today, self.now),
            EditionRoutes(courses, editions, lectures, self.now),
            ClassRoutes(classes, courses, branches, today, outline, self.cancellations),
        ]

    def now(self) -> datetime.datetime:
        """A minute later each time."""
        return NOON + next(self.minutes) * datetime.timedelta(minutes=1)

    def _speak(self) -> None:
        g.caller = self.caller

    def ask(
        self,
        role: str,
        path: str,
        *,
        branch: str = "",
        method: str = "GET",
        body: object = None,
        match: str = "*",
        account: str = "",
    ) -> tuple[int, Any]:
        """Status and answer."""
        roles = frozenset({role})
        self.caller = Caller("gateway", branch=branch, roles=roles, account=account)
        headers = {"If-Match": match} if match and method != "GET" else {}
        got = self.app.test_client().open(
            path, method=method, json=body, headers=headers
        )
        self.tag = got.headers.get("ETag", "")
        return got.status_code, got.get_json()
