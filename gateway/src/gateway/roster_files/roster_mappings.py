"""Column mappings that a branch's officers chose, remembered by the line of heads."""

from typing import Any

from pymongo.database import Database

from gateway.identity.tokens import moment_in
from gateway.roster_files.column_mapping import ColumnMapping

MAPPING_SECONDS = 730 * 24 * 3600
"""From the last use: a branch that trains people each spring is not asked anew."""


class RosterMappings:
    """One mapping for each branch and line of heads; the latest one counts."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.rows = database["roster_mappings"]

    def create_indexes(self) -> None:
        """Make the index."""
        self.rows.create_index("until", expireAfterSeconds=0)

    def get_mapping(self, branch_id: str, fingerprint: str) -> ColumnMapping | None:
        """The mapping for these heads, or None where nobody chose one."""
        row = self.rows.find_one({"_id": _row_id(branch_id, fingerprint)})
        if row is None or row["until"] <= moment_in(0):
            return None
        columns = {entry["field"]: tuple(entry["places"]) for entry in row["columns"]}
        return ColumnMapping(columns, fingerprint)

    def put_mapping(self, branch_id: str, mapping: ColumnMapping) -> None:
        """Remember the mapping under its fingerprint; one without is not remembered:
        a table without heads may be any table."""
        if not mapping.fingerprint:
            return
        columns = [
            {"field": name, "places": list(places)}
            for name, places in mapping.columns.items()
        ]
        row = {"columns": columns, "until": moment_in(MAPPING_SECONDS)}
        key = {"_id": _row_id(branch_id, mapping.fingerprint)}
        self.rows.update_one(key, {"$set": row}, upsert=True)

    def delete_mapping(self, branch_id: str, fingerprint: str) -> None:
        """Forget the mapping: the next such table is asked about again."""
        self.rows.delete_one({"_id": _row_id(branch_id, fingerprint)})


def _row_id(branch_id: str, fingerprint: str) -> str:
    return f"{branch_id}.{fingerprint}"
