"""The feed of a branch and its webhook, for its officers and for staff."""

from dataclasses import dataclass, field

from chassis.http.problem import Problem
from chassis.http.routing import Routes, route
from contracts.http.branch_feed import FeedQuery
from contracts.http.webhooks import WebhookIn, WebhookOut
from flask import Response, request

from gateway.api.request_visitor import require_actor
from gateway.clients.page_services import PageServices
from gateway.forms.base import PageForm, apply_problem
from gateway.forms.webhooks import MOST_NUMBER, ActionForm, ReplayForm, WebhookForm
from gateway.identity.account import OFFICER, STAFF
from gateway.pages.components.tables import build_heads
from gateway.pages.officer.feed_view import (
    entry_columns,
    view_entries,
    view_webhook,
)
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.texts.language import gettext
from gateway.texts.webhooks import DONE

LATEST = 20
"""Entries of the feed on its page: whoever needs all reads them by the API."""
PUT, PAUSE, RESUME = "put", "pause", "resume"
ROTATE, TEST, REPLAY, DELETE = "rotate", "test", "replay", "delete"
WHAT = {
    PUT: "saved",
    PAUSE: "paused",
    RESUME: "saved",
    TEST: "tested",
    REPLAY: "replayed",
    DELETE: "deleted",
}
NO_STORE = "private, no-store, no-transform"
"""A page with a secret is neither kept nor packed."""


@dataclass(frozen=True)
class FeedForms:
    """The forms of the page; the one of `action` holds what was sent."""

    action: str = ""
    put: WebhookForm = field(default_factory=WebhookForm)
    replay: ReplayForm = field(default_factory=ReplayForm)
    other: ActionForm = field(default_factory=ActionForm)

    @classmethod
    def of_request(cls) -> "FeedForms":
        """The forms of this request."""
        made = cls(request.form.get("action", ""))
        if request.method == "POST":
            made.sent_form.process(request.form)
        return made

    @property
    def sent_form(self) -> WebhookForm | ReplayForm | ActionForm:
        """The form that was sent."""
        if self.action == PUT:
            return self.put
        return self.replay if self.action == REPLAY else self.other


class FeedPages(Routes):
    """The page of a branch's feed."""

    name = "feed_pages"

    @route("/branches/<branch_id>/feed", "GET", "POST")
    @for_role(OFFICER, STAFF)
    def show_feed(self, branch_id: str) -> Response:
        """The latest of the feed, and the webhook; what was sent is done, or the page
        says why not. A new secret is shown this once."""
        services, forms = page_services(), FeedForms.of_request()
        branch = services.enrollment.show_branch(branch_id)
        status, secret = 200, ""
        if request.method == "POST":
            try:
                done, secret = _change_webhook(services, forms, branch.id)
                if done and not secret:
                    what = WHAT[forms.action]
                    return redirect_to(f"/branches/{branch.id}/feed?done={what}")
                status = 200 if done else 422
            except Problem as problem:
                if problem.status >= 500:
                    raise
                apply_problem(forms.sent_form, problem, problem.detail)
                status = problem.status
        return _render_feed(services, forms, branch.id, branch.name, status, secret)


def _render_feed(
    services: PageServices,
    forms: FeedForms,
    branch_id: str,
    branch_name: str,
    status: int,
    secret: str,
) -> Response:
    ask = services.enrollment.show_feed
    last = ask(branch_id, FeedQuery(after=MOST_NUMBER, limit=1)).last
    latest = ask(branch_id, FeedQuery(after=max(0, last - LATEST), limit=LATEST))
    webhook = services.enrollment.get_webhook(branch_id)
    if forms.action != PUT and webhook:
        forms.put.url.data = webhook.url
    page = render_page(
        "officer/feed.html",
        status,
        branch_id=branch_id,
        branch_name=branch_name,
        heads=build_heads(entry_columns(), "", {}),
        lines=view_entries(branch_id, latest.items),
        webhook=view_webhook(webhook) if webhook else None,
        forms=forms,
        secret=secret,
        is_staff=STAFF in require_actor().account.roles,
        done=gettext(DONE.get(request.args.get("done", ""), "")),
    )
    if secret:
        page.headers["Cache-Control"] = NO_STORE
    return page


def _change_webhook(
    services: PageServices, forms: FeedForms, branch_id: str
) -> tuple[bool, str]:
    """Whether it is done, and the secret if there is a new one. Raises Problem."""
    enrollment, action = services.enrollment, forms.action
    form: PageForm = forms.sent_form
    if action not in {*WHAT, ROTATE} or not form.validate():
        return False, ""
    if action == PUT:
        asked = WebhookIn(url=forms.put.url.data or "")
        return True, enrollment.put_webhook(branch_id, asked).secret
    if action == ROTATE:
        return True, enrollment.post_webhook_secret(branch_id).secret
    if action == TEST:
        enrollment.post_webhook_test(branch_id, form.once_key)
    elif action == REPLAY:
        number = forms.replay.number.data or 0
        enrollment.post_webhook_replay(branch_id, number, form.once_key)
    elif action == DELETE:
        enrollment.delete_webhook(branch_id)
    else:
        _pause_webhook(services, branch_id, is_paused=action == PAUSE)
    return True, ""


def _pause_webhook(services: PageServices, branch_id: str, *, is_paused: bool) -> None:
    present: WebhookOut | None = services.enrollment.get_webhook(branch_id)
    if present is None:
        raise Problem(404, "unknown-webhook", "This branch has no webhook.")
    asked = WebhookIn(url=present.url, paused=is_paused)
    services.enrollment.put_webhook(branch_id, asked)
