"""/traces: from a person's name or phone, or a roster's name, to what became of it."""

from chassis.http.auth import Scope, current_caller, require_roles
from chassis.http.routing import Routes, post
from contracts.http.traces import (
    TracedEnrolmentOut,
    TracedPersonOut,
    TracedRosterOut,
    TracesIn,
    TracesOut,
)
from fields.codes import masked_phone

from enrollment.usecases.find_traces import FindTraces, TracedPerson, TracedRoster

HIDDEN = "••"


class TraceRoutes(Routes):
    """Routes for operators and staff who were told a name."""

    name = "traces"

    def __init__(self, find: FindTraces) -> None:
        self.find = find

    @post("/traces")
    @require_roles("operator", "staff")
    def post_search(self, asked: TracesIn) -> TracesOut:
        """People and rosters, in the body: neither name nor phone stands in a URL. The
        audit log has who was found by whom."""
        found = self.find(current_caller().account, Scope.all(), asked.words)
        return TracesOut(
            people=[_show_person(one) for one in found.people],
            rosters=[_show_roster(one) for one in found.rosters],
            has_more=found.has_more,
        )


def _show_person(found: TracedPerson) -> TracedPersonOut:
    person = found.person
    return TracedPersonOut(
        person_id=person.id,
        name=f"{person.name[:1]}{HIDDEN}",
        phone=masked_phone(person.phone),
        branches=list(found.branches),
        enrolments=[
            TracedEnrolmentOut.of(one, enrolment_id=one.id) for one in found.enrolments
        ],
    )


def _show_roster(found: TracedRoster) -> TracedRosterOut:
    chunk_ids = list(found.chunk_ids)
    return TracedRosterOut.of(found.roster, branch=found.branch, chunk_ids=chunk_ids)
