"""A person as the page shows them: memberships, enrolments, what was changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.http.enrollment import (
    BranchesQuery,
    MembershipOut,
    PersonChangeOut,
    PersonOut,
)
from contracts.http.people import MergeOut

from gateway.clients.page_services import PageServices
from gateway.clients.parts import Unavailable
from gateway.forms.people import RemindersForm
from gateway.identity.invitation_states import InvitationState
from gateway.pages.formats import format_day, format_moment
from gateway.pages.officer.invitations_view import STATES as WAYS_IN
from gateway.pages.officer.person_enrolments import (
    ShownEnrolment,
    find_last,
    read_standings,
    view_enrolments,
)
from gateway.texts import N_
from gateway.texts.language import gettext
from gateway.texts.people import FIELDS

FindNames = Callable[[Iterable[str]], dict[str, str]]
"""The names of accounts, by their ids."""
FindStates = Callable[[Sequence[str]], dict[str, InvitationState]]
"""How far people are on the way into their accounts, by their ids."""


@dataclass(frozen=True)
class ShownMembership:
    """A membership in words."""

    branch_id: str
    branch_name: str
    member_no: str
    term: str


@dataclass(frozen=True)
class ShownWayIn:
    """How far the person is on the way into the account, in words."""

    text: str
    tone: str
    invited: str
    may_invite: bool


@dataclass(frozen=True)
class ShownChange:
    """A line of the history."""

    moment: str
    text: str
    tone: str
    detail: str


@dataclass(frozen=True)
class ShownMerge:
    """A merge that stands: the record that counts, and the one that counts for it."""

    survivor_id: str
    person_id: str
    moment: str


@dataclass(frozen=True)
class PersonView:
    """A person with all that is shown of them. `way_in` is None where nobody can say,
    `away` is who does not say how far they learn, `once` begins the ids of the forms
    that act."""

    person: PersonOut
    memberships: list[ShownMembership]
    enrolments: list[ShownEnrolment]
    changes: list[ShownChange]
    merges: list[ShownMerge]
    is_for_staff: bool
    way_in: ShownWayIn | None
    away: Unavailable | None
    once: str


def read_person(
    services: PageServices,
    person_id: str,
    find_names: FindNames,
    find_states: FindStates,
    is_staff: bool,
) -> PersonView:
    """All that the visitor sees of a person. Raises Problem 404."""
    enrollment = services.enrollment
    person = enrollment.show_person(person_id)
    asked = services.ask_part_of("enrollment", find_states, [person_id])
    enrolments = find_last(enrollment.list_enrolments_of(person_id))
    standings = read_standings(services, enrolments)
    changes = enrollment.list_changes(person_id)
    ids = sorted({m.branch_id for m in person.memberships})
    branches = enrollment.list_branches(BranchesQuery(ids=ids)).items if ids else []
    classes = services.catalog.find_classes(sorted({e.class_id for e in enrolments}))
    names = {branch.id: branch.name for branch in branches}
    known = {} if isinstance(standings, Unavailable) else standings
    once = RemindersForm().once_key
    return PersonView(
        person,
        [view_membership(m, names) for m in person.memberships],
        view_enrolments(person, enrolments, classes, known, names),
        view_changes(changes, names | find_names({change.by for change in changes})),
        view_merges(enrollment.list_merges(person_id)) if is_staff else [],
        is_staff,
        view_way_in(asked.get_answer(), person_id),
        standings if isinstance(standings, Unavailable) else None,
        once,
    )


def view_way_in(
    states: Mapping[str, InvitationState] | Unavailable, person_id: str
) -> ShownWayIn | None:
    """How far a person is on the way into the account; None where that is unknown."""
    known = None if isinstance(states, Unavailable) else states.get(person_id)
    if known is None:
        return None
    text, tone = WAYS_IN[known.state]
    invited = format_moment(known.invited_at) if known.invited_at else ""
    return ShownWayIn(gettext(text), tone, invited, known.may_invite)


def view_merges(merges: list[MergeOut]) -> list[ShownMerge]:
    """The merges that were not undone."""
    return [
        ShownMerge(one.survivor_id, one.person_id, format_moment(one.at))
        for one in merges
        if one.undone_at is None
    ]


def view_membership(
    membership: MembershipOut, names: Mapping[str, str]
) -> ShownMembership:
    """A membership with the name of its branch."""
    id_ = membership.branch_id
    words = N_("%(a)s 至 %(b)s") if membership.until else N_("%(a)s 起")
    days = {"a": format_day(membership.since), "b": format_day(membership.until)}
    name = names.get(id_, id_)
    return ShownMembership(id_, name, membership.member_no, gettext(words) % days)


def view_changes(
    changes: list[PersonChangeOut], names: Mapping[str, str]
) -> list[ShownChange]:
    """What was changed, the newest first, by whom as far as that is known."""
    return [
        ShownChange(
            format_moment(change.at),
            gettext(N_("更正：%(fields)s")) % {"fields": _name_fields(change.fields)},
            "",
            names.get(change.by, change.by),
        )
        for change in reversed(changes)
    ]


def _name_fields(fields: list[str]) -> str:
    known = (gettext(FIELDS[field]) for field in fields if field in FIELDS)
    return gettext(N_("、")).join(known)
