"""The contacts of branches: changed by their officers, found by their people."""

from collections.abc import Sequence
from typing import Protocol

from enrollment.domain.branch_contact import BranchContact
from enrollment.domain.errors import EditConflict
from enrollment.domain.people import Branch
from enrollment.usecases.ports import Audit, Branches, Scope

TRIES = 5
"""Of whoever writes over whatever there is."""


class BranchContacts(Protocol):
    """Contacts of branches, one each."""

    def get_with_version(self, branch_id: str) -> tuple[BranchContact, int]:
        """The contact of a branch and its version; an empty one has version 0."""

    def write_contact(self, contact: BranchContact, version: int) -> bool:
        """Write it where it has this version still, or 0 while there is none."""

    def find_by_ids(self, branch_ids: Sequence[str]) -> dict[str, BranchContact]:
        """The contacts of these branches that have one."""


def put_contact(
    contacts: BranchContacts,
    audit: Audit,
    who: str,
    contact: BranchContact,
    version: int | None,
) -> tuple[BranchContact, int]:
    """The contact as written, and its version; None writes over whatever there is.

    Raises EditConflict where it has another version by now.
    """
    for _ in range(TRIES):
        present, at = contacts.get_with_version(contact.branch_id)
        if version is not None and version != at:
            break
        if present == contact:
            return present, at
        audit.add(who, "branch-contact-changed", contact.branch_id)
        if contacts.write_contact(contact, at):
            return contact, at + 1
    raise EditConflict("有人刚改过这个联系方式：请看最新的内容再改")


def find_college_contact(
    branches: Branches, contacts: BranchContacts, everywhere: Scope
) -> tuple[Branch, BranchContact] | None:
    """The contact at the root of the tree, if there is one: whom anybody may ask whose
    branch is not known."""
    root = next(iter(branches.find_within(everywhere, at_once=1)), None)
    contact = contacts.find_by_ids([root.id]).get(root.id) if root else None
    return (root, contact) if root and contact else None


def find_contacts(
    branches: Branches, contacts: BranchContacts, branch_ids: Sequence[str]
) -> list[tuple[Branch, Branch, BranchContact]]:
    """For each of these branches the nearest contact on its line: that branch, the one
    whose contact it is, and the contact; a branch without any is left out."""
    own = branches.find_by_ids(branch_ids)
    lines = sorted({id_ for branch in own.values() for id_ in branch.line})
    known, named = contacts.find_by_ids(lines), branches.find_by_ids(lines)
    found = []
    for branch in own.values():
        nearest = next((id_ for id_ in reversed(branch.line) if id_ in known), "")
        if nearest in named:
            found.append((branch, named[nearest], known[nearest]))
    return found
