"""The editions port over MongoEngine."""

from typing import Any

from chassis.storage.aggregates import (
    Aggregates,
    AlreadyExists,
    FieldMapping,
    mapping_of,
)

from catalog.domain.edition import Edition

EDITION_FORM: FieldMapping[Edition] = mapping_of(Edition)


class StoredEditions:
    """Editions of courses that have had a next one."""

    def __init__(self, rows: Aggregates[Edition]) -> None:
        self.rows = rows

    def put(self, edition: Edition) -> None:
        """Put an edition away; the same one again stays."""
        try:
            self.rows.add(edition.id, edition)
        except AlreadyExists:
            return

    def get(self, course_id: str, number: int) -> Edition | None:
        """The edition of this number, or None."""
        found = self._find({"course_id": course_id, "number": number}, 1)
        return found[0] if found else None

    def find_before(self, course_id: str, number: int, limit: int) -> list[Edition]:
        """The editions before a number, the last one first."""
        return self._find({"course_id": course_id, "number": {"$lt": number}}, limit)

    def _find(self, filter_: dict[str, Any], limit: int) -> list[Edition]:
        return self.rows.find(filter_, sort=[("number", -1)], limit=limit)
