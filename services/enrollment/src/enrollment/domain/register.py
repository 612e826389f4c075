"""The register: which human a row of a roster means.

It knows the people of the branch that sends and of those below, and nobody else: about
others no answer may differ from that about somebody unknown.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from fields.texts import is_same_name

from enrollment.domain.people import Membership, Person, membership_id
from enrollment.domain.roster import KEPT, SECOND, UPDATED

FindFrozen = Callable[[], Collection[str]]
"""The people whom no row changes."""
NewId = Callable[[str, str, str], str]
"""Branch, phone and ID number → the id of a person not known before."""


class Unidentified(Exception):
    """A row names nobody for certain. `reason` is the row's reason code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class PersonFields:
    """A row's fields of a person, each in its plain form; some may be empty."""

    branch_id: str
    member_no: str
    name: str
    phone: str
    id_number: str = ""
    email: str = ""

    @property
    def membership_id(self) -> str:
        """The membership that the row names."""
        return membership_id(self.branch_id, self.member_no)


@dataclass(frozen=True)
class Identified:
    """The person a row means, as the row leaves it; `changed` names the fields.

    `notes` are codes of what the branch should know besides.
    """

    person: Person
    is_new: bool
    changed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Register:
    """The people of some branches, and those that rows have named so far.

    A membership that is over tells who is meant; only those that are `active` give a
    right to change the person, and none where branches `elsewhere` hold them too: who
    writes where letters go would be let into what those have enrolled. Of records that
    were merged those that `find_frozen` names stay as they are, the ID number too: what
    is written on one of them would count for all. It is asked once, when a row would
    change somebody.
    """

    def __init__(
        self,
        people: Iterable[Person],
        memberships: Sequence[Membership],
        new_id: NewId,
        active: Sequence[Membership] | None = None,
        elsewhere: Collection[str] = (),
        find_frozen: FindFrozen = frozenset,
    ) -> None:
        self.people = {person.id: person for person in people}
        self.holders = {m.id: m.person_id for m in memberships}
        self.branches: dict[str, set[str]] = {}
        for membership in memberships if active is None else active:
            branches = self.branches.setdefault(membership.person_id, set())
            branches.add(membership.branch_id)
        self.new_id, self.elsewhere = new_id, frozenset(elsewhere)
        self.find_frozen = cache(find_frozen)

    def identify_person(self, fields: PersonFields) -> Identified:
        """The person that a row means. Raises Unidentified."""
        holder_id = self.holders.get(fields.membership_id, "")
        holder = self.people.get(holder_id)
        person = self._by_id_number(fields) or self._holder_meant(holder, fields)
        if person is None and holder is None:
            person = self._by_phone(fields)
        if holder is not None and (person is None or person.id != holder.id):
            is_one_name = is_same_name(holder.name, fields.name)
            raise Unidentified("two-records" if is_one_name else "member-number-taken")
        if person is not None:
            return self._with_changes(person, fields)
        return Identified(self._new_person(fields, holder_id), is_new=True)

    def remember_row(self, identified: Identified, fields: PersonFields) -> None:
        """Remember what a row that is taken says, for the rows after it."""
        person = identified.person
        self.people[person.id] = person
        self.holders[fields.membership_id] = person.id
        self.branches.setdefault(person.id, set()).add(fields.branch_id)

    def _by_id_number(self, fields: PersonFields) -> Person | None:
        if not fields.id_number:
            return None
        matches = [p for p in self.people.values() if p.id_number == fields.id_number]
        if matches and not any(is_same_name(p.name, fields.name) for p in matches):
            raise Unidentified("name-differs")
        return self._nearest_person(matches, fields)

    def _holder_meant(
        self, holder: Person | None, fields: PersonFields
    ) -> Person | None:
        """The holder of the member number, if the row means that person."""
        if holder is None or not is_same_name(holder.name, fields.name):
            return None
        if _are_two(holder.id_number, fields.id_number):
            raise Unidentified("id-number-differs")
        return holder

    def _by_phone(self, fields: PersonFields) -> Person | None:
        matches = [
            person
            for person in self.people.values()
            if person.phone == fields.phone
            and not _are_two(person.id_number, fields.id_number)
        ]
        same = [p for p in matches if is_same_name(p.name, fields.name)]
        if matches and not same:
            raise Unidentified("name-differs")
        return self._nearest_person(same, fields)

    def _nearest_person(
        self, people: Sequence[Person], fields: PersonFields
    ) -> Person | None:
        """The person of several whom the row's branch holds, else the first."""

        def distance_to(person: Person) -> tuple[bool, str]:
            return fields.branch_id not in self.branches.get(person.id, ()), person.id

        return min(people, key=distance_to, default=None)

    def _with_changes(self, person: Person, fields: PersonFields) -> Identified:
        holds = fields.branch_id in self.branches.get(person.id, ())
        contacts = {"phone": fields.phone, "email": fields.email}
        other = {f: v for f, v in contacts.items() if v and v != getattr(person, f)}
        brings_number = bool(fields.id_number) and not person.id_number
        is_frozen = bool(other or brings_number) and person.id in self.find_frozen()
        may_change = holds and person.id not in self.elsewhere and not is_frozen
        changed = dict(other) if may_change else {}
        if brings_number and not is_frozen:
            changed["id_number"] = fields.id_number
        notes = [UPDATED] if changed else []
        notes += [KEPT] if other and not may_change else []
        is_second = holds and fields.membership_id not in self.holders
        notes += [SECOND] if is_second else []
        after = person.with_fields(changed)
        return Identified(after, False, tuple(changed), tuple(notes))

    def _new_person(self, fields: PersonFields, holder_id: str) -> Person:
        """A person not known before.

        A membership is written before its person: until then only the row that wrote
        it means its holder.
        """
        id_ = self.new_id(fields.branch_id, fields.phone, fields.id_number)
        if holder_id and holder_id != id_:
            raise Unidentified("member-number-taken")
        return Person(id_, fields.name, fields.phone, fields.id_number, fields.email)


def _are_two(number: str, other: str) -> bool:
    """Whether two ID numbers, where both are known, are of two people."""
    return bool(number and other and number != other)
