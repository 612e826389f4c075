"""How a branch is reached by its people: whom to ask, and when."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BranchContact:
    """The contact of a branch, as its officer wrote it; what is empty is not shown."""

    branch_id: str
    name: str = ""
    phone: str = ""
    hours: str = ""
    place: str = ""

    @property
    def id(self) -> str:
        """A branch has one contact."""
        return self.branch_id
