"""The list of people: filtered, a page at a time, as a file, and acted on."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
from gateway.identity.account import ACTIVE, OFFICER, STAFF, TRAINEE, Account
from gateway.identity.invitation_states import NOT_INVITED, InvitationState
from gateway.identity.mailings import Mailing
from gateway.pages.officer.inviting_several import SeveralInvitationPages
from gateway.pages.officer.people import PeoplePages
from python_calamine import load_workbook

from tests.unit.gateway.identity_world import FakeEvents
from tests.unit.gateway.samples import CLASS
from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.test_invitation_pages import People
from tests.unit.gateway.test_participant_pages import FORMULA, OVER, named, usual

BRANCH = {"id": "dongcheng", "name": "东城区总工会", "parent": "", "line": []}


def states(ids: Sequence[str]) -> dict[str, InvitationState]:
    """Whose number is even has taken up the account."""
    out = InvitationState(NOT_INVITED, may_invite=True)
    return {id_: InvitationState(ACTIVE) if id_[-1] in "02468" else out for id_ in ids}


def member(number: int, name: str = "") -> dict[str, Any]:
    return {
        "id": f"dongcheng:{number:04d}", "person_id": f"p{number}",
        "name": name or f"张{number}", "phone": "138••••0001",
        "branch_id": "dongcheng", "member_no": f"M{number}", "since": "2026-01-01",
    }  # fmt: skip


def listing(count: int = 3, role: str = OFFICER) -> Scene:
    made = scene(PeoplePages(states), role)
    members = [member(number) for number in range(1, count + 1)]

    def answer(query: dict[str, Any]) -> dict[str, Any]:
        behind = [one for one in members if one["id"] > str(query.get("after", ""))]
        shown = behind[: int(query.get("limit", 100))]
        more = shown[-1]["id"] if len(behind) > len(shown) else ""
        return {"items": shown, "next": more}

    made.services["enrollment"].answers |= {
        "/people": answer,
        "/branches": {"items": [BRANCH], "next": ""},
    }
    made.services["catalog"].answers["/classes"] = {"items": [CLASS], "next": ""}
    return made


def of_class(role: str = OFFICER) -> Scene:
    return usual(listing(role=role))


def picked(text: str) -> list[str]:
    """What can be ticked, by the values of its boxes."""
    parts = text.split('type="checkbox" name="')[1:]
    return [part.split('value="')[1].split('"')[0] for part in parts]


@pytest.mark.parametrize("role", [OFFICER, STAFF])
def test_people_are_listed_with_how_far_their_accounts_are(role: str) -> None:
    page = listing(role=role).get("/people").text
    for word in ("张1", "M2", "东城区总工会", "已启用", "还没有收到邀请"):
        assert word in page
    assert picked(page) == ["p1", "p3"]


@pytest.mark.parametrize(("account", "found"), [("in", ["2"]), ("out", ["1", "3"])])
def test_with_or_without_an_account(account: str, found: list[str]) -> None:
    page = listing().get(f"/people?account={account}").text
    assert [n for n in "123" if f'href="/people/p{n}"' in page] == found


def test_a_page_ends_where_the_next_begins_also_where_some_are_left_out() -> None:
    made = listing(count=250)
    seen: list[str] = []
    path = "/people?account=out"
    for _ in range(9):
        page = made.get(path).text
        seen += picked(page)
        _, _, following = page.partition('rel="next" href="')
        if not following:
            break
        path = following.split('"')[0].replace("&amp;", "&")
    assert seen == [f"p{n}" for n in range(1, 251) if n % 2]


def test_of_a_class_those_on_a_side_can_be_reminded_and_withdrawn() -> None:
    page = of_class().get("/people?class_id=c1&state=behind").text
    assert picked(page) == ["c1.fresh.1", "c1.half.1"]
    assert 'formaction="/classes/c1/people/withdrawal"' in page
    assert "周退" not in page


def test_of_whom_no_own_branch_holds_the_list_of_a_class_tells_nothing() -> None:
    made = of_class()
    assert "c1.moved.1" not in made.get("/people?class_id=c1").text
    asked = [b.person_ids for b in made.services["learning"].bodies]
    assert all("moved" not in ids for ids in asked)


def test_of_a_class_only_members_of_the_branch_that_is_picked() -> None:
    made = of_class()
    made.services["enrollment"].answers["/branches"] = {
        "items": [BRANCH | {"id": "elsewhere"}], "next": "",
    }  # fmt: skip
    page = made.get("/people?class_id=c1&branch=elsewhere").text
    assert picked(page) == []


def rows_of(made: Scene, query: str = "") -> list[list[Any]]:
    content = made.get(f"/people.xlsx{query}").data
    return load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_the_workbook_has_all_of_them_and_computes_nothing() -> None:
    made = listing(count=230)
    rows = rows_of(made)
    assert len(rows) == 231
    assert rows[1][:4] == ["张1", "M1", "东城区总工会", "还没有收到邀请"]
    made = of_class()
    made.services["enrollment"].answers["/people/named"] = [named("half", FORMULA)]
    heads, row = rows_of(made, "?class_id=c1")
    assert row[0] == FORMULA
    assert (len(heads), row[5]) == (10, "55")


def test_a_trainee_sees_nobody() -> None:
    for path in ("/people", "/people.xlsx"):
        assert listing(role=TRAINEE).get(path).status_code == 403


class Inviting:
    """Somebody who invites several, of whom enrollment names only p1 and p2."""

    def __init__(self) -> None:
        self.people, self.events = InvitedPeople(), FakeEvents()
        pages = SeveralInvitationPages(self.people, self.events)  # type: ignore[arg-type]
        self.made = usual(scene(pages, OFFICER), **OVER)
        for id_ in ("p1", "p2", "p3", "half"):
            self.people.add(id_, f"{id_}@x.example", invited_until=0.0)
        names = [named("p1", "赵"), named("p2", "钱")]
        self.made.services["enrollment"].answers["/people/named"] = names

    def post(self, **fields: Any) -> Any:
        headers = {"Accept": "text/html", "Accept-Language": "zh"}
        return self.made.client.post("/people/invited", data=fields, headers=headers)


class InvitedPeople(People):
    """Whom letters went to."""

    def renew_invitations(self, invitees: Sequence[Any]) -> Any:
        self.invited += [one.person_id for one in invitees]
        return Renewed([_mailing_to(one.person_id) for one in invitees], [])


def _mailing_to(person: str) -> Mailing:
    account = Account(person, person, person, (TRAINEE,), person_id=person)
    return Mailing(account, "an invitation")


class Renewed:
    def __init__(self, sent: list[Any], unsent: list[Any]) -> None:
        self.sent, self.unsent = sent, unsent


def test_those_picked_are_invited_as_far_as_one_reaches_them() -> None:
    inviting = Inviting()
    page = inviting.post(person=["p1", "p2", "p3", "p1"])
    assert page.status_code == 200
    assert inviting.people.invited == ["p1", "p2"]
    assert "已不在本单位，没有邀请" in page.text


def test_picked_in_a_class_they_are_found_by_their_enrolments() -> None:
    inviting = Inviting()
    answers = inviting.made.services["enrollment"].answers
    answers["/people/named"] = [named("half", "赵半")]
    inviting.post(enrolment=["c1.half.1", "c1.of-others.1"], class_id="c1")
    assert inviting.people.invited == ["half"]


def test_nobody_picked_is_said() -> None:
    inviting = Inviting()
    page = inviting.post()
    assert (page.status_code, 'role="alert"' in page.text) == (422, True)
    assert inviting.people.invited == []
