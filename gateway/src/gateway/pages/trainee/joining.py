"""Asking to join a class, taking that back, and all that one asked."""

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from contracts.http.shape import MOST_IDS
from flask import Response

from gateway.clients.parts import Unavailable
from gateway.forms.base import apply_problem
from gateway.forms.joining import JoinForm
from gateway.identity.account import TRAINEE
from gateway.pages.joining import view_own_request
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role


class JoiningPages(Routes):
    """What a trainee asks of classes."""

    name = "joining"

    @post("/classes/<class_id>/requests")
    @for_role(TRAINEE)
    def ask_to_join(self, class_id: str) -> Response:
        """The own branch is asked; the class's page shows how that stands."""
        services = page_services()
        class_ = services.catalog.show_class(class_id)
        form = JoinForm.of_request()
        form.offer_branches(services.enrollment.list_own_requests().branches)
        template = "trainee/requests/ask.html"
        if not form.is_sent():
            return render_page(template, 422, form=form, class_=class_)
        try:
            asked, key = form.to_request(), form.once_key
            services.enrollment.post_request(class_id, asked, key)
        except Problem as problem:
            if problem.status not in (409, 422, 503):
                raise
            apply_problem(form, problem, problem.detail)
            return render_page(template, problem.status, form=form, class_=class_)
        return redirect_to(f"/classes/{class_id}")

    @post("/requests/<request_id>/withdrawal")
    @for_role(TRAINEE)
    def withdraw_request(self, request_id: str) -> Response:
        withdrawn = page_services().enrollment.delete_request(request_id)
        return redirect_to(f"/classes/{withdrawn.class_id}")

    @get("/requests/own")
    @for_role(TRAINEE)
    def list_own(self) -> Response:
        """All that the trainee asked, newest first, with the classes' names."""
        services = page_services()
        items = services.enrollment.list_own_requests().items
        ids = list(dict.fromkeys(one.class_id for one in items))[:MOST_IDS]
        named = services.ask_part(services.catalog.find_classes, ids).get_answer()
        known = {} if isinstance(named, Unavailable) else named
        titles = {id_: class_.title for id_, class_ in known.items()}
        return render_page(
            "trainee/requests/list.html",
            requests=[
                view_own_request(one, titles.get(one.class_id, one.class_id))
                for one in items
            ],
        )
