"""Find the languages in which people are written to."""

from collections.abc import Sequence

from notify.domain.notice import ZH
from notify.usecases.ports import Groups, Languages


class FindLanguages:
    """The language of a record is the one chosen with it, else with another record of
    the same human, else Chinese."""

    def __init__(self, languages: Languages, groups: Groups) -> None:
        self.languages, self.groups = languages, groups

    def __call__(self, person_ids: Sequence[str]) -> dict[str, str]:
        """The language of each of these people."""
        if not person_ids:
            return {}
        groups = self.groups.find_groups(person_ids)
        every = sorted({id_ for group in groups.values() for id_ in group})
        chosen = self.languages.find_by_people(every)
        return {
            id_: next((chosen[one] for one in (id_, *group) if one in chosen), ZH)
            for id_, group in groups.items()
        }
