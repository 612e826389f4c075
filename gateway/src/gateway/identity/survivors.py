"""Who somebody is once records of one human were merged: the survivor.

An account keeps the person that it was opened for. Whoever signs in with it is, for
every service, the person for whom that record counts now; so what they see and earn is
the same with either account, and separate again once the merge is undone.
"""

from dataclasses import replace

import mongoengine as me
from chassis.events.envelope import Envelope
from chassis.projections.aliases import Alias, Aliases
from chassis.storage.documents import ProjectionDocument, projection_meta

from gateway.identity.sign_in import Visitor


class AliasDocument(ProjectionDocument):
    """A person whose records count for another's, the survivor's."""

    meta = projection_meta("gateway", "aliases", "survivor_id")
    survivor_id = me.StringField()


def row_of_alias(event: Envelope) -> tuple[str, int, Alias]:
    """The row of a person who counts for another, or no longer does."""
    data = event.data
    is_merged = event.type == "enrollment.person.merged.v1"
    alias = Alias(data["person_id"], data["survivor_id"] if is_merged else "")
    return alias.id, event.version, alias


ALIASES = {
    "enrollment.person.merged.v1": row_of_alias,
    "enrollment.person.unmerged.v1": row_of_alias,
}


class Survivors:
    """Whom visitors are taken for."""

    def __init__(self, aliases: Aliases) -> None:
        self.aliases = aliases

    def resolve_visitor(self, visitor: Visitor) -> Visitor:
        """The visitor as the person for whom the account's record counts."""
        account = visitor.account
        if account is None or not account.person_id:
            return visitor
        person_id = self.aliases.get_survivor(account.person_id)
        if person_id == account.person_id:
            return visitor
        return replace(visitor, account=replace(account, person_id=person_id))
