"""What the synchronisation asks of the platform, by its public doors."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from biyong.directory.content import DirectoryBranch, DirectoryPerson
from biyong.door import Door, path_to

T = TypeVar("T")
AT_ONCE = 200
"""Rows, and persons, that one request takes."""
PAGE = 500
DISABLED = "disabled"
Json = dict[str, Any]


@dataclass(frozen=True)
class Member:
    """A membership as the platform has it."""

    id: str
    person_id: str
    branch_id: str


@dataclass(frozen=True)
class Mark:
    """A person's entry at sign-in, the account's id and its state; empty where there is
    none."""

    entry: str = ""
    account: str = ""
    state: str = ""

    @property
    def is_live(self) -> bool:
        """Whether the person is from the directory and was not disabled."""
        return bool(self.entry) and self.state != DISABLED


class Platform:
    """The platform behind a door at which a member of the college signed in. All that
    it does may be repeated. Everything raises Refused and Away."""

    def __init__(self, door: Door) -> None:
        self.door = door

    def find_branches(self) -> dict[str, DirectoryBranch]:
        """All branches by id."""
        rows = self._read_pages("enrollment", "branches")
        return {
            row["id"]: DirectoryBranch(row["id"], row["name"], row["parent"])
            for row in rows
        }

    def find_members(self, branch: str) -> Iterator[Member]:
        """The memberships of a branch and those below it."""
        for row in self._read_pages("enrollment", "people", branch=branch):
            yield Member(row["id"], row["person_id"], row["branch_id"])

    def create_branch(self, branch: DirectoryBranch) -> None:
        """A branch is created."""
        body = {"id": branch.id, "name": branch.name, "parent": branch.parent}
        self.door.ask("POST", "enrollment", "branches", body=body)

    def rename_branch(self, id_: str, name: str) -> None:
        """A branch gets another name, whatever it had."""
        path = path_to("enrollment", "branches", id_)
        self.door.call("PATCH", path, Json, {"name": name}, match="*")

    def move_branch(self, id_: str, parent: str) -> None:
        """A branch is moved below another with all that hangs on it."""
        path = path_to("enrollment", "branches", id_, "moving")
        self.door.call("POST", path, Json, {"parent": parent}, match="*")

    def register_people(
        self, sender: str, people: Sequence[DirectoryPerson], *, dry_run: bool
    ) -> list[Json]:
        """The outcome of each of at most AT_ONCE people, in their order."""
        rows = [_to_row(place, person) for place, person in enumerate(people, 1)]
        body = {"rows": rows, "dry_run": dry_run}
        path = ("enrollment", "branches", sender, "people")
        outcomes: list[Json] = self.door.ask("PUT", *path, body=body)["rows"]
        return outcomes

    def find_marks(self, person_ids: Iterable[str]) -> dict[str, Mark]:
        """The marks of these persons, as far as they have any."""
        marks: dict[str, Mark] = {}
        for ids in in_pieces(person_ids):
            body = {"person_ids": ids}
            found = self.door.ask("POST", "directory", "entries", "find", body=body)
            for row in found["people"]:
                mark = Mark(row["entry"], row["account"], row["state"])
                marks[row["person_id"]] = mark
        return marks

    def put_marks(self, entries: Mapping[str, str]) -> dict[str, str]:
        """What became of each person's mark."""
        done: dict[str, str] = {}
        for ids in in_pieces(entries):
            rows = [{"person_id": id_, "entry": entries[id_]} for id_ in ids]
            answer = self.door.ask(
                "PUT", "directory", "entries", body={"entries": rows}
            )
            done |= {row["person_id"]: row["outcome"] for row in answer["people"]}
        return done

    def disable_account(self, account: str) -> None:
        """Nobody signs in by the account any more."""
        self.door.ask("POST", "accounts", account, "disabling")

    def _read_pages(self, *path: str, **query: str) -> Iterator[Json]:
        after = ""
        while True:
            page = self.door.ask("GET", *path, limit=str(PAGE), after=after, **query)
            yield from page["items"]
            after = page["next"]
            if not after:
                return


def in_pieces(things: Iterable[T], most: int = AT_ONCE) -> Iterator[list[T]]:
    """The things in lists of at most so many."""
    left = iter(things)
    while piece := list(islice(left, most)):
        yield piece


def _to_row(number: int, person: DirectoryPerson) -> Json:
    return {
        "row": number,
        "name": person.name,
        "member_no": person.member_no,
        "phone": person.phone,
        "id_number": person.id_number,
        "email": person.email,
        "branch_id": person.branch_id,
    }
