"""The ports of languages and preferences over MongoEngine: both by person."""

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
        chosen = self.find_chosen(person_ids)
        return {id_: one.language for id_, one in chosen.items() if one.language}

    def find_chosen(self, person_ids: Sequence[str]) -> dict[str, Preferences]:
        """The preferences of those of these people who have any."""
        found = self.rows.find({"_id": {"$in": list(person_ids)}})
        return {one.id: one for one in found}

    def put_telling(self, chosen: Preferences) -> None:
        """A person's preferences, but for the language, become these."""
        self.rows.add_many([(chosen.id, chosen, ())])
        with suppress(NotFound):  # deleted meanwhile
            self.rows.change(chosen.id, lambda now: now.choose_telling(chosen))

    def put(self, person_id: str, language: str) -> None:
        """A person's language takes the place of the one before."""
        self.rows.add_many([(person_id, Preferences(person_id, language), ())])
        with suppress(NotFound):  # deleted meanwhile
            self.rows.change(person_id, lambda now: now.choose_language(language))
