"""A trainee's own learning as a device keeps it to be read without a line."""

from chassis.clock import utc_now
from chassis.http.routing import Routes, get
from flask import Response

from gateway.identity.account import TRAINEE
from gateway.pages.offline import UNTIL, offline_seconds
from gateway.pages.page_client import page_services
from gateway.pages.rendering import render_page
from gateway.pages.role_guard import for_role
from gateway.pages.trainee.class_lines import view_class_line
from gateway.pages.trainee.home_view import find_to_do
from gateway.pages.trainee.my_classes import view_my_classes
from gateway.pages.trainee.own_classes import (
    Now,
    ask_classes,
    college_today,
    read_classes,
)


class OwnOfflinePages(Routes):
    """What is due and the trainee's classes, without a name."""

    name = "own_offline"

    def __init__(self, now: Now = utc_now) -> None:
        self.now = now

    @get("/offline/own")
    @for_role(TRAINEE)
    def show_own(self) -> Response:
        services = page_services()
        answers = read_classes(services, ask_classes(services), college_today(self.now))
        now = self.now()
        page = render_page(
            "trainee/offline.html",
            saved_at=now.isoformat(),
            to_do=[view_class_line(one) for one in find_to_do(answers)],
            mine=view_my_classes(answers),
        )
        until = now.timestamp() + offline_seconds()
        page.headers[UNTIL] = str(int(until * 1000))
        return page
