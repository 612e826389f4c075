"""Who counts for whom, in memory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from chassis.projections.aliases import PersonGroups


@dataclass
class AliasesInMemory:
    """Aliases as a dictionary: person, survivor."""

    leads: dict[str, str] = field(default_factory=dict)

    def find_leads(self, person_ids: Collection[str]) -> Mapping[str, str]:
        return {id_: to for id_, to in self.leads.items() if id_ in person_ids}

    def find_behind(self, survivor_ids: Collection[str]) -> Mapping[str, str]:
        return {id_: to for id_, to in self.leads.items() if to in survivor_ids}


def groups_of(leads: dict[str, str] | None = None) -> PersonGroups:
    """The groups that these aliases make; a later change of them shows."""
    return PersonGroups(AliasesInMemory(leads if leads is not None else {}))
