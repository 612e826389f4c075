"""The contacts of branches over MongoEngine."""

from collections.abc import Sequence

from chassis.storage.aggregates import Aggregates, AlreadyExists, NotFound

from enrollment.domain.branch_contact import BranchContact


class StoredBranchContacts:
    """Contacts of branches, one each."""

    def __init__(self, rows: Aggregates[BranchContact]) -> None:
        self.rows = rows

    def get_with_version(self, branch_id: str) -> tuple[BranchContact, int]:
        """The contact of a branch and its version; an empty one has version 0."""
        try:
            return self.rows.get_with_version(branch_id)
        except NotFound:
            return BranchContact(branch_id), 0

    def write_contact(self, contact: BranchContact, version: int) -> bool:
        """Write it where it has this version still, or 0 while there is none."""
        if version:
            return self.rows.write(contact.id, version, contact)
        try:
            self.rows.add(contact.id, contact)
        except AlreadyExists:
            return False
        return True

    def find_by_ids(self, branch_ids: Sequence[str]) -> dict[str, BranchContact]:
        """The contacts of these branches that have one."""
        found = self.rows.find({"_id": {"$in": list(branch_ids)}})
        return {contact.branch_id: contact for contact in found}
