"""Whoever cannot sign in finds what to do and whom to ask."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from chassis.http.problem import Problem
from chassis.http.routing import Routes
from gateway.identity.account import OFFICER, TRAINEE
from gateway.identity.activate_account import ActivateAccount
from gateway.identity.sign_in import SignIn
from gateway.identity.sign_in_by_code import SignInByCode
from gateway.pages.public.account import AccountPages
from gateway.pages.public.activation import ActivationPages
from gateway.pages.public.code_sign_in import CodeSignInPages
from gateway.pages.public.help import HelpPages

from tests.unit.gateway.identity import Identity, an_account
from tests.unit.gateway.scene import Scene, scene

COLLEGE = {
    "branch_name": "北京市总工会", "of_branch": "北京市总工会", "name": "学院前台",
    "phone": "010-6000 0000", "hours": "工作日", "place": "",
}  # fmt: skip
OWN = COLLEGE | {"of_branch": "东城区总工会", "name": "王干事"}
INVITED = an_account("new", TRAINEE, person_id="new")


def with_contacts(made: Scene, *own: dict[str, str]) -> Scene:
    made.services["enrollment"].answers |= {
        "/contacts": {"items": list(own), "next": ""},
        "/contacts/college": {"items": [COLLEGE], "next": ""},
    }
    return made


def test_a_visitor_is_told_what_to_do_and_the_contact_of_the_college() -> None:
    made = with_contacts(scene(HelpPages()))
    page = made.get("/help").text
    for words in ("没有账号", "收不到验证码", "忘了密码", "手机号换了", "学院前台"):
        assert words in page
    assert made.services["enrollment"].asked == ["/contacts/college"]


def test_people_see_their_own_branch_and_where_it_wrote_none_the_college() -> None:
    for role in (TRAINEE, OFFICER):
        page = with_contacts(scene(HelpPages(), role), OWN).get("/help").text
        assert ("王干事" in page, "学院前台" in page) == (True, False)
    assert "学院前台" in with_contacts(scene(HelpPages(), TRAINEE)).get("/help").text


@pytest.mark.parametrize("role", ["", TRAINEE])
def test_help_is_there_while_enrollment_is_away(role: str) -> None:
    made = scene(HelpPages(), *([role] if role else []))
    away = Problem(503, "service-away", "It does not answer.")
    answers = {"/contacts": away, "/contacts/college": away}
    made.services["enrollment"].answers |= answers
    page = made.get("/help")
    assert (page.status_code, "请找为您报名的工会" in page.text) == (200, True)


class AnyInvitation:
    """Signing in, as far as an invitation's page asks."""

    def account_of_invitation(self, invitation: str) -> Any:
        return INVITED


class AnyCode:
    """Activation, as far as the page behind a code asks; codes are sent to nobody."""

    def find_account(self, code: str, origin: object) -> Any:
        return INVITED

    def ask_code(self, login: str, origin: object, ticket: str) -> str:
        return "ticket"


def ways_in() -> tuple[Routes, ...]:
    identity = Identity()
    return (
        AccountPages(identity.sign_in),
        CodeSignInPages(cast(SignInByCode, AnyCode())),
        ActivationPages(cast(ActivateAccount, AnyCode())),
    )


@pytest.mark.parametrize(
    ("number", "path", "fields"),
    [
        (0, "/sign-in", None),
        (0, "/sign-in", {"login": "nobody", "password": "wrong-password"}),
        (0, "/invitations/unknown", None),
        (1, "/sign-in/code", None),
        (1, "/sign-in/code", {"login": ""}),
        (1, "/sign-in/code", {"login": "13800000001"}),
        (1, "/sign-in/code/answer", {"login": "13800000001", "code": ""}),
        (2, "/activate", None),
        (2, "/activate", {"code": ""}),
    ],
)
def test_every_page_on_which_one_may_be_stuck_leads_to_help(
    number: int, path: str, fields: dict[str, str] | None
) -> None:
    made = scene(ways_in()[number])
    wants = {"Accept": "text/html", "Accept-Language": "zh"}
    method = "GET" if fields is None else "POST"
    page = made.client.open(path, method=method, data=fields, headers=wants)
    assert 'href="/help"' in page.text


def open_invitation(made: Scene) -> str:
    return str(made.get("/invitations/link").text)


def open_code(made: Scene) -> str:
    wants = {"Accept": "text/html", "Accept-Language": "zh"}
    sent = made.client.post("/activate", data={"code": "ABCD-EFGH"}, headers=wants)
    return str(sent.text)


@pytest.mark.parametrize(
    ("pages", "open_page"),
    [
        (AccountPages(cast(SignIn, AnyInvitation())), open_invitation),
        (ActivationPages(cast(ActivateAccount, AnyCode())), open_code),
    ],
)
def test_who_holds_a_link_or_a_code_sees_the_contact_of_the_own_branch(
    pages: Routes, open_page: Callable[[Scene], str]
) -> None:
    page = open_page(with_contacts(scene(pages), OWN))
    assert ("王干事" in page, "学院前台" in page) == (True, False)
