"""The requests-to-join port over MongoEngine."""

from collections.abc import Callable, Sequence
from typing import Any

from chassis.storage.aggregates import Aggregates, AlreadyExists, NotFound

from enrollment.domain.errors import UnknownRequest
from enrollment.domain.join_request import (
    LAPSED,
    PENDING,
    Decided,
    JoinRequest,
    stored_id_of,
)
from enrollment.store.branches import MOST_NAMED


class StoredJoinRequests:
    """What humans ask of classes: one of each for a class, the last."""

    def __init__(self, rows: Aggregates[JoinRequest]) -> None:
        self.rows = rows

    def get(self, request_id: str) -> JoinRequest | None:
        """The request of this round; None also where a later round is stored."""
        try:
            found = self.rows.get(stored_id_of(request_id))
        except NotFound:
            return None
        return found if found.id == request_id else None

    def create(self, request: JoinRequest) -> bool:
        """Put the first round; False where one is stored."""
        try:
            self.rows.add(request.stored_id, request, request.creation_events())
        except AlreadyExists:
            return False
        return True

    def change(
        self, stored_id: str, decide: Callable[[JoinRequest], Decided | None]
    ) -> JoinRequest:
        """Read, decide, write under the version that was read; as it is then. Raises
        UnknownRequest where it was deleted."""
        try:
            return self.rows.change(stored_id, decide)
        except NotFound as gone:
            raise UnknownRequest("这个申请已不在：请刷新后再看") from gone

    def find_by_people(self, person_ids: Sequence[str]) -> list[JoinRequest]:
        """All of these records, newest first."""
        if not person_ids:
            return []
        found = self.rows.find({"person_id": {"$in": list(person_ids)}})
        return sorted(found, key=lambda one: (one.asked, one.id), reverse=True)

    def find_pending(
        self, branch_ids: Sequence[str] | None, after: tuple[float, str], limit: int
    ) -> list[JoinRequest]:
        """Those that nobody has decided, behind a moment and an id, oldest first: all
        of these branches, and perhaps some of others; of whichever for None."""
        moment, id_ = after
        filter_ = _of_branches(branch_ids) | {
            "state": PENDING,
            "$or": [
                {"asked": {"$gt": moment}},
                {"asked": moment, "_id": {"$gt": id_}},
            ],
        }
        return self.rows.find(filter_, sort=[("asked", 1), ("_id", 1)], limit=limit)

    def find_decided(
        self, branch_ids: Sequence[str] | None, before: tuple[float, str], limit: int
    ) -> list[JoinRequest]:
        """The same of those that are decided, the last decided first."""
        moment, id_ = before
        filter_ = _of_branches(branch_ids) | {
            "decided": {"$gt": 0.0},
            "$or": [
                {"decided": {"$lt": moment}},
                {"decided": moment, "_id": {"$lt": id_}},
            ],
        }
        newest = [("decided", -1), ("_id", -1)]  # one direction: an index is read by it
        return self.rows.find(filter_, sort=newest, limit=limit)

    def find_unsettled(self, until: float, limit: int) -> list[JoinRequest]:
        """Approved ones whose seats should have been asked for by now."""
        due = {"settle_due": {"$gt": 0.0, "$lte": until}}
        return self.rows.find(due, sort=[("settle_due", 1)], limit=limit)

    def find_of_class(self, class_id: str, state: str, limit: int) -> list[JoinRequest]:
        """Some of a class in a state."""
        return self.rows.find({"class_id": class_id, "state": state}, limit=limit)

    def has_lapsed(self, class_id: str, cause: str) -> bool:
        """Whether some of a class lapsed for this cause."""
        lapsed = {"class_id": class_id, "state": LAPSED, "cause": cause}
        return bool(self.rows.find(lapsed, limit=1))


def _of_branches(branch_ids: Sequence[str] | None) -> dict[str, Any]:
    """Of these branches, where they are few enough for an index to help."""
    if branch_ids is None or len(branch_ids) > MOST_NAMED:
        return {}
    return {"branch_id": {"$in": list(branch_ids)}}
