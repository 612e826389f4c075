"""All classes of a trainee: those that run, those waited for, those of the past."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chassis.clock import utc_now
from chassis.http.routing import Routes, get
from flask import Response

from gateway.clients.parts import Unavailable
from gateway.identity.account import TRAINEE
from gateway.pages.offline import allow_offline
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.pages.trainee.class_lines import ClassLine, view_class_line
from gateway.pages.trainee.own_classes import (
    COMING,
    FINISHED,
    LEFT,
    MISSED,
    OVER,
    RUNNING,
    WAITING,
    ClassAnswers,
    Now,
    OwnClass,
    ask_classes,
    college_today,
    find_own_classes,
    read_classes,
)
from gateway.texts import N_
from gateway.texts.language import gettext

GROUPS = (
    ("running", N_("在学的班"), (RUNNING, COMING)),
    ("waiting", N_("候补的班"), (WAITING,)),
    ("past", N_("学完的和已经结束的班"), (OVER, FINISHED)),
    ("left", N_("退出的班"), (MISSED, LEFT)),
)
"""Groups of classes by how they stand; one without any is not shown."""


@dataclass(frozen=True)
class ClassGroup:
    """Classes that stand alike, below one heading; `key` is its anchor."""

    key: str
    heading: str
    lines: Sequence[ClassLine]


@dataclass(frozen=True)
class MyClasses:
    """The whole page; `unseen` are the services whose part of it is missing."""

    groups: Sequence[ClassGroup]
    unseen: Sequence[Unavailable]


class MyClassesPages(Routes):
    """The classes of a trainee."""

    name = "my_classes"

    def __init__(self, now: Now = utc_now) -> None:
        self.now = now

    @get("/my-classes")
    @for_role(TRAINEE)
    def list_own_classes(self) -> Response:
        allow_offline("own")
        services = page_services()
        asked = ask_classes(services)
        answers = read_classes(services, asked, college_today(self.now))
        return render_page("trainee/my_classes.html", mine=view_my_classes(answers))


def view_my_classes(answers: ClassAnswers) -> MyClasses:
    """The page for these answers."""
    own = find_own_classes(answers)
    return MyClasses(
        groups=list(_group_classes(own)), unseen=list(_find_unseen(answers))
    )


def _group_classes(own: Sequence[OwnClass]) -> Iterator[ClassGroup]:
    for key, heading, stages in GROUPS:
        lines = [view_class_line(one) for one in own if one.stage in stages]
        if lines:
            yield ClassGroup(key, gettext(heading), lines)


def _find_unseen(answers: ClassAnswers) -> Iterator[Unavailable]:
    """Each service once; without enrollment nothing else is asked for."""
    if isinstance(answers.enrolments, Unavailable):
        yield answers.enrolments
        return
    parts = (answers.classes, answers.courses, answers.record, answers.certificates)
    yield from dict.fromkeys(part for part in parts if isinstance(part, Unavailable))
