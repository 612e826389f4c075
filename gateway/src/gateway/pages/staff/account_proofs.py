"""How an account proves itself beside its password, for those who manage it: second
factors and outside providers, each with the question before it is taken away."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from chassis.http.routing import Routes, route
from flask import Response, request

from gateway.api.request_visitor import require_actor
from gateway.forms.base import PageForm, apply_problem
from gateway.identity.account import OPERATOR, STAFF
from gateway.identity.errors import NotConnected, Refusal
from gateway.identity.manage_accounts import Actor
from gateway.identity.providers.account_links import AccountLink
from gateway.identity.providers.manage_links import NOT_CONNECTED, ManageLinks
from gateway.pages.errors import STATUSES
from gateway.pages.rendering import redirect_to, render_page
from gateway.pages.role_guard import for_role
from gateway.pages.staff.account_lists import PATH, shown_login
from gateway.second_factor.change_factors import ResetFactors
from gateway.texts.accounts import MADE_BY
from gateway.texts.language import gettext, page_language


@dataclass(frozen=True)
class AccountFactors:
    """The kinds of second factors that an account has."""

    has_any: bool
    app_since: datetime.datetime | None
    passkeys: int
    codes_left: int


@dataclass(frozen=True)
class AccountConnection:
    """A provider that an account is connected with; `path` asks to cut it."""

    id: str
    label: str
    made_by: str
    link: AccountLink
    path: str


@dataclass(frozen=True)
class Removal:
    """What is asked before something is taken from an account.

    `name` is whose account it is, `path` where the form goes, `back` the account.
    """

    name: str
    title: str
    text: str
    button: str
    path: str
    back: str


class AccountProofPages(Routes):
    """The questions before second factors are reset and a connection is cut."""

    name = "account_proofs"

    def __init__(self, factors: ResetFactors, links: ManageLinks) -> None:
        self.factors, self.links = factors, links

    @route(f"{PATH}/<account_id>/second-factors", "GET", "POST")
    @for_role(STAFF, OPERATOR)
    def reset_factors(self, account_id: str) -> Response:
        """Whether the account is to have no second factor any more."""
        by = require_actor()
        name = self._name_account(by, account_id)
        removal = ask_for_reset(account_id, name)
        return _answer(removal, "reset-factors", lambda: self.factors(by, account_id))

    @route(f"{PATH}/<account_id>/connections/<provider>", "GET", "POST")
    @for_role(STAFF, OPERATOR)
    def cut_connection(self, account_id: str, provider: str) -> Response:
        """Whether the account is to sign in by this provider no more.

        Raises NotConnected.
        """
        by = require_actor()
        links = self.links.find_links(by, account_id)
        if provider not in {link.provider for link in links}:
            raise NotConnected(NOT_CONNECTED)
        removal = ask_for_cut(
            account_id,
            self._name_account(by, account_id),
            provider,
            name_provider(self.links, provider),
        )
        return _answer(
            removal,
            "disconnect",
            lambda: self.links.disconnect_account(by, account_id, provider),
        )

    def _name_account(self, by: Actor, account_id: str) -> str:
        account = self.factors.manage.get_account(by, account_id)
        return account.name or shown_login(account)


def _answer(removal: Removal, done: str, remove: Callable[[], object]) -> Response:
    """The question, or what became of it once it is answered."""
    form, status = PageForm(), 200
    if request.method == "POST":
        try:
            remove()
        except Refusal as refusal:
            apply_problem(form, refusal)
            status = STATUSES.get(refusal.slug, 409)
        else:
            return redirect_to(f"{removal.back}?done={done}")
    return render_page(
        "staff/accounts/removal.html", status, removal=removal, form=form
    )


def ask_for_reset(account_id: str, name: str) -> Removal:
    """The question before second factors are reset."""
    return Removal(
        name,
        gettext("重设两步验证？"),
        gettext(
            "先确认是本人在求助。验证器、通行密钥和恢复码全部作废，所有登录立刻结束；"
            "按规定要有两步验证的，下次登录时重新设置。"
        ),
        gettext("重设两步验证"),
        f"{PATH}/{account_id}/second-factors",
        f"{PATH}/{account_id}",
    )


def ask_for_cut(account_id: str, name: str, provider: str, label: str) -> Removal:
    """The question before a connection is cut."""
    return Removal(
        name,
        gettext("断开%(provider)s？") % {"provider": label},
        gettext("不能再用这个平台登录，所有登录立刻结束；本人可以再连接。"),
        gettext("断开%(provider)s") % {"provider": label},
        f"{PATH}/{account_id}/connections/{provider}",
        f"{PATH}/{account_id}",
    )


def view_factors(reset: ResetFactors, by: Actor, account_id: str) -> AccountFactors:
    """The second factors of an account, without what only its owner sees."""
    factors = reset.get_factors(by, account_id)
    return AccountFactors(
        factors.has_any,
        factors.totp_added if factors.totp else None,
        len(factors.passkeys),
        len(factors.recovery),
    )


def view_connections(
    links: ManageLinks, by: Actor, account_id: str
) -> list[AccountConnection]:
    """The providers that an account is connected with."""
    return [
        AccountConnection(
            link.provider,
            name_provider(links, link.provider),
            gettext(MADE_BY[link.made_by]) if link.made_by in MADE_BY else "",
            link,
            f"{PATH}/{account_id}/connections/{link.provider}",
        )
        for link in links.find_links(by, account_id)
    ]


def name_provider(links: ManageLinks, provider: str) -> str:
    """What a provider is called; one that is set up no longer, by its id."""
    known = links.providers.get(provider)
    return known.settings.label_in(page_language()) if known else provider
