"""Accounts for people of branches: one each, a letter that works, no silent taking."""

import time
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import pytest
from chassis.http.problem import Problem
from chassis.storage.aggregates import mapping_of
from gateway.events.to_events import to_event
from gateway.identity.account import STAFF, Account
from gateway.identity.account_store import AccountDocument, StoredAccounts
from gateway.identity.contacts import Contacts
from gateway.identity.errors import (
    AlreadyActive,
    InvitedJustNow,
    NoAddress,
    UnknownAccount,
)
from gateway.identity.invite_people import InvitePeople
from gateway.identity.tokens import hash_token

from tests.engines import Kept

PHONE = "13588800001"


@dataclass
class Enrollment:
    """Enrollment as invitations ask it."""

    people: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, id_: str, branch: str, email: str, phone: str = PHONE) -> None:
        self.people[id_] = {
            "person_id": id_, "name": "目标甲", "phone": phone, "email": email,
            "branch_id": branch, "branch_name": f"{branch}工会",
            "member_no": f"N-{id_}",
        }  # fmt: skip

    def send_request(
        self, method: str, path: tuple[str, ...], answer: Any, *, body: dict[str, Any]
    ) -> Any:
        assert (method, path) == ("POST", ("people", "invitees"))
        found = [self.people[id_] for id_ in body["person_ids"] if id_ in self.people]
        return msgspec.convert(found, answer)


@dataclass
class Notify:
    """Notify as invitations ask it; it may be away."""

    mails: list[dict[str, Any]] = field(default_factory=list)
    is_away: bool = False
    room: int = 1_000

    def send_request(
        self, method: str, path: tuple[str, ...], answer: Any, *, body: dict[str, Any]
    ) -> dict[str, Any]:
        if self.is_away:
            raise Problem(503, "service-away", "notify does not answer")
        limited = body["mails"][self.room :]
        self.mails += body["mails"][: self.room]
        return {"limited": [mail["key"] for mail in limited]}

    def links(self, address: str) -> list[str]:
        return [
            mail["words"]["link"].rpartition("/")[2]
            for mail in self.mails
            if mail["address"] == address
        ]


class World:
    def __init__(self, kept: Kept) -> None:
        rows = kept.aggregates(
            "gateway", AccountDocument, mapping_of(Account), to_event
        )
        self.accounts = StoredAccounts(rows)
        self.enrollment, self.notify = Enrollment(), Notify()
        self.invite = InvitePeople(
            self.accounts,
            self.enrollment,
            self.notify,
            "https://biyong.example",  # type: ignore[arg-type]
            Contacts(kept.database("gateway")),
        )

    def opens(self, link: str) -> Account | None:
        return self.accounts.get_by_invitation(hash_token(link))

    def forget_when(self, id_: str) -> None:
        """The letter went out long ago; its link is good for an hour still."""
        until = time.time() + 3600
        self.accounts.change(id_, lambda one: replace(one, invited_until=until))


@pytest.fixture
def world(kept: Kept) -> World:
    return World(kept)


def test_a_person_gets_an_account_under_the_phone_and_a_letter(world: World) -> None:
    world.enrollment.add("p1", "east", "one@b.example")
    world.invite.invite_new_people(["p1", "p1"])
    (link,) = world.notify.links("one@b.example")
    account = world.opens(link)
    assert account is not None
    assert (account.id, account.login, account.person_id) == ("p1", PHONE, "p1")


def test_whom_a_second_branch_names_has_an_account_that_the_first_did_not_take(
    world: World,
) -> None:
    """A branch enrols a stranger's phone with an address of its own and takes it up."""
    world.enrollment.add("squatted", "west", "me@b.example")
    world.invite.invite_new_people(["squatted"])
    world.accounts.change("squatted", lambda one: replace(one, secret="set"))
    world.enrollment.add("real", "east", "real@b.example")
    world.invite.invite_new_people(["real"])
    (link,) = world.notify.links("real@b.example")
    account = world.opens(link)
    assert account is not None
    assert (account.id, account.login) == ("real", "real@b.example")
    held = world.accounts.get_by_login(PHONE)
    assert held is not None
    assert (held.id, held.person_id) == ("squatted", "squatted")


def test_without_an_address_the_member_number_is_the_login(world: World) -> None:
    world.enrollment.add("p1", "west", "")
    world.enrollment.add("p2", "east", "")
    world.invite.invite_new_people(["p1", "p2"])
    logins = {a.id: a.login for a in world.accounts.find_by_people(["p1", "p2"])}
    assert logins == {"p1": PHONE, "p2": "east.n-p2"}
    assert world.notify.mails == []


def test_a_phone_that_signs_staff_in_makes_nobody_a_trainee(world: World) -> None:
    world.accounts.create_account(Account("s1", PHONE, "教务", (STAFF,), secret="set"))
    world.enrollment.add("p1", "east", "one@b.example")
    world.invite.invite_new_people(["p1"])
    staff = world.accounts.get("s1")
    assert staff is not None
    assert (staff.roles, staff.person_id) == ((STAFF,), "")
    assert world.accounts.get("p1") is not None


def test_whom_there_was_no_room_for_waits_for_a_first_letter_and_no_other_does(
    world: World,
) -> None:
    for n in range(3):
        world.enrollment.add(f"p{n}", "east", f"{n}@b.example", f"1358880000{n}")
    world.notify.room = 1
    world.invite.invite_new_people(["p0", "p1", "p2"])
    (link,) = world.notify.links("0@b.example")
    account = world.opens(link)
    assert account is not None
    assert account.invited_until > time.time()
    waiting = world.accounts.find_by_people(["p1", "p2"])
    assert {(one.invitation, one.invited_until) for one in waiting} == {("", 0.0)}
    world.notify.room = 1_000
    world.invite.invite_again("p1")
    (link,) = world.notify.links("1@b.example")
    assert world.opens(link) is not None


def test_a_letter_that_could_not_go_out_goes_when_the_event_comes_again(
    world: World,
) -> None:
    world.enrollment.add("p1", "east", "one@b.example")
    world.notify.is_away = True
    with pytest.raises(Problem):
        world.invite.invite_new_people(["p1"])
    world.notify.is_away = False
    world.invite.invite_new_people(["p1"])
    (link,) = world.notify.links("one@b.example")
    assert world.opens(link) is not None


def test_an_address_that_changes_gets_a_fresh_letter_and_the_old_link_is_dead(
    world: World,
) -> None:
    world.enrollment.add("p1", "east", "wrong@b.example")
    world.invite.invite_new_people(["p1"])
    world.enrollment.add("p1", "east", "right@b.example")
    world.invite.invite_at_new_addresses(["p1"])
    (old,), (new,) = (world.notify.links(f"{w}@b.example") for w in ("wrong", "right"))
    assert world.opens(old) is None
    assert world.opens(new) is not None


def test_who_took_the_account_up_gets_no_letter_for_a_changed_address(
    world: World,
) -> None:
    world.enrollment.add("p1", "east", "one@b.example")
    world.invite.invite_new_people(["p1"])
    world.accounts.change("p1", lambda one: replace(one, secret="set"))
    world.enrollment.add("p1", "east", "other@b.example")
    world.invite.invite_at_new_addresses(["p1"])
    world.invite.invite_new_people(["p1"])
    assert world.notify.links("other@b.example") == []


def test_a_person_is_invited_again_when_asked(world: World) -> None:
    world.enrollment.add("p1", "east", "one@b.example")
    world.invite.invite_new_people(["p1"])
    with pytest.raises(InvitedJustNow):
        world.invite.invite_again("p1")
    world.forget_when("p1")
    world.invite.invite_again("p1")
    first, second = world.notify.links("one@b.example")
    assert world.opens(first) is None
    assert world.opens(second) is not None


def test_nobody_is_invited_again_who_cannot_be(world: World) -> None:
    with pytest.raises(UnknownAccount):
        world.invite.invite_again("nobody")
    world.enrollment.add("p1", "east", "")
    world.invite.invite_new_people(["p1"])
    world.forget_when("p1")
    with pytest.raises(NoAddress):
        world.invite.invite_again("p1")
    world.accounts.change("p1", lambda one: replace(one, secret="set"))
    with pytest.raises(AlreadyActive):
        world.invite.invite_again("p1")
