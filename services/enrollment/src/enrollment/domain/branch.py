"""Branches in a tree: each knows its path from the root."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Branch:
    """A grass-roots union. `line` leads from the root down to itself."""

    id: str
    name: str
    line: tuple[str, ...]

    @property
    def parent(self) -> str:
        """The branch above, or empty at the root."""
        return self.line[-2] if len(self.line) > 1 else ""

    def is_within(self, branch_id: str) -> bool:
        """Whether the branch is that one or lies below it."""
        return branch_id in self.line


def root_branch(id_: str, name: str) -> Branch:
    """A branch with none above it."""
    return Branch(id_, name, (id_,))


def branch_below(parent: Branch, id_: str, name: str) -> Branch:
    """A branch under another."""
    return Branch(id_, name, (*parent.line, id_))
