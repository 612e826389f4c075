"""Entries become branches and people; what is wrong with one hinders no other."""

from pathlib import Path

import pytest
from biyong.directory.config import Config, load_config
from biyong.directory.content import Content
from biyong.directory.reading import read_content
from biyong.faults import Fault
from gateway.clients.directory_connection import DirectoryEntry, split_dn

CONFIG = """
[server]
url = "ldaps://directory.example"
reader = "cn=reader"
password_file = "reader"
[branches]
base = "ou=unions,dc=x"
name = ["description", "ou"]
[people]
base = "ou=unions,dc=x"
entry = "uid"
"""


def a_config(tmp_path: Path, more: str = "") -> Config:
    file = tmp_path / "sync.toml"
    file.write_text(CONFIG + more)
    return load_config(file)


def an_entry(dn: str, **attributes: str | bytes) -> DirectoryEntry:
    values = {
        name.lower(): [v if isinstance(v, bytes) else v.encode()]
        for name, v in attributes.items()
    }
    return DirectoryEntry(f"{dn},ou=unions,dc=x", values)


def a_unit(dn: str, id_: str | bytes, **more: str) -> DirectoryEntry:
    return an_entry(dn, ou=id_, **more)


def a_member(dn: str, number: str, **more: str | bytes) -> DirectoryEntry:
    named = {"cn": "张三", "mobile": "13800000001", "uid": f"u{number}", **more}
    return an_entry(dn, employeeNumber=number, **named)


EAST = a_unit("ou=East", "East", description="东城")
SCHOOL = a_unit("ou=School, OU=EAST", "school")


def read(
    tmp_path: Path, branches: list[DirectoryEntry], people: list[DirectoryEntry]
) -> Content:
    base = DirectoryEntry("OU=Unions, dc=X", {"ou": [b"unions"]})
    return read_content(a_config(tmp_path), [base, *branches], people)


def reasons(content: Content) -> list[str]:
    return [fault.reason for fault in content.faults]


def test_the_tree_and_its_people(tmp_path: Path) -> None:
    people = [a_member("cn=A,ou=east", "1"), a_member("cn=B,ou=school,ou=East", "2")]
    content = read(tmp_path, [SCHOOL, EAST], people)
    shown = [(branch.id, branch.name, branch.parent) for branch in content.branches]
    assert shown == [("east", "东城", ""), ("school", "school", "east")]
    assert [p.membership for p in content.people] == ["east:1", "school:2"]
    assert [p.entry for p in content.people] == ["u1", "u2"]
    assert content.faults == ()


def test_branches_that_have_no_id_of_their_own_are_left_out(tmp_path: Path) -> None:
    twice = a_unit("ou=other", "east")
    wrong = a_unit("ou=w", "东城")
    unreadable = a_unit("ou=u", b"\xff")
    branches = [EAST, SCHOOL, twice, wrong, unreadable]
    content = read(tmp_path, branches, [a_member("cn=A,ou=school,ou=east", "1")])
    assert content.branches == content.people == ()
    assert sorted(reasons(content)) == [
        "branch-above-missing",
        "branch-id-illegal",
        "branch-id-twice",
        "branch-id-twice",
        "branch-missing",
        "text-unreadable",
    ]


def test_a_member_number_of_two_entries_is_nobodys(tmp_path: Path) -> None:
    people = [a_member(f"cn={n},ou=east", "1", uid=n) for n in "ab"]
    content = read(tmp_path, [EAST], [*people, a_member("cn=c,ou=east", "2")])
    assert [person.member_no for person in content.people] == ["2"]
    assert reasons(content) == ["member-number-twice"] * 2


def test_people_whose_entry_is_not_their_own_are_not_marked(tmp_path: Path) -> None:
    people = [a_member(f"cn={n},ou=east", n, uid="same") for n in "12"]
    content = read(tmp_path, [EAST], people)
    assert [person.entry for person in content.people] == ["", ""]
    assert reasons(content) == ["entry-twice"] * 2


def test_an_entry_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    people = [a_member("cn=a,ou=east", "1", cn=b"\xff"), a_member("cn=b,ou=east", "2")]
    content = read(tmp_path, [EAST], people)
    assert [person.member_no for person in content.people] == ["2"]
    assert reasons(content) == ["text-unreadable"]


@pytest.mark.parametrize(
    "more", ["[limits]\nmissing_procent = 5", "[limits]\nmissing_percent = 101", "["]
)
def test_a_file_with_a_line_that_nobody_knows_is_refused(
    tmp_path: Path, more: str
) -> None:
    with pytest.raises(Fault) as refused:
        a_config(tmp_path, more)
    assert refused.value.exit_code == 2


def test_names_of_entries_compare_however_they_are_written() -> None:
    assert split_dn("CN=A+UID=x, ou=East,dc=X") == ("cn=a+uid=x", "ou=east", "dc=x")
    with pytest.raises(ValueError, match="no name of an entry"):
        split_dn("nonsense")
