"""The doubles port over MongoEngine."""

from collections.abc import Iterable
from dataclasses import replace

from chassis.storage.aggregates import Aggregates, NotFound

from enrollment.domain.doubles import Double


class StoredDoubles:
    """Pairs of records that look like one human."""

    def __init__(self, rows: Aggregates[Double]) -> None:
        self.rows = rows

    def create(self, doubles: Iterable[Double]) -> None:
        """Put new pairs; what is known of one stays."""
        self.rows.add_many((double.id, double, ()) for double in doubles)

    def find_open(self, after: str, limit: int) -> list[Double]:
        """Pairs of which nobody has said that they are two people, by their ids."""
        wanted = {"is_open": True, "_id": {"$gt": after}}
        return self.rows.find(wanted, sort=[("_id", 1)], limit=limit)

    def close(self, id_: str) -> bool:
        """They are two people; False if there is no such pair."""
        try:
            self.rows.change(id_, lambda double: (replace(double, is_open=False), ()))
        except NotFound:
            return False
        return True
