"""The deliveries port over the mails of the store, of which it reads no text."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from chassis.storage.collections import Rows

from notify.domain.delivery import BY_SMS, Delivery
from notify.domain.echoes import KINDS

SHOWN = {"kind": 1, "channel": 1, "state": 1, "code": 1, "tries": 1, "closed_at": 1}


class StoredDeliveries:
    """What became of mails and messages."""

    def __init__(self, mails: Rows) -> None:
        self.mails = mails

    def find_by_notices(self, notice_ids: Sequence[str]) -> list[Delivery]:
        """What went out beside these notices."""
        ids = [*notice_ids, *(f"{id_}{BY_SMS}" for id_ in notice_ids)]
        found = self.mails.find({"_id": {"$in": ids}}, SHOWN)
        return sorted((_to_delivery(row) for row in found), key=lambda one: one.id)

    def find_letters(self, person_ids: Sequence[str], limit: int) -> list[Delivery]:
        """So many of these people's that repeat no notice, those that ended last
        first, behind those that have not."""
        found = self.mails.find(
            {"person_id": {"$in": list(person_ids)}, "kind": {"$nin": sorted(KINDS)}},
            SHOWN,
        )
        letters = [_to_delivery(row) for row in found]
        return sorted(letters, key=_end_of, reverse=True)[:limit]


def _end_of(delivery: Delivery) -> tuple[bool, float, str]:
    closed = delivery.closed
    return closed is None, closed.timestamp() if closed else 0.0, delivery.id


def _to_delivery(row: Mapping[str, Any]) -> Delivery:
    closed, zone = row.get("closed_at"), datetime.UTC
    return Delivery(
        row["_id"],
        row["kind"],
        row.get("channel", "mail"),
        row["state"],
        row.get("code", ""),
        int(row.get("tries", 0)),
        None if closed is None else datetime.datetime.fromtimestamp(closed, zone),
    )
