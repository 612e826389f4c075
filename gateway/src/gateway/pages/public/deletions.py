"""A deletion, followed by whoever has its link: there is no account any more."""

import msgspec
from chassis.http.auth import allow_everyone
from chassis.http.problem import Problem
from chassis.http.routing import Routes, get, post
from flask import Response

from gateway.pages.deletion_view import view_deletion
from gateway.pages.rendering import redirect_to, render_page
from gateway.personal_data.delete_people import AskDeletion

NO_STORE = "no-store, no-transform"


class DeletionPages(Routes):
    """Pages of one deletion."""

    name = "deletions"

    def __init__(self, ask: AskDeletion) -> None:
        self.ask = ask

    @get("/deletions/<token>")
    @allow_everyone
    def show_deletion(self, token: str) -> Response:
        """How it stands, and at the end what stayed and why."""
        shown = view_deletion(self.ask.require_by_token(token))
        page = render_page("public/deletion.html", deletion=shown, token=token)
        page.headers["Cache-Control"] = NO_STORE
        return page

    @post("/deletions/<token>/cancellation")
    @allow_everyone
    def cancel_deletion(self, token: str) -> Response:
        """It is taken back, while it has not begun."""
        deletion = self.ask.require_by_token(token)
        if not self.ask.cancel(deletion, deletion.person_id):
            raise Problem(409, "deletion-begun", "删除已经开始，不能再撤销。")
        return redirect_to(f"/deletions/{token}")

    @get("/deletions/<token>/report.json")
    @allow_everyone
    def show_report(self, token: str) -> Response:
        """The report for programs."""
        shown = view_deletion(self.ask.require_by_token(token))
        return Response(
            msgspec.json.encode(shown),
            content_type="application/json",
            headers={"Content-Disposition": "attachment; filename=report.json"},
        )
