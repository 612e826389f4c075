"""The classes of one person: how far they are in each, and what can be done there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.http.catalog import ClassOut
from contracts.http.enrollment import EnrolmentOut, PersonOut
from contracts.http.participants import (
    NamedMembershipOut,
    NamedPersonOut,
    StandingOut,
)

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.pages.college_day import college_today
from gateway.pages.officer.participants_view import (
    ParticipantRow,
    Tag,
    can_remind,
    view_participant,
)
from gateway.texts.language import gettext
from gateway.texts.participants import DONE, LEFT, WAITING
from gateway.texts.people import STATES


@dataclass(frozen=True)
class ShownEnrolment:
    """An enrolment in words; `row` is how the list of its class shows it, None where
    the catalogue does not know the class."""

    id: str
    class_id: str
    title: str
    tags: list[Tag]
    row: ParticipantRow | None
    may_remind: bool = False
    may_replace: bool = False


def find_last(enrolments: Sequence[EnrolmentOut]) -> list[EnrolmentOut]:
    """The last enrolment in each class, one that stands before one that was left; the
    newest first."""
    standing = sorted(
        enrolments, key=lambda one: (one.state != "withdrawn", one.ticket)
    )
    by_class = {one.class_id: one for one in standing}
    last = [one for one in enrolments if by_class[one.class_id] is one]
    return last[::-1]


def read_standings(
    services: PageServices, enrolments: Sequence[EnrolmentOut]
) -> dict[str, StandingOut] | Unavailable:
    """How far the person is, by enrolment; only of those that stand. Learning knows no
    branches: enrollment has named the person to the visitor."""
    asked = {
        one.id: services.ask_part(
            services.learning.list_standings, one.class_id, [one.person_id]
        )
        for one in enrolments
        if one.state == "seated"
    }
    found: dict[str, StandingOut] = {}
    for id_, part in asked.items():
        answer = part.find_answer()
        if isinstance(answer, Unavailable):
            return answer
        for standing in answer or ():
            found[id_] = standing
    return found


def view_enrolments(
    person: PersonOut,
    enrolments: Sequence[EnrolmentOut],
    classes: Mapping[str, ClassOut],
    standings: Mapping[str, StandingOut],
    branches: Mapping[str, str],
) -> list[ShownEnrolment]:
    """The enrolments with their classes; `branches` are names by id."""
    held = [
        NamedMembershipOut(
            branch_id=one.branch_id,
            branch_name=branches.get(one.branch_id, one.branch_id),
            member_no=one.member_no,
        )
        for one in person.memberships
    ]
    return [
        _view_enrolment(
            one,
            NamedPersonOut(
                person_id=one.person_id,
                record_id=person.person_id,
                name=person.name,
                memberships=held,
            ),
            classes.get(one.class_id),
            standings.get(one.id),
        )
        for one in enrolments
    ]


def _view_enrolment(
    enrolment: EnrolmentOut,
    person: NamedPersonOut,
    class_: ClassOut | None,
    standing: StandingOut | None,
) -> ShownEnrolment:
    if class_ is None:
        text, tone = STATES[enrolment.state]
        tags = [(gettext(text), tone)]
        return ShownEnrolment(
            enrolment.id, enrolment.class_id, enrolment.class_id, tags, None
        )
    row = view_participant(enrolment, person, standing, class_, college_today())
    is_learning = not row.sides & {LEFT, WAITING, DONE}
    runs = can_remind(class_)
    return ShownEnrolment(
        enrolment.id,
        class_.id,
        class_.title,
        row.tags,
        row,
        may_remind=is_learning and runs,
        may_replace=row.may_leave and WAITING not in row.sides and runs,
    )
