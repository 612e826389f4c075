"""The first page, for each kind of visitor."""

from dataclasses import dataclass

from chassis.clock import utc_now
from chassis.http.routing import Routes, get
from contracts.http.catalog import AreaOut, ClassesQuery, ProjectOut
from flask import Response

from gateway.api.request_visitor import current_visitor
from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE
from gateway.pages.course_system import ClassWithSeats, find_classes_with_seats
from gateway.pages.officer.home import read_officer_home
from gateway.pages.offline import allow_offline
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.shared_pages import for_everybody
from gateway.pages.staff.home import read_staff_home
from gateway.pages.trainee.home import read_trainee_answers
from gateway.pages.trainee.home_view import view_trainee_home
from gateway.pages.trainee.own_classes import Now, college_today

NEAREST = 6
"""Classes on the first page: a list that is read at a glance."""


@dataclass(frozen=True)
class VisitorHome:
    """The course system, the nearest classes and the projects."""

    areas: list[AreaOut] | Unavailable
    classes: list[ClassWithSeats] | Unavailable
    projects: list[ProjectOut] | Unavailable


class HomePages(Routes):
    """The first page."""

    name = "home"

    def __init__(self, now: Now = utc_now) -> None:
        self.now = now

    @get("/")
    @for_everybody
    def show_home(self) -> Response:
        who, services = current_visitor(), page_services()
        roles = who.roles
        if TRAINEE in roles:
            allow_offline("own")
            answers = read_trainee_answers(services, college_today(self.now))
            home = view_trainee_home(answers)
            return render_page("trainee/home.html", home=home)
        if OFFICER in roles:
            branch = who.account.branch_id if who.account else ""
            officer = read_officer_home(services, branch)
            return render_page("officer/home.html", **vars(officer))
        if STAFF in roles:
            return render_page("staff/home.html", **vars(read_staff_home(services)))
        if OPERATOR in roles:
            return redirect_to("/operations")
        return render_page("public/home.html", **vars(read_visitor_home(services)))


def read_visitor_home(services: PageServices) -> VisitorHome:
    """What everybody sees first."""
    catalog = services.catalog
    areas = services.ask_part(catalog.list_areas)
    classes = services.ask_part(catalog.list_classes, ClassesQuery(limit=NEAREST))
    projects = services.ask_part(catalog.list_projects)
    return VisitorHome(
        areas.get_answer(),
        find_classes_with_seats(services, classes),
        projects.get_answer(),
    )
