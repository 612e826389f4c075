"""The first page, for each kind of visitor."""

from typing import Any

from chassis.http.auth import allow_everyone
from chassis.http.routing import Routes, get
from flask import Response

from gateway.api.request_visitor import current_visitor
from gateway.clients.services import PageClient, Question
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.course_system import AREAS, classes_of_page
from gateway.pages.officer.home import read_officer_parts
from gateway.pages.page_client import page_client
from gateway.pages.rendering import render_page
from gateway.pages.staff.home import read_staff_parts
from gateway.pages.trainee.home import read_trainee_parts
from gateway.pages.trainee.home_view import view_trainee_home

Row = dict[str, Any]


class HomePages(Routes):
    """The first page."""

    name = "home"

    @get("/")
    @allow_everyone
    def show_home(self) -> Response:
        roles, client = current_visitor().roles, page_client()
        if TRAINEE in roles:
            return render_page(
                "trainee/home.html", home=view_trainee_home(read_trainee_parts(client))
            )
        if OFFICER in roles:
            return render_page("officer/home.html", **read_officer_parts(client))
        if STAFF in roles:
            return render_page("staff/home.html", **read_staff_parts(client))
        return render_page("public/home.html", **read_common_parts(client))


def read_common_parts(client: PageClient) -> Row:
    """The course system and the open classes."""
    parts = client.ask_parts(
        areas=AREAS,
        classes=Question.of("catalog", "classes", limit="6"),
        projects=Question.of("catalog", "projects"),
    )
    return parts | {"classes": classes_of_page(parts["classes"])}
