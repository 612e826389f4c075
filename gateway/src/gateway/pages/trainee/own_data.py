"""One's own data: what is stored, a copy of it, and the way to have it deleted."""

from collections.abc import Callable

from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post, route
from flask import Response

from gateway.api.request_visitor import (
    current_origin,
    current_visitor,
    require_actor,
)
from gateway.forms.base import apply_problem
from gateway.forms.personal_data import AskExportForm, DeletionForm
from gateway.identity.account import TRAINEE
from gateway.identity.errors import Refusal
from gateway.identity.prove_owner import ProveOwner
from gateway.pages.contacts import find_help
from gateway.pages.errors import STATUSES, with_retry
from gateway.pages.rendering import is_part, redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.trainee.export_file import pack_export
from gateway.personal_data.delete_people import AskDeletion
from gateway.personal_data.exports import PersonExports
from gateway.texts.holdings import KINDS

NO_STORE = "private, no-store, no-transform"


class OwnDataPages(Routes):
    """Pages about one's own data."""

    name = "own_data"

    def __init__(
        self,
        exports: PersonExports,
        wake: Callable[[], None],
        ask: AskDeletion,
        prove: ProveOwner,
    ) -> None:
        self.exports, self.wake, self.ask, self.prove = exports, wake, ask, prove

    @get("/account/data")
    @for_role(TRAINEE)
    def show_own_data(self) -> Response:
        """What is stored, and how far the copy is."""
        account = require_actor().account
        deletion = self.ask.deletions.get_by_person(account.person_id)
        part = "export" if is_part() else "show"
        return render_page(
            f"trainee/own_data/{part}.html",
            form=AskExportForm(),
            kinds=KINDS,
            export=self.exports.get_state(account.id),
            deletion=deletion if deletion and deletion.can_cancel else None,
        )

    @post("/account/data")
    @for_role(TRAINEE)
    def ask_export(self) -> Response:
        """A copy is made."""
        account = require_actor().account
        self.exports.ask_export(account.id, account.person_id)
        self.wake()
        return redirect_to("/account/data#export")

    @get("/account/data.zip")
    @for_role(TRAINEE)
    def download_export(self) -> Response:
        """The copy: for people to read, and for programs."""
        collected = self.exports.get_collected(require_actor().account.id)
        if collected is None:
            raise Problem(404, "export-missing", "还没有做好的资料副本。")
        packed = Response(pack_export(collected), content_type="application/zip")
        packed.headers["Content-Disposition"] = "attachment; filename=biyong-data.zip"
        packed.headers["Cache-Control"] = NO_STORE
        return packed

    @route("/account/data/deletion", "GET", "POST")
    @for_role(TRAINEE)
    def ask_deletion(self) -> Response:
        """The deletion is asked for, with the password and a typed word."""
        form, visitor = DeletionForm.of_request(), current_visitor()
        if not form.is_sent():
            return self._render_form(form, 422 if form.find_faults() else 200)
        try:
            account = self.prove(visitor, form.password.data or "", current_origin())
            asked = self.ask(account.person_id, account)
        except Refusal as refusal:
            apply_problem(form, refusal)
            status = STATUSES.get(refusal.slug, 409)
            return with_retry(self._render_form(form, status), refusal)
        return redirect_to(f"/deletions/{asked.token}")

    @post("/account/data/deletion/cancellation")
    @for_role(TRAINEE)
    def cancel_deletion(self) -> Response:
        """The deletion is taken back, if it has not begun."""
        account = require_actor().account
        deletion = self.ask.deletions.get_by_person(account.person_id)
        if deletion is not None:
            self.ask.cancel(deletion, account.id)
        return redirect_to("/account/data")

    def _render_form(self, form: DeletionForm, status: int) -> Response:
        return render_page(
            "trainee/own_data/deletion.html",
            status,
            form=form,
            days=self.ask.wait_days,
            help=find_help(),
        )
