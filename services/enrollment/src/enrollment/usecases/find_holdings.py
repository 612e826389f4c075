"""All that is stored of a person here, in full, for that person."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from enrollment.domain.join_request import JoinRequest
from enrollment.domain.naming_rows import find_naming
from enrollment.domain.roster import Chunk
from enrollment.usecases.ports import Enrolments, People

SEATS, AUDITED = "seats", "audit"
"""Why something stays: seats and hours count for others too; who changed what."""


class StoredChunkRows(Protocol):
    """Chunks whose rows are stored still, requests to join, and whether a person is
    deleted."""

    def find_chunks(self) -> Iterable[Chunk]:
        """Every chunk whose rows are stored still."""

    def find_requests(self, person_id: str) -> list[JoinRequest]:
        """What the person asked of classes."""

    def is_deleted(self, person_id: str) -> bool:
        """Whether the person was there and is deleted."""


@dataclass(frozen=True)
class StoredKind:
    """Rows of one kind; `stays` says why they are not deleted with the person."""

    kind: str
    rows: list[dict[str, Any]]
    stays: str = ""


def find_holdings(
    people: People, enrolments: Enrolments, records: StoredChunkRows, person_id: str
) -> list[StoredKind]:
    """What is stored, kind by kind; empty kinds are left out."""
    person = people.find_by_ids([person_id]).get(person_id)
    memberships = people.find_memberships_of([person_id])
    kinds = [
        StoredKind("person", [asdict(person)] if person else []),
        StoredKind("memberships", [asdict(m) for m in memberships]),
        StoredKind(
            "person-changes",
            [asdict(change) for change in people.find_changes(person_id)],
            AUDITED,
        ),
        StoredKind(
            "enrolments",
            [asdict(e) for e in enrolments.find_by_person(person_id)],
            SEATS,
        ),
        StoredKind(
            "join-requests",
            [asdict(request) for request in records.find_requests(person_id)],
        ),
    ]
    if person:
        ids = {membership.id for membership in memberships}
        rows = [
            asdict(row) | {"sent_by": chunk.branch_id, "roster": chunk.name}
            for chunk in records.find_chunks()
            for row in find_naming(chunk, person, ids)
        ]
        kinds.append(StoredKind("roster-rows", rows))
    return [kind for kind in kinds if kind.rows]
