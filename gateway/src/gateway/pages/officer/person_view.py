"""A person as the page shows them: memberships, enrolments, what was changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from contracts.http.catalog import ClassOut
from contracts.http.enrollment import (
    BranchesQuery,
    EnrolmentOut,
    MembershipOut,
    PersonChangeOut,
    PersonOut,
)
from contracts.http.people import MergeOut

from gateway.clients.page_services import PageServices
from gateway.forms.people import RemindersForm
from gateway.pages.formats import format_day, format_moment
from gateway.pages.officer.participants_view import can_remind
from gateway.texts import N_
from gateway.texts.language import gettext
from gateway.texts.people import FIELDS, STATES

FindNames = Callable[[Iterable[str]], dict[str, str]]
"""The names of accounts, by their ids."""


@dataclass(frozen=True)
class ShownMembership:
    """A membership in words."""

    branch_id: str
    branch_name: str
    member_no: str
    term: str


@dataclass(frozen=True)
class ShownEnrolment:
    """An enrolment in words; `once` is the id of the form that reminds of it, empty
    where there is nothing to remind of."""

    class_id: str
    title: str
    state: str
    tone: str
    once: str = ""


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
    """A person with all that is shown of them."""

    person: PersonOut
    memberships: list[ShownMembership]
    enrolments: list[ShownEnrolment]
    changes: list[ShownChange]
    merges: list[ShownMerge]
    is_for_staff: bool


def read_person(
    services: PageServices, person_id: str, find_names: FindNames, is_staff: bool
) -> PersonView:
    """All that the visitor sees of a person. Raises Problem 404."""
    enrollment = services.enrollment
    person = enrollment.show_person(person_id)
    enrolments = enrollment.list_enrolments_of(person_id)
    changes = enrollment.list_changes(person_id)
    ids = sorted({m.branch_id for m in person.memberships})
    branches = enrollment.list_branches(BranchesQuery(ids=ids)).items if ids else []
    classes = services.catalog.find_classes(sorted({e.class_id for e in enrolments}))
    names = {branch.id: branch.name for branch in branches}
    return PersonView(
        person,
        [view_membership(m, names) for m in person.memberships],
        [view_enrolment(one, classes) for one in reversed(enrolments)],
        view_changes(changes, names | find_names({change.by for change in changes})),
        view_merges(enrollment.list_merges(person_id)) if is_staff else [],
        is_staff,
    )


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


def view_enrolment(
    enrolment: EnrolmentOut, classes: Mapping[str, ClassOut]
) -> ShownEnrolment:
    """An enrolment with the title of its class."""
    text, tone = STATES[enrolment.state]
    class_ = classes.get(enrolment.class_id)
    title = class_.title if class_ else enrolment.class_id
    learns = class_ is not None and enrolment.state == "seated" and can_remind(class_)
    once = RemindersForm().once_key if learns else ""
    return ShownEnrolment(enrolment.class_id, title, gettext(text), tone, once)


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
