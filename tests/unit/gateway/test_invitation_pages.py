"""Pages of invitations: who is not in yet, and a letter more for one or for all."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from contracts.http.enrollment import WaysOut, WaysQuery
from gateway.identity.account import OFFICER, STAFF, TRAINEE, Account
from gateway.identity.account_store import AccountCounts
from gateway.identity.errors import InvitedJustNow, NoAddress, RoundJustNow
from gateway.identity.invitation_counts import count_invitations
from gateway.identity.invitation_rounds import DONE, RUNNING, STOPPED, InvitationRound
from gateway.identity.invitation_states import STATES, find_states
from gateway.identity.invitees import Invitee
from gateway.pages.officer.invitations import InvitationPages
from gateway.pages.officer.invitations_view import MOST_PAGES, view_round

from tests.unit.gateway.identity_world import FakeEvents
from tests.unit.gateway.scene import Scene, scene

FORTNIGHT = 14 * 86_400


class KnownAccounts(dict[str, Account]):
    """Accounts by person, counted as the store does; how often it was asked."""

    counted = 0

    def count_by_people(self, ids: list[str]) -> AccountCounts:
        self.counted += 1
        found = [self[id_] for id_ in ids if id_ in self]
        states = Counter(account.state for account in found)
        invited = sum(one.state == "invited" and one.invited_until > 0 for one in found)
        return AccountCounts(
            states["active"], states["disabled"] + states["reset"], invited
        )


@dataclass
class People:
    """Invitations as pages use them."""

    accounts: KnownAccounts = field(default_factory=KnownAccounts)
    invitees: dict[str, Invitee] = field(default_factory=dict)
    invited: list[str] = field(default_factory=list)
    refusal: Exception | None = None
    can_write_to_phones: bool = True

    def has_sms(self) -> bool:
        return self.can_write_to_phones

    def add(self, id_: str, email: str = "", phone: str = "", **more: Any) -> None:
        until = time.time() + FORTNIGHT - 3_600
        account = Account(id_, id_, "学员", (TRAINEE,), id_, invited_until=until)
        self.accounts[id_] = replace(account, **more)
        self.invitees[id_] = Invitee(id_, "学员", phone, email, "east", "东城", id_)

    def find_accounts(self, ids: list[str]) -> dict[str, Account]:
        return {id_: self.accounts[id_] for id_ in ids if id_ in self.accounts}

    def find_invitees(self, ids: list[str]) -> list[Invitee]:
        return [self.invitees[id_] for id_ in ids if id_ in self.invitees]

    def list_ways(self, asked: WaysQuery, at_once: int = 3) -> WaysOut:
        """Enrollment's answer, a few at once."""
        behind = [one for one in self.invitees if one > asked.after]
        shown = {id_: self.invitees[id_] for id_ in behind[:at_once]}
        mail = [id_ for id_, one in shown.items() if one.email]
        phone = [id_ for id_, one in shown.items() if one.phone and not one.email]
        none = [id_ for id_ in shown if id_ not in {*mail, *phone}]
        more = behind[at_once - 1] if len(behind) > at_once else ""
        return WaysOut(mail=mail, phone=phone, none=none, next=more)

    def way_to(self, invitee: Invitee) -> tuple[str, str]:
        return invitee.find_way(has_sms=self.has_sms())

    def invite_again(self, person_id: str) -> str:
        if self.refusal:
            raise self.refusal
        self.invited.append(person_id)
        return ""


@dataclass
class Rounds:
    """Rounds as pages begin and show them."""

    latest: InvitationRound | None = None
    begun: list[str] = field(default_factory=list)
    refusal: Exception | None = None

    @property
    def rounds(self) -> "Rounds":
        return self

    def __call__(self, by: object, branch_id: str) -> None:
        if self.refusal:
            raise self.refusal
        self.begun.append(branch_id)

    def get_round(self, branch_id: str) -> InvitationRound | None:
        return self.latest


@dataclass
class World:
    """The pages before a branch with some members."""

    people: People = field(default_factory=People)
    rounds: Rounds = field(default_factory=Rounds)
    events: FakeEvents = field(default_factory=FakeEvents)

    def see(self, role: str = OFFICER, more: int = 0) -> Scene:
        """`more` pages are behind the first, when people are counted."""

        def list_ways(query: Mapping[str, str]) -> WaysOut:
            page = int(query.get("after") or 0)
            first = self.people.list_ways(WaysQuery(), at_once=999)
            behind = [f"{id_}{page}" for id_ in first.mail] if page else first.mail
            following = str(page + 1) if page < more else ""
            return WaysOut(
                mail=behind, phone=first.phone, none=first.none, next=following
            )

        members = [
            {
                "id": f"m-{id_}", "person_id": id_, "name": f"学员{id_}", "phone": "",
                "branch_id": "dongcheng", "member_no": id_, "since": "",
            }
            for id_ in self.people.accounts
        ]  # fmt: skip
        pages = InvitationPages(self.people, self.rounds, self.events)  # type: ignore[arg-type]
        made = scene(pages, role)
        branch = {"id": "dongcheng", "name": "东城区总工会", "parent": ""}
        made.services["enrollment"].answers |= {
            "/people": {"items": members, "next": "more" if more else ""},
            "/people/ways": list_ways,
            "/branches": {"items": [branch]},
            "/branches/dongcheng": branch,
            "/people/a": {
                "person_id": "a", "name": "学员", "phone": "", "email": "",
                "has_id_number": False, "memberships": [],
            },
        }  # fmt: skip
        return made


def page_of(made: Scene, path: str = "/people/invitations", **more: str) -> str:
    shown = made.get(path, **more)
    assert shown.status_code == 200
    return str(shown.get_data(as_text=True))


def test_each_person_is_in_one_state() -> None:
    people = People()
    people.add("a", "a@b.example")
    people.add("b", phone="13800000001")
    people.add("c")
    people.add("d", "d@b.example", secret="set")
    people.add("e", "e@b.example", is_disabled=True)
    people.add("f", "f@b.example", invited_until=time.time() + FORTNIGHT - 5)
    people.add("g", "g@b.example", invited_until=0.0)
    states = find_states(people, list("abcdefgx"))  # type: ignore[arg-type]
    assert {id_: one.state for id_, one in states.items()} == {
        "a": "mail", "b": "sms", "c": "no-address", "d": "active", "e": "closed",
        "f": "mail", "g": "not-invited", "x": "no-address",
    }  # fmt: skip
    assert [id_ for id_, one in states.items() if one.may_invite] == ["a", "b", "g"]


def some_people() -> People:
    """One of each kind, and some more."""
    people = People()
    people.add("a", "a@b.example")
    people.add("b", phone="13800000001")
    people.add("c")
    people.add("d", "d@b.example", secret="set")
    people.add("e", phone="13800000002", is_disabled=True)
    people.add("f", "f@b.example", is_reset=True)
    people.add("g", "g@b.example", invited_until=0.0)
    people.add("h", phone="13800000003", secret="set")
    people.add("i", "i@b.example")
    del people.accounts["i"]
    return people


@pytest.mark.parametrize("has_sms", [True, False])
def test_people_are_counted_in_the_stores_as_they_are_told_one_by_one(
    has_sms: bool,
) -> None:
    people = some_people()
    people.can_write_to_phones = has_sms
    states = find_states(people, list(people.invitees))  # type: ignore[arg-type]
    told = Counter(one.state for one in states.values())
    counts = count_invitations(people, people.list_ways, "", 9, 9.0)  # type: ignore[arg-type]
    assert counts.by_state == {state: told[state] for state in STATES}
    assert (counts.people, counts.is_whole) == (9, True)
    assert people.accounts.counted == 7, "three ways on one page, two on two"


def test_who_is_a_member_twice_is_counted_once() -> None:
    people = some_people()

    def twice(asked: WaysQuery) -> WaysOut:
        return WaysOut(mail=["a"], phone=[], none=[], next="" if asked.after else "m1")

    counts = count_invitations(people, twice, "", 9, 9.0)  # type: ignore[arg-type]
    assert (counts.people, counts.by_state["mail"]) == (1, 1)


def test_no_page_is_begun_after_the_time_that_there_is() -> None:
    people = some_people()
    counts = count_invitations(people, people.list_ways, "", 9, 0.0)  # type: ignore[arg-type]
    assert (counts.people, counts.is_whole) == (3, False)


def test_counting_ends_after_so_many_pages() -> None:
    people = some_people()
    counts = count_invitations(people, people.list_ways, "", 2, 9.0)  # type: ignore[arg-type]
    assert (counts.people, counts.is_whole) == (6, False)


def test_an_officer_sees_counts_and_whom_to_invite_again() -> None:
    world = World()
    world.people.add("a", "a@b.example")
    world.people.add("d", "d@b.example", secret="set")
    page = page_of(world.see())
    assert "东城区总工会" in page
    assert "已发邮件，未启用" in page
    assert 'action="/people/invitations/a"' in page
    assert 'action="/people/invitations/d"' not in page
    assert "邀请全部未启用的人" in page


def test_in_english_too() -> None:
    world = World()
    world.people.add("a", "a@b.example")
    page = page_of(world.see(), **{"Accept-Language": "en"})
    assert "Mail sent, not activated" in page
    assert "Invite all who have not activated" in page


def test_staff_who_picked_no_branch_are_not_offered_all() -> None:
    world = World()
    world.people.add("a", "a@b.example")
    assert "邀请全部未启用的人" not in page_of(world.see(STAFF))
    page = page_of(world.see(STAFF), "/people/invitations?branch=dongcheng")
    assert "邀请全部未启用的人" in page


def test_an_empty_branch_says_so() -> None:
    assert "这里还没有学员" in page_of(World().see())


def test_very_many_people_are_counted_beside_the_page_and_to_the_last() -> None:
    world = World()
    world.people.add("a", "a@b.example")
    seen = world.see(more=MOST_PAGES - 1)
    page = page_of(seen)
    later = "/people/invitations?branch=dongcheng&count=all"
    assert f'hx-get="{later.replace("&", "&amp;")}"' in page
    assert "正在数" in page
    assert seen.services["enrollment"].asked.count("/people/ways") == 1
    counted = page_of(seen, later)
    assert ("正在数" in counted, "只数了前" in counted) == (False, False)
    assert f'<dd class="num">{MOST_PAGES - 1}</dd>' in counted


def test_whoever_sees_more_people_than_are_counted_is_told_so() -> None:
    world = World()
    world.people.add("a", "a@b.example")
    path = "/people/invitations?count=all"
    assert f"只数了前 {MOST_PAGES} 人" in page_of(world.see(more=MOST_PAGES), path)


def test_one_person_is_invited_and_the_same_list_comes_back() -> None:
    world = World()
    world.people.add("a", "a@b.example")
    client = world.see().client
    form = {"branch": "dongcheng", "after": "m1"}
    answer = client.post("/people/invitations/a", data=form)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("?branch=dongcheng&after=m1")
    assert world.people.invited == ["a"]
    assert world.events.rows == [("invitation-sent", "ok")]


@pytest.mark.parametrize(
    ("refusal", "status"), [(InvitedJustNow("x"), 429), (NoAddress("x"), 422)]
)
def test_who_cannot_be_invited_is_refused_in_words(
    refusal: Exception, status: int
) -> None:
    world = World()
    world.people.refusal = refusal
    wants = {"Accept": "text/html"}
    answer = world.see().client.post("/people/invitations/a", headers=wants)
    assert answer.status_code == status
    assert "/people/invitations" in answer.get_data(as_text=True)


def test_whom_the_officer_does_not_see_is_not_invited() -> None:
    world = World()
    answer = world.see().client.post("/people/invitations/stranger")
    assert answer.status_code == 404
    assert world.people.invited == []


def test_all_of_a_branch_are_invited_if_the_officer_sees_it() -> None:
    world = World()
    client = world.see().client
    asked = {"branch": "dongcheng"}
    answer = client.post("/people/invitations", data=asked)
    assert (answer.status_code, world.rounds.begun) == (303, ["dongcheng"])
    other = client.post("/people/invitations", data={"branch": "xicheng"})
    assert (other.status_code, world.rounds.begun) == (404, ["dongcheng"])
    world.rounds.refusal = RoundJustNow("x")
    assert client.post("/people/invitations", data=asked).status_code == 429


def a_round(state: str, ago: float = 100.0, **counts: Any) -> InvitationRound:
    return InvitationRound("dongcheng", "o1", time.time() - ago, state, **counts)


def test_a_round_that_runs_is_asked_for_again_and_one_that_is_over_is_not() -> None:
    world = World()
    world.rounds.latest = a_round(RUNNING, people=250, mailed=7)
    path = "/people/invitations/progress?branch=dongcheng"
    part = page_of(world.see(), path, **{"HX-Request": "true"})
    assert "every 2s" in part
    assert "看过 250 人" in part
    assert "邀请全部未启用的人" not in part
    world.rounds.latest = a_round(DONE, people=300, mailed=9)
    part = page_of(world.see(), path, **{"HX-Request": "true"})
    assert "every 2s" not in part
    assert "邀请全部未启用的人" in part
    assert world.see().get(path).status_code == 303


def test_a_round_may_be_repeated_after_a_minute_and_says_why_it_stopped() -> None:
    with scene_of_nobody():
        assert not view_round(a_round(DONE, ago=30)).may_repeat
        assert view_round(a_round(DONE, ago=61)).may_repeat
        stopped = view_round(a_round(STOPPED, reason="unknown-branch", limited=3))
    assert stopped.reason.startswith("没有这个单位")
    assert [(one.text, one.count) for one in stopped.counts] == [
        ("今天的短信已发完", 3)
    ]


def scene_of_nobody() -> Any:
    """A request in Chinese, for functions that need the language of a page."""
    app = World().see().client.application
    return app.test_request_context(headers={"Accept-Language": "zh"})


def test_a_later_page_shows_its_members_and_counts_nobody() -> None:
    world = World(people=some_people())
    page = page_of(world.see(), "/people/invitations?after=m-a")
    assert "学员a" in page
    assert 'id="counts"' not in page
