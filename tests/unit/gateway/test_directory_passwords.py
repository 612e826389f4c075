"""Accounts from a directory have their passwords proven there, and nobody can tell."""

from dataclasses import dataclass, field
from typing import cast

import pytest
from gateway.identity.directory_entries import DirectoryEntries
from gateway.identity.directory_passwords import AWAY, DirectoryPasswords
from gateway.identity.errors import (
    AccountDisabled,
    DirectoryAway,
    NotFromDirectory,
    OldPasswordWrong,
    PasswordElsewhere,
    RoleMissing,
    SignInRefused,
)
from gateway.identity.mark_directory_people import MarkDirectoryPeople
from gateway.identity.own_password import OwnPassword
from gateway.identity.password_hashes import PasswordHashes

from tests.unit.gateway.identity import (
    ACCOUNTS,
    HERE,
    OFFICER_ACTS,
    OPERATOR_ACTS,
    PASSWORD,
    STAFF_ACTS,
    TRAINEE_ACTS,
    Identity,
    an_account,
)

THERE = "the password there"
MEMBER = an_account("p2", "trainee", login="13512347785", person_id="p2")
COLLEAGUE = an_account("p3", "trainee", "staff", login="wang", person_id="p3")


@dataclass
class FakeEntries:
    """Values of entries by person."""

    rows: dict[str, str] = field(default_factory=dict)

    def get_entry(self, person_id: str) -> str:
        return self.rows.get(person_id, "")

    def find_entries(self, person_ids: list[str]) -> dict[str, str]:
        return {id_: self.rows[id_] for id_ in person_ids if id_ in self.rows}

    def put_entries(self, entries: dict[str, str]) -> set[str]:
        others = {id_: e for id_, e in self.rows.items() if id_ not in entries}
        taken = {id_ for id_, e in entries.items() if e in others.values()}
        self.rows |= {id_: e for id_, e in entries.items() if id_ not in taken}
        return taken

    def delete_entry(self, person_id: str) -> bool:
        return self.rows.pop(person_id, None) is not None


@dataclass
class FakeDirectory:
    """A directory with one password for each entry; a bind takes some time there."""

    passwords: dict[str, str]
    clock: list[float] = field(default_factory=lambda: [0.0])
    takes: float = 0.25
    has_failed: bool = False
    asked: list[str] = field(default_factory=list)

    def is_password_of(self, entry: str, password: str) -> bool | None:
        self.asked.append(entry)
        if self.has_failed:
            raise DirectoryAway(AWAY, 5)
        if entry not in self.passwords:
            return None
        self.clock[0] += self.takes
        return self.passwords[entry] == password

    def is_away(self) -> bool:
        return self.has_failed


class Scene:
    """Sign-in with a directory; time passes only in it, and in pauses."""

    def __init__(self) -> None:
        self.identity = Identity(*ACCOUNTS, MEMBER, COLLEAGUE)
        self.entries, self.directory = FakeEntries(), FakeDirectory({"E2": THERE})
        self.entries.rows["p2"] = "E2"
        self.pauses: list[float] = []
        identity, entries = self.identity, cast(DirectoryEntries, self.entries)
        prove = DirectoryPasswords(
            cast(PasswordHashes, identity.passwords),
            entries,
            self.directory,
            self.pauses.append,
            lambda: self.directory.clock[0],
        )
        prove.times.clear()
        prove.times.append(0.25)
        self.sign_in = identity.sign_in
        self.sign_in.proofs = prove
        self.mark = MarkDirectoryPeople(
            self.sign_in.accounts, entries, self.sign_in.events
        )

    def try_to_sign_in(self, login: str, password: str) -> str:
        """Who is signed in, or why not."""
        try:
            visitor = self.sign_in(login, password, HERE)
        except (SignInRefused, AccountDisabled, DirectoryAway) as refusal:
            return refusal.slug
        assert visitor.account
        return visitor.account.id


def test_who_is_from_the_directory_signs_in_by_the_password_there() -> None:
    scene = Scene()
    assert scene.try_to_sign_in(MEMBER.login, THERE) == "p2"
    assert scene.try_to_sign_in(MEMBER.login, PASSWORD) == "sign-in-refused"
    assert scene.directory.asked == ["E2", "E2"]


def test_others_sign_in_by_their_own_and_none_of_it_goes_there() -> None:
    scene = Scene()
    assert scene.try_to_sign_in("shi", PASSWORD) == "shi"
    assert scene.try_to_sign_in("shi", THERE) == "sign-in-refused"
    assert scene.try_to_sign_in("nobody", THERE) == "sign-in-refused"
    assert scene.directory.asked == []


def test_whoever_fails_waits_as_long_as_a_bind() -> None:
    scene = Scene()
    for login in (MEMBER.login, "shi", "nobody"):
        assert scene.try_to_sign_in(login, "wrong") == "sign-in-refused"
    assert scene.directory.clock == [0.25]
    assert scene.pauses == [0.25, 0.25]
    assert scene.identity.passwords.looked == 3


def test_an_entry_that_is_gone_opens_nothing_and_takes_as_long() -> None:
    scene = Scene()
    scene.directory.passwords.clear()
    assert scene.try_to_sign_in(MEMBER.login, THERE) == "sign-in-refused"
    assert scene.pauses == [0.25]


def test_while_the_directory_is_away_all_who_fail_are_told_so() -> None:
    scene = Scene()
    scene.directory.has_failed = True
    for login in (MEMBER.login, "shi", "nobody"):
        assert scene.try_to_sign_in(login, "wrong") == "directory-away"
    assert scene.try_to_sign_in("shi", PASSWORD) == "shi"


def test_a_wrong_password_counts_as_any_other() -> None:
    scene = Scene()
    counts = scene.identity.tries.counts
    scene.try_to_sign_in(MEMBER.login, "wrong")
    assert set(counts.values()) == {1}
    scene.try_to_sign_in(MEMBER.login, THERE)
    assert set(counts.values()) == {1}


def test_a_disabled_account_stays_out_whatever_the_directory_says() -> None:
    scene = Scene()
    scene.identity.manage.disable(STAFF_ACTS, "p2")
    assert scene.try_to_sign_in(MEMBER.login, THERE) == "account-disabled"


def test_whose_password_is_there_sets_none_here_and_proves_by_the_one_there() -> None:
    scene = Scene()
    own = OwnPassword(scene.sign_in)
    visitor = scene.sign_in(MEMBER.login, THERE, HERE)
    with pytest.raises(PasswordElsewhere):
        own.change_password(visitor, THERE, "a new good password 7", HERE)
    with pytest.raises(OldPasswordWrong):
        own.prove_again(visitor, PASSWORD, HERE)
    own.prove_again(visitor, THERE, HERE)


def test_marking_says_what_became_of_each_person() -> None:
    scene = Scene()
    wanted = {"p1": "E1", "p2": "E2", "p3": "E3", "new": "E2"}
    done = scene.mark.mark_people(STAFF_ACTS, wanted)
    assert done == {
        "p1": "marked",
        "p2": "unchanged",
        "p3": "role-missing",
        "new": "entry-taken",
    }
    assert scene.mark.mark_people(OPERATOR_ACTS, {"p3": "E3"}) == {"p3": "marked"}
    assert scene.identity.events.rows == [("directory-marked", "ok")] * 2


def test_marked_people_are_found_with_the_state_of_their_accounts() -> None:
    scene = Scene()
    found = scene.mark.find_people(STAFF_ACTS, ["p1", "p2", "p9"])
    shown = [(one.person_id, one.entry, one.state) for one in found]
    assert shown == [("p1", "", "active"), ("p2", "E2", "active")]


def test_a_person_who_is_unmarked_has_the_own_password_again() -> None:
    scene = Scene()
    scene.mark.unmark_person(STAFF_ACTS, "p2")
    assert scene.try_to_sign_in(MEMBER.login, PASSWORD) == "p2"
    with pytest.raises(NotFromDirectory):
        scene.mark.unmark_person(STAFF_ACTS, "p2")


@pytest.mark.parametrize("by", [OFFICER_ACTS, TRAINEE_ACTS])
def test_officers_and_trainees_mark_nobody(by: object) -> None:
    scene = Scene()
    for ask in (
        lambda: scene.mark.mark_people(by, {"p1": "E1"}),  # type: ignore[arg-type]
        lambda: scene.mark.find_people(by, ["p1"]),  # type: ignore[arg-type]
        lambda: scene.mark.unmark_person(by, "p2"),  # type: ignore[arg-type]
    ):
        with pytest.raises(RoleMissing):
            ask()
