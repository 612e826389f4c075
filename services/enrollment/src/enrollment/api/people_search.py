"""/people/search, /people/{person}/enrolments: whom one looks for, and their seats."""

from chassis.http.auth import current_scope, require_roles
from chassis.http.routing import Routes, get, post
from chassis.projections.aliases import PersonGroups
from contracts.http.enrollment import EnrolmentOut, PersonOut
from contracts.http.people import PeopleSearchIn
from contracts.http.shape import Page

from enrollment.api.enrolments_shown import show_enrolments
from enrollment.api.people_shown import show_person
from enrollment.usecases.find_enrolments import find_seen
from enrollment.usecases.find_people import require_person
from enrollment.usecases.ports import Branches, Enrolments, People
from enrollment.usecases.search_people import PeopleSearch, SearchPeople


class PeopleSearchRoutes(Routes):
    """Routes for looking for people, and for what is to be seen of one."""

    name = "people_search"

    def __init__(
        self,
        branches: Branches,
        people: People,
        enrolments: Enrolments,
        merges: PersonGroups,
        search: SearchPeople,
    ) -> None:
        self.branches, self.people, self.merges = branches, people, merges
        self.enrolments, self.search = enrolments, search

    @post("/people/search")
    @require_roles("officer", "staff")
    def post_search(self, asked: PeopleSearchIn) -> Page[PersonOut]:
        """By part of a name, phone or member number, in the body: none of them stands
        in a URL."""
        wanted = PeopleSearch(asked.words, asked.branch, asked.after, asked.limit)
        found, following = self.search(current_scope(), wanted)
        return Page(items=[show_person(*one) for one in found], next=following)

    @get("/people/<person_id>/enrolments")
    @require_roles("officer", "staff")
    def list_enrolments(self, person_id: str) -> list[EnrolmentOut]:
        """The enrolments of a human that the caller sees, under whichever record."""
        seen = current_scope()
        require_person(self.branches, self.people, seen, person_id)
        group = self.merges.find_group(person_id)
        theirs = [one for id_ in group for one in self.enrolments.find_by_person(id_)]
        shown = find_seen(self.branches, seen, theirs)
        return show_enrolments(self.branches, seen, shown)
