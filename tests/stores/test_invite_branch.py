"""All of a branch invited again: nobody is left out, whatever dies in between."""

import time
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import pytest
from chassis.http.problem import Problem
from chassis.storage.aggregates import mapping_of
from contracts.http.enrollment import MemberOut, MembersQuery
from contracts.http.shape import Page
from gateway.events.to_events import to_event
from gateway.identity.account import OFFICER, STAFF, TRAINEE, Account
from gateway.identity.account_store import AccountDocument, StoredAccounts
from gateway.identity.contacts import Contacts
from gateway.identity.errors import RoleMissing, RoundJustNow
from gateway.identity.invitation_rounds import DONE, RUNNING, STOPPED, InvitationRounds
from gateway.identity.invite_branch import InviteBranch
from gateway.identity.invite_people import InvitePeople
from gateway.identity.manage_accounts import Actor
from gateway.identity.sign_in import Origin
from gateway.identity.tokens import hash_token

from tests.engines import Kept
from tests.unit.gateway.identity_world import FakeEvents

OFFICER_ACCOUNT = Account(
    "o1", "shi", "史经办", (OFFICER,), branch_id="east", secret="set"
)


@dataclass
class Enrollment:
    """Enrollment with people of one branch; `faults` are raised for next pages."""

    people: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[Problem] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def add(self, id_: str, email: str = "", phone: str = "") -> None:
        self.people[id_] = {
            "person_id": id_, "name": "学员", "phone": phone, "email": email,
            "branch_id": "east", "branch_name": "东城总工会", "member_no": f"N-{id_}",
        }  # fmt: skip

    def list_members(self, account: Account, asked: MembersQuery) -> Page[MemberOut]:
        self.asked.append((account.id, asked.branch))
        if self.faults:
            raise self.faults.pop(0)
        ids = sorted(id_ for id_ in self.people if id_ > asked.after)
        shown = ids[: asked.limit]
        members = [
            MemberOut(
                id=id_, person_id=id_, name="学员", phone="", branch_id="east",
                member_no=f"N-{id_}", since="",
            )
            for id_ in shown
        ]  # fmt: skip
        return Page(items=members, next=shown[-1] if len(ids) > len(shown) else "")

    def send_request(
        self, method: str, path: tuple[str, ...], answer: Any, *, body: dict[str, Any]
    ) -> Any:
        found = [self.people[id_] for id_ in body["person_ids"] if id_ in self.people]
        return msgspec.convert(found, answer)


@dataclass
class Notify:
    """Notify, which takes so many messages; `faults` are raised for next letters.

    With `is_last` the gateway dies when its letters have just been taken.
    """

    mails: list[dict[str, Any]] = field(default_factory=list)
    room: int = 1_000
    faults: list[Problem] = field(default_factory=list)
    is_last: bool = False

    def send_request(
        self, method: str, path: tuple[str, ...], answer: Any, *, body: dict[str, Any]
    ) -> dict[str, Any]:
        if self.faults:
            raise self.faults.pop(0)
        sms = [mail for mail in body["mails"] if mail.get("channel") == "sms"]
        limited = [mail["key"] for mail in sms[max(0, self.room) :]]
        self.room -= len(sms)
        if limited and len(limited) == len(body["mails"]):
            raise Problem(429, "too-many-messages", "明天再试")
        self.mails += [m for m in body["mails"] if m["key"] not in limited]
        if self.is_last:
            self.is_last = False
            raise KeyboardInterrupt
        return {"limited": limited}

    def addresses(self) -> list[str]:
        return [mail["address"] for mail in self.mails]


class World:
    def __init__(self, kept: Kept) -> None:
        rows = kept.aggregates(
            "gateway", AccountDocument, mapping_of(Account), to_event
        )
        self.accounts = StoredAccounts(rows)
        self.enrollment, self.notify = Enrollment(), Notify()
        people = InvitePeople(
            self.accounts, self.enrollment, self.notify,
            "https://biyong.example", Contacts(kept.database("gateway")),
            lambda: True,
        )  # type: ignore[arg-type] # fmt: skip
        self.rounds = InvitationRounds(kept.database("gateway"))
        self.rounds.create_indexes()
        self.events = FakeEvents()
        self.invite = InviteBranch(
            self.rounds, self.accounts, people, self.enrollment.list_members,
            self.events,
        )  # type: ignore[arg-type] # fmt: skip
        self.accounts.create_account(OFFICER_ACCOUNT)

    def add(self, id_: str, email: str = "", phone: str = "", **more: Any) -> None:
        """A person who was invited long ago."""
        self.enrollment.add(id_, email, phone)
        until = time.time() + 3600
        known = Account(
            id_, f"login-{id_}", "学员", (TRAINEE,), person_id=id_,
            invitation=hash_token(f"old-{id_}"), invited_until=until,
        )  # fmt: skip
        self.accounts.create_account(replace(known, **more))

    def begin(self, account: Account = OFFICER_ACCOUNT, branch: str = "east") -> None:
        self.invite(Actor(account, Origin("127.0.0.1")), branch)

    def work(self) -> int:
        """Work until nothing is due; pauses and leases are over at once."""
        pages = 0
        while True:
            if self.invite.work_page():
                pages += 1
                continue
            if self.state() != RUNNING:
                return pages
            self.let_lapse()

    def let_lapse(self) -> None:
        self.rounds.rows.update_one({"_id": "east"}, {"$set": {"work_due": 1.0}})

    def state(self) -> str:
        latest = self.rounds.get_round("east")
        assert latest is not None
        return latest.state


@pytest.fixture(name="world")
def _world(kept: Kept) -> World:
    return World(kept)


def counts(world: World) -> dict[str, int]:
    latest = world.rounds.get_round("east")
    assert latest is not None
    given = msgspec.to_builtins(latest)
    return {
        name: count
        for name, count in given.items()
        if isinstance(count, int) and count and name != "tries"
    }


def test_everybody_is_counted_as_what_became_of_them(world: World) -> None:
    world.add("a", "a@b.example")
    world.add("b", phone="13800000001")
    world.add("c")
    world.add("d", "d@b.example", secret="set")
    world.add("e", "e@b.example", is_disabled=True)
    world.add("f", "f@b.example", invited_until=time.time() + 14 * 86_400 - 5)
    world.enrollment.add("g", phone="13800000002")
    world.begin()
    assert world.work() == 1
    assert counts(world) == {
        "people": 7, "mailed": 1, "messaged": 2, "no_address": 1, "active": 1,
        "closed": 1, "recent": 1,
    }  # fmt: skip
    assert world.state() == DONE
    assert sorted(world.notify.addresses()) == [
        "13800000001", "13800000002", "a@b.example",
    ]  # fmt: skip
    assert world.events.rows == [("branch-invited", "ok")]


def test_links_work_and_those_from_before_are_void(world: World) -> None:
    world.add("b", phone="13800000001")
    world.begin()
    world.work()
    [message] = world.notify.mails
    link = message["words"]["link"].rpartition("/")[2]
    assert message["channel"] == "sms"
    assert world.accounts.get_by_invitation(hash_token(link)) is not None
    assert world.accounts.get_by_invitation(hash_token("old-b")) is None


def test_pages_follow_one_another_to_the_last(world: World) -> None:
    for number in range(201):
        world.add(f"p{number:03}", f"p{number}@b.example")
    world.begin()
    assert world.work() == 3
    assert len(set(world.notify.addresses())) == len(world.notify.mails) == 201


@pytest.mark.parametrize("fault", ["enrollment", "notify", "death"])
def test_a_page_that_failed_is_tried_again_and_leaves_nobody_out(
    world: World, fault: str
) -> None:
    for number in range(120):
        world.add(f"p{number:03}", f"p{number}@b.example")
    away = Problem(503, "service-away", "away")
    world.begin()
    if fault == "enrollment":
        world.enrollment.faults = [away, away]
    elif fault == "notify":
        world.notify.faults = [away, away]
    else:
        world.notify.is_last = True
        with pytest.raises(KeyboardInterrupt):
            world.invite.work_page()
    world.work()
    assert counts(world) == {"people": 120, "mailed": 120}
    letters = world.notify.addresses()
    assert len(set(letters)) == 120
    assert len(letters) == (220 if fault == "death" else 120)
    for mail in world.notify.mails[-120:]:
        link = mail["words"]["link"].rpartition("/")[2]
        assert world.accounts.get_by_invitation(hash_token(link)) is not None


def test_whom_there_is_no_room_for_keeps_the_link_from_before(world: World) -> None:
    for id_ in "abc":
        world.add(id_, phone=f"1380000000{ord(id_) - 97}")
    world.notify.room = 1
    world.begin()
    world.work()
    assert counts(world) == {"people": 3, "messaged": 1, "limited": 2}
    old = [world.accounts.get_by_invitation(hash_token(f"old-{id_}")) for id_ in "abc"]
    assert [account.id for account in old if account] == ["b", "c"]


def test_a_branch_is_not_invited_twice_in_a_minute(world: World) -> None:
    world.add("a", "a@b.example")
    world.begin()
    with pytest.raises(RoundJustNow):
        world.begin()
    world.work()
    with pytest.raises(RoundJustNow):
        world.begin()
    world.rounds.rows.update_one({"_id": "east"}, {"$inc": {"began": -60.0}})
    world.begin()
    world.work()
    assert counts(world) == {"people": 1, "recent": 1}


@pytest.mark.parametrize(
    "account",
    [
        Account("t1", "t", "学员", (TRAINEE,), person_id="t1"),
        replace(OFFICER_ACCOUNT, branch_id=""),
    ],
)
def test_only_officers_of_a_branch_and_staff_begin_one(
    world: World, account: Account
) -> None:
    with pytest.raises(RoleMissing):
        world.begin(account)
    assert world.rounds.get_round("east") is None


@pytest.mark.parametrize(
    "changes",
    [{"is_disabled": True}, {"roles": (TRAINEE,)}, {"branch_id": ""}],
)
def test_a_round_ends_when_its_maker_may_no_more(
    world: World, changes: dict[str, Any]
) -> None:
    world.add("a", "a@b.example")
    world.begin()
    world.accounts.change("o1", lambda account: replace(account, **changes))
    world.work()
    assert world.state() == STOPPED
    assert world.notify.mails == []


def test_a_branch_out_of_sight_ends_the_round(world: World) -> None:
    world.begin()
    world.enrollment.faults = [Problem(404, "unknown-branch", "no")]
    world.work()
    latest = world.rounds.get_round("east")
    assert latest is not None
    assert (latest.state, latest.reason) == (STOPPED, "unknown-branch")


def test_a_round_is_worked_on_by_one_at_a_time(world: World) -> None:
    world.add("a", "a@b.example")
    world.begin()
    first = world.rounds.claim_round()
    assert first is not None
    assert not world.invite.work_page()
    world.let_lapse()
    assert world.invite.work_page()
    world.rounds.note_page(first, {"people": 99}, "")
    assert counts(world) == {"people": 1, "mailed": 1}


def test_staff_invite_any_branch_in_their_own_name(world: World) -> None:
    staff = Account("s1", "staff", "教务", (STAFF,), secret="set")
    world.accounts.create_account(staff)
    world.add("a", "a@b.example")
    world.begin(staff)
    world.work()
    assert world.enrollment.asked == [("s1", "east")]
