"""The rows of one service that are about a person: found, and deleted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.http.holdings import Holding, HoldingsOut
from pymongo.collection import Collection

from chassis.errors import Unavailable
from chassis.people.forgotten import ForgottenPeople
from chassis.storage.aggregates import collection_of
from chassis.storage.documents import Aggregate, ProjectionDocument

PLUMBING = {
    "_id",
    "version",
    "outbox",
    "out_due",
    "asked_by",
    "work_due",
    "work_tries",
    "source_version",
    "awaits_rebuild",
    "rebuilt_in",
    "viewer_version",
}
"""Fields that are about the storing itself."""
Rows = Collection[dict[str, Any]]
Forget = Callable[[str], None]


@dataclass(frozen=True)
class PersonalRows:
    """Rows of one kind that carry a person's id; `stays` is the reason for which they
    are not deleted with the person, or empty."""

    kind: str
    document: type[Aggregate | ProjectionDocument]
    stays: str = ""
    field: str = "person_id"

    @property
    def rows(self) -> Rows:
        """The collection."""
        return collection_of(self.document)


class PersonalData:
    """What one service stores about people; `change` is for what stays otherwise than
    it was, such as without a name, and for what is found by rows that are deleted."""

    def __init__(
        self,
        forgotten: ForgottenPeople,
        kinds: Sequence[PersonalRows],
        change: Forget = lambda _: None,
    ) -> None:
        self.forgotten, self.kinds, self.change_kept = forgotten, kinds, change

    def find_holdings(self, person_id: str) -> HoldingsOut:
        """All that is stored here about a person; kinds without rows are left out."""
        holdings = [
            Holding(
                kind=kind.kind,
                rows=[show_row(row) for row in kind.rows.find({kind.field: person_id})],
                stays=kind.stays,
            )
            for kind in self.kinds
        ]
        return HoldingsOut(
            holdings=[holding for holding in holdings if holding.rows],
            is_forgotten=self.forgotten.is_forgotten(person_id),
        )

    def forget_person(self, person_id: str) -> None:
        """Delete what does not have to stay; repeating it changes nothing.

        It is noted first that it begins: see `ForgottenPeople`. Raises Unavailable
        while rows have events that are not published yet.
        """
        self.forgotten.begin_person(person_id)
        self.change_kept(person_id)
        for kind in self.kinds:
            if not kind.stays:
                self._delete_rows(kind.rows, {kind.field: person_id})
        self.forgotten.note_person(person_id)

    def find_begun(self, person_ids: set[str]) -> set[str]:
        """Those of these people about whom nothing new is stored."""
        return self.forgotten.find_begun(person_ids)

    def forget_late(self, person_ids: set[str]) -> None:
        """Whoever has just stored something about these people asks this afterwards: it
        was in time for what deletes it, or it is deleted now. Raises Unavailable."""
        for person_id in sorted(self.find_begun(person_ids)):
            self.forget_person(person_id)

    def _delete_rows(self, rows: Rows, theirs: dict[str, Any]) -> None:
        rows.delete_many({**theirs, "out_due": None})
        if rows.find_one(theirs, {"_id": 1}) is not None:
            raise Unavailable("events of this person are still to be published")


def show_row(row: Mapping[str, Any]) -> dict[str, str]:
    """A row as its person reads it: every field as text, without the plumbing."""
    shown = {name: show_value(v) for name, v in row.items() if name not in PLUMBING}
    return {name: text for name, text in shown.items() if text}


def show_value(value: Any) -> str:
    """A value as text; lists with blanks between."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return " ".join(show_value(one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {show_value(v)}" for name, v in value.items())
    return str(value)
