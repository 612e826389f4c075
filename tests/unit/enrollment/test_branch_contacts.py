"""Contacts of branches: the nearest for people, the college's for who is unknown."""

from collections.abc import Sequence

from enrollment.domain.branch_contact import BranchContact
from enrollment.usecases.branch_contacts import find_college_contact, find_contacts

from tests.unit.enrollment.fakes import FakeBranches
from tests.unit.enrollment.scopes import ALL
from tests.unit.enrollment.world import BRANCHES


class MemoryContacts:
    """Contacts of branches by branch."""

    def __init__(self, *contacts: BranchContact) -> None:
        self.rows = {contact.branch_id: contact for contact in contacts}

    def get_with_version(self, branch_id: str) -> tuple[BranchContact, int]:
        found = self.rows.get(branch_id)
        return (found, 1) if found else (BranchContact(branch_id, "", "", "", ""), 0)

    def write_contact(self, contact: BranchContact, version: int) -> bool:
        self.rows[contact.branch_id] = contact
        return True

    def find_by_ids(self, branch_ids: Sequence[str]) -> dict[str, BranchContact]:
        return {id_: self.rows[id_] for id_ in branch_ids if id_ in self.rows}


COLLEGE = BranchContact("bj", "学院前台", "010-6000 0000", "", "")
EAST = BranchContact("dc", "王干事", "010-6500 0000", "", "")


def test_the_college_is_the_root_of_the_tree() -> None:
    branches = FakeBranches(BRANCHES)
    found = find_college_contact(branches, MemoryContacts(EAST, COLLEGE), ALL)
    assert found == (branches.rows["bj"], COLLEGE)


def test_where_the_root_wrote_none_nobody_elses_is_told() -> None:
    contacts = MemoryContacts(EAST)
    assert find_college_contact(FakeBranches(BRANCHES), contacts, ALL) is None
    assert find_college_contact(FakeBranches(), contacts, ALL) is None


def test_people_see_the_nearest_contact_on_their_line() -> None:
    contacts = MemoryContacts(EAST, COLLEGE)
    found = find_contacts(FakeBranches(BRANCHES), contacts, ["dc-school", "xc"])
    assert [(own.id, contact) for own, _, contact in found] == [
        ("dc-school", EAST),
        ("xc", COLLEGE),
    ]
