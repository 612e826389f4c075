"""Find how people want to be told."""

from collections.abc import Sequence
from dataclasses import replace

from notify.domain.preferences import Preferences
from notify.usecases.ports import Groups, Preferred


class FindPreferences:
    """The preferences of a record are those chosen with it, else with another record of
    the same human, else what is usual."""

    def __init__(self, preferred: Preferred, groups: Groups) -> None:
        self.preferred, self.groups = preferred, groups

    def __call__(self, person_ids: Sequence[str]) -> dict[str, Preferences]:
        """The preferences of each of these people, under their survivor's id: one human
        gets one digest."""
        groups = self.groups.find_groups(person_ids)
        every = sorted({id_ for group in groups.values() for id_ in group})
        chosen = self.preferred.find_chosen(every)
        return {
            id_: self._of_group(id_, group, chosen) for id_, group in groups.items()
        }

    def _of_group(
        self, id_: str, group: Sequence[str], chosen: dict[str, Preferences]
    ) -> Preferences:
        """Those of the first that has any."""
        found = [chosen[one] for one in (id_, *group) if one in chosen]
        language = next((one.language for one in found if one.language), "")
        first = found[0] if found else Preferences(id_)
        return replace(first, id=next(iter(group), id_), language=language)
