"""The make-ups port over MongoEngine."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    FieldMapping,
    mapping_of,
)
from chassis.storage.leases import claim_document
from chassis.telemetry.logs import logger

from learning.domain.make_up import MakeUp

LEASE_SECONDS = 60.0  # a round of 100 seats takes seconds
plain: FieldMapping[MakeUp] = mapping_of(MakeUp)


def to_fields(made_up: MakeUp) -> dict[str, Any]:
    """A make-up as fields; when it is due stands where claims look."""
    fields = plain.to_fields(made_up)
    return {"work_due": fields.pop("due"), **fields}


def from_fields(id_: str, stored: Mapping[str, Any]) -> MakeUp:
    """A make-up from its fields."""
    return plain.from_fields(id_, {**stored, "due": stored["work_due"]})


FORM = FieldMapping(to_fields, from_fields)


class StoredMakeUps:
    """Make-ups: editions of courses for which something may be to be made up."""

    def __init__(self, rows: Aggregates[MakeUp], wake: Callable[[], None]) -> None:
        self.rows, self.wake = rows, wake

    def create(self, course_id: str, edition: int) -> None:
        """Put a make-up, from the first seat on; once for each edition."""
        new = MakeUp(course_id, edition, time.time())
        try:
            self.rows.add(new.id, new)
        except AlreadyExists:
            return
        self.wake()

    def claim(self) -> MakeUp | None:
        """The make-up that waits longest, leased to this worker."""
        row = claim_document(self.rows.collection, {}, LEASE_SECONDS)
        return from_fields(row["_id"], row) if row else None

    def save_progress(self, made_up: MakeUp, after: str, waits: str) -> None:
        """Save how far it came."""
        self._change_round(
            made_up, lambda stored: stored.go_on(after, waits, time.time())
        )

    def end_round(self, made_up: MakeUp) -> None:
        """End a round; where a certificate must wait the make-up comes again."""
        if made_up.waits:
            logger().info("made_up_later", id=made_up.id, reason=made_up.waits)
        self._change_round(made_up, lambda stored: stored.end_round(time.time()))

    def _change_round(
        self, made_up: MakeUp, change: Callable[[MakeUp], MakeUp]
    ) -> None:
        """Change a make-up, unless another worker ended its round meanwhile."""

        def decide_change(stored: MakeUp) -> tuple[MakeUp, tuple[()]] | None:
            return (change(stored), ()) if stored.rounds == made_up.rounds else None

        self.rows.change(made_up.id, decide_change)
