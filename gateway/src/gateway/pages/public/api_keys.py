"""Keys of programs, for those who work with the platform: made, listed, revoked."""

from collections.abc import Callable
from dataclasses import dataclass

from chassis.http.cursors import dump_cursor, load_cursor
from chassis.http.problem import Problem
from chassis.http.routing import Routes, post, route
from flask import Response, request

from gateway.api.request_visitor import require_actor
from gateway.forms.api_keys import KeyForm
from gateway.forms.base import apply_problem
from gateway.identity.account import OFFICER, OPERATOR, STAFF
from gateway.identity.api_keys import ApiKey
from gateway.identity.errors import Refusal
from gateway.identity.key_scopes import SCOPES
from gateway.identity.manage_accounts import Actor
from gateway.identity.manage_keys import KeyRequest, ManageKeys
from gateway.identity.tokens import moment_in
from gateway.pages.branch_words import name_branches, pick_branch
from gateway.pages.components.paging import build_pages
from gateway.pages.errors import STATUSES
from gateway.pages.formats import format_moment
from gateway.pages.page_client import page_services
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.texts import N_
from gateway.texts import accounts as texts
from gateway.texts.language import gettext

PATH = "/keys"
PAGE_KEYS = 50
NO_STORE = "private, no-store, no-transform"
"""Neither kept nor packed: the length of a packed page betrays what is in it."""
Names = Callable[[set[str]], dict[str, str]]
"""The names of accounts by their ids."""


@dataclass(frozen=True)
class KeyLine:
    """A key in the list; `revoke` is where it is revoked, empty once it is over."""

    name: str
    scope: str
    branch: str
    maker: str
    created: str
    used: str
    state: str
    tone: str
    revoke: str


class ApiKeyPages(Routes):
    """The page of keys."""

    name = "api_key_pages"

    def __init__(self, manage: ManageKeys, names: Names) -> None:
        self.manage, self.names = manage, names

    @route(PATH, "GET", "POST")
    @for_role(OFFICER, STAFF, OPERATOR)
    def list_keys(self) -> Response:
        """One's keys, and a new one, which is shown this once."""
        by, form = require_actor(), KeyForm.of_request()
        form.offer_choices(
            [
                name
                for name, scope in SCOPES.items()
                if scope.roles & {*by.account.roles}
            ],
            may_choose_branch=may_choose_branch(by),
        )
        status, token = (422 if request.method == "POST" else 200), ""
        if form.is_sent():
            try:
                token = self._create_key(by, form)
                status = 200 if token else 422
            except Refusal as refusal:
                apply_problem(form, refusal)
                status = STATUSES.get(refusal.slug, 409)
            except Problem as problem:
                apply_problem(form, problem, problem.detail)
                status = problem.status
        return self._render_keys(by, form, status, token)

    @post(f"{PATH}/<key_id>/revocation")
    @for_role(OFFICER, STAFF, OPERATOR)
    def revoke_key(self, key_id: str) -> Response:
        """A key is worth nothing from now on."""
        by = require_actor()
        key = self.manage.revoke_key(by, key_id)
        scope = "" if key.account_id == by.account.id else "&all=1"
        return redirect_to(f"{PATH}?done=revoked{scope}")

    def _create_key(self, by: Actor, form: KeyForm) -> str:
        """The token of the new key; empty where the form has faults by now."""
        branch_id: str | None = ""
        if "branch" in form:
            branch_id = pick_branch(page_services(), form, "branch")
        if branch_id is None:
            return ""
        asked = KeyRequest(
            form.name.data or "", form.scope.data or "", form.days.data or 0, branch_id
        )
        return self.manage.create_key(by, asked)[1]

    def _render_keys(
        self, by: Actor, form: KeyForm, status: int, token: str
    ) -> Response:
        may_see_all = OPERATOR in by.account.roles
        shows_all, more = may_see_all and bool(request.args.get("all")), ""
        if shows_all:
            behind = load_cursor(request.args.get("after", ""), parts=1)
            after = behind[0] if behind else ""
            keys, more = self.manage.find_all_keys(by, after, PAGE_KEYS)
        else:
            keys = list(self.manage.find_keys(by))
        page = render_page(
            "public/keys.html",
            status,
            form=form,
            token=token,
            lines=self._view_keys(keys),
            shows_all=shows_all,
            may_see_all=may_see_all,
            pages=build_pages(PATH, request.args, dump_cursor((more,)) if more else ""),
            done=gettext(texts.DONE.get(request.args.get("done", ""), "")),
        )
        if token:
            page.headers["Cache-Control"] = NO_STORE
        return page

    def _view_keys(self, keys: list[ApiKey]) -> list[KeyLine]:
        makers = self.names({key.account_id for key in keys})
        branches = name_branches(page_services(), {key.branch_id for key in keys})
        return [view_key(key, makers, branches) for key in keys]


def may_choose_branch(by: Actor) -> bool:
    """Whether keys of this account may be for any branch: an officer's never are."""
    return STAFF in by.account.roles and OFFICER not in by.account.roles


def view_key(key: ApiKey, makers: dict[str, str], branches: dict[str, str]) -> KeyLine:
    """A key as the list shows it."""
    is_live = key.is_live(moment_in(0))
    state, tone = gettext(N_("已过期")), "no"
    if key.revoked is not None:
        state = gettext(N_("已停用"))
    elif is_live:
        until = format_moment(key.until)
        state, tone = gettext(N_("有效到 %(t)s")) % {"t": until}, "ok"
    return KeyLine(
        key.name,
        gettext(texts.SCOPES.get(key.scope, key.scope)),
        branches.get(key.branch_id, key.branch_id),
        makers.get(key.account_id, ""),
        format_moment(key.created),
        format_moment(key.used) if key.used else "",
        state,
        tone,
        f"{PATH}/{key.id}/revocation" if is_live else "",
    )
