"""Branches and people as the directory has them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DirectoryBranch:
    """A branch: its id, name, and the id of the one above, empty at the top."""

    id: str
    name: str
    parent: str


@dataclass(frozen=True)
class DirectoryPerson:
    """A person as the directory has them; `entry` is empty where two have the same."""

    dn: str
    branch_id: str
    member_no: str
    name: str
    phone: str
    id_number: str
    email: str
    entry: str

    @property
    def membership(self) -> str:
        """The id of the membership, as the platform has it."""
        return f"{self.branch_id}:{self.member_no}"


@dataclass(frozen=True)
class EntryFault:
    """An entry that cannot be brought, and why."""

    dn: str
    reason: str


@dataclass(frozen=True)
class Content:
    """All that was read: branches, each after the one above it; people; and what is
    wrong with entries."""

    branches: tuple[DirectoryBranch, ...]
    people: tuple[DirectoryPerson, ...]
    faults: tuple[EntryFault, ...]
