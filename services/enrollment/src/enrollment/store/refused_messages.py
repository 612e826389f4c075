"""The answers to messages that are not taken."""

import datetime
from dataclasses import asdict
from typing import Any

from chassis.storage.aggregates import Aggregates, FieldMapping, mapping_of

from enrollment.domain.refused_message import RefusedMessage

KEPT = datetime.timedelta(days=30)
"""As long as a branch asks about what it sent."""


def refused_form() -> FieldMapping[RefusedMessage]:
    """How an answer is kept: until its term is over."""
    plain: FieldMapping[RefusedMessage] = mapping_of(RefusedMessage)

    def to_fields(refused: RefusedMessage) -> dict[str, Any]:
        forget_at = datetime.datetime.now(datetime.UTC) + KEPT
        return asdict(refused) | {"forget_at": forget_at}

    return FieldMapping(to_fields, plain.from_fields)


class RefusedMessages:
    """Each is answered as often as it comes: the answer before may not have arrived."""

    def __init__(self, rows: Aggregates[RefusedMessage]) -> None:
        self.rows = rows

    def answer(self, refused: RefusedMessage) -> None:
        """Tell the sender, for certain; not once more while the same answer has still
        to leave."""
        event = refused.to_event()
        if not self.rows.add_many([(refused.id, refused, (event,))]):
            return
        has_left = {"_id": refused.id, "out_due": None}
        if self.rows.collection.find_one(has_left, {"_id": 1}) is not None:
            self.rows.change(refused.id, lambda _: (refused, (event,)))
