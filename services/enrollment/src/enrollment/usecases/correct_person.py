"""Correct what is known of a person, with an audit line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fields import Illegal
from fields.codes import plain_email, plain_id_number, plain_phone
from fields.texts import is_same_name, written_name

from enrollment.domain.errors import EditConflict, FieldIllegal, NotYourPerson
from enrollment.domain.people import Person, PersonChange
from enrollment.domain.roster import WHAT_TO_DO
from enrollment.usecases.find_people import (
    find_lines,
    require_own,
    require_person,
)
from enrollment.usecases.people_ports import Merges
from enrollment.usecases.ports import Audit, Branches, Now, People, Scope

READ: Mapping[str, Callable[[str], str]] = {
    "name": written_name,
    "phone": plain_phone,
    "email": plain_email,
    "id_number": plain_id_number,
}
"""The fields that can be corrected, and how each is read."""
MAY_BE_EMPTY = {"email", "id_number"}
ADDRESS = "邮箱写不到：请核对邮箱，或留空"


@dataclass(frozen=True)
class Corrector:
    """Who corrects: an account, whether of the college's staff, and its request;
    `person_id` where somebody corrects what is known of themselves."""

    account_id: str
    is_staff: bool
    scope: Scope
    request_id: str
    person_id: str = ""


@dataclass(frozen=True)
class NoScope:
    """The scope of who sees nobody but themselves."""

    branch: str | None = ""

    def covers(self, line: Sequence[str]) -> bool:
        """Never."""
        return False


class CorrectPerson:
    """Staff correct anything; a branch that alone holds a person, all but identity;
    everybody the writing of the own name."""

    def __init__(
        self,
        branches: Branches,
        people: People,
        merges: Merges,
        now: Now,
        audit: Audit,
    ) -> None:
        self.branches, self.people, self.now = branches, people, now
        self.merges, self.audit = merges, audit

    def __call__(
        self,
        by: Corrector,
        person_id: str,
        wanted: Mapping[str, str],
        revision: int | None = None,
    ) -> Person:
        """The person as corrected; fields that stay as they are, are no change.

        `revision` is the one that the corrector saw. Raises UnknownPerson,
        NotYourPerson, FieldIllegal, EditConflict.
        """
        person = self._require_known(by, person_id)
        fields = {name: _read_field(name, raw) for name, raw in wanted.items()}
        changed = {n: v for n, v in fields.items() if v != getattr(person, n)}
        self._require_may(by, person, changed)
        if changed and revision not in (None, person.revision):
            raise EditConflict(version=person.revision)
        if changed:
            at = self.now().isoformat(timespec="seconds")
            line = PersonChange(
                person_id, by.account_id, by.request_id, tuple(sorted(changed)), at
            )
            named, key = ",".join(line.fields), f"correction-{line.id}"
            self.audit.add(
                by.account_id, "person-corrected", person_id, key=key, fields=named
            )
            self.people.change(line, changed, revision)
        return self.people.find_by_ids([person_id])[person_id]

    def _require_known(self, by: Corrector, person_id: str) -> Person:
        if by.person_id != person_id:
            return require_person(self.branches, self.people, by.scope, person_id)[0]
        return require_own(self.people, person_id)

    def _require_may(
        self, by: Corrector, person: Person, changed: Mapping[str, str]
    ) -> None:
        if by.is_staff:
            return
        is_other_name = "name" in changed and not is_same_name(
            changed["name"], person.name
        )
        if is_other_name or "id_number" in changed:
            raise NotYourPerson("换一个姓名或身份证号须由教务更正：请联系教务")
        if by.person_id == person.id:
            if changed.keys() - {"name"}:
                raise NotYourPerson("这里只改姓名的写法：电话和邮箱请在账号页改")
            return
        lines = find_lines(self.branches, self.people, self.merges, [person.id])
        if not all(by.scope.covers(line) for line in lines[person.id]):
            raise NotYourPerson("这位学员也属于别的单位：请教务更正")


def _read_field(name: str, raw: str) -> str:
    if not raw.strip() and name in MAY_BE_EMPTY:
        return ""
    try:
        return READ[name](raw)
    except Illegal as illegal:
        advice = WHAT_TO_DO.get(illegal.reason, ADDRESS)
        raise FieldIllegal(advice, name, illegal.reason) from illegal
