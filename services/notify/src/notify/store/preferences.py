"""The languages port over MongoEngine: preferences by person."""

from collections.abc import Sequence
from contextlib import suppress

from chassis.storage.aggregates import Aggregates, NotFound

from notify.domain.preferences import Preferences


class StoredPreferences:
    """How people want to be told."""

    def __init__(self, rows: Aggregates[Preferences]) -> None:
        self.rows = rows

    def find_by_people(self, person_ids: Sequence[str]) -> dict[str, str]:
        """The languages of those of these people who chose one."""
        found = self.rows.find({"_id": {"$in": list(person_ids)}})
        return {one.id: one.language for one in found}

    def put(self, person_id: str, language: str) -> None:
        """A person's language takes the place of the one before."""
        self.rows.add_many([(person_id, Preferences(person_id, language), ())])
        with suppress(NotFound):  # deleted meanwhile
            self.rows.change(person_id, lambda now: now.choose_language(language))
