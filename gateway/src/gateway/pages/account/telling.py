"""How one is told: by kind and channel, quiet hours, the daily digest."""

from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from flask import Response, request

from gateway.forms.base import apply_problem
from gateway.forms.notices import TellingForm
from gateway.identity.account import TRAINEE
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.texts.notices import NOTICE_KINDS

PATH = "/account/notices"


class TellingPages(Routes):
    """The page on which a trainee chooses how to be told."""

    name = "telling"

    @route(PATH, "GET", "POST")
    @for_role(TRAINEE)
    def choose_telling(self) -> Response:
        """What is chosen now; what is sent is chosen from then on."""
        notify = page_services().notify
        now = notify.show_telling()
        form = TellingForm(request.form if request.method == "POST" else None)
        form.offer_choices(now)
        if request.method == "GET":
            form.show_chosen(now)
            return _render_telling(form)
        if not form.is_sent():
            return _render_telling(form, 422)
        try:
            notify.put_telling(form.to_telling())
        except Problem as problem:
            if problem.status not in (404, 422):
                raise
            apply_problem(form, problem, problem.detail)
            return _render_telling(form, 422)
        return redirect_to(f"{PATH}?saved=1")


def _render_telling(form: TellingForm, status: int = 200) -> Response:
    return render_page(
        "account/notices.html",
        status,
        form=form,
        ways=[form.way_of(kind) for kind in NOTICE_KINDS],
        is_saved=status == 200 and "saved" in request.args,
    )
