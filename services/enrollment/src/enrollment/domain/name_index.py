"""The name index: by which words of a name a member is found, and by whom."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fields.texts import plain_name

LONGEST_PART, LONGEST_NAME = 6, 24
"""Characters of a part that is looked up, and of a name from its beginning on: so an
entry stays small. What is searched for beyond them is compared afterwards."""
EVERYBODY = ""
"""Stands for the branch where somebody searches who sees all."""


@dataclass(frozen=True)
class NameEntry:
    """A membership under the parts of its person's name, for each branch above it."""

    id: str
    person_id: str
    terms: tuple[str, ...]


def search_term(branch_id: str | None, words: str) -> str:
    """What is looked up for a part of a name by who sees a branch, or all."""
    return f"{branch_id or EVERYBODY}/{plain_name(words)[:LONGEST_PART]}"


def list_terms(line: Iterable[str], name: str) -> tuple[str, ...]:
    """All that a member of the branch with this path is found by."""
    parts = set(_parts_of(plain_name(name)[:LONGEST_NAME]))
    branches = (EVERYBODY, *line)
    return tuple(sorted(f"{branch}/{part}" for branch in branches for part in parts))


def _parts_of(name: str) -> Iterator[str]:
    for start in range(len(name)):
        for length in range(1, LONGEST_PART + 1):
            yield name[start : start + length]
