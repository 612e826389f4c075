"""/people/doubles, /people/{person}/merges: two records of one human."""

from chassis.http.auth import current_caller, require_roles
from chassis.http.routing import Routes, delete, get, post
from contracts.http.people import (
    DismissalOut,
    DoubleOut,
    DoublesQuery,
    MergeIn,
    MergeOut,
)
from contracts.http.shape import Page

from enrollment.api.people_shown import show_person
from enrollment.domain.errors import UnknownDouble
from enrollment.domain.merging import Merge
from enrollment.usecases.find_doubles import FindDoubles
from enrollment.usecases.merge_people import MergePeople, UnmergePeople
from enrollment.usecases.people_ports import Doubles, Merges


class MergeRoutes(Routes):
    """Routes for staff who say which records are of one human."""

    name = "merges"

    def __init__(
        self,
        merges: Merges,
        merge: MergePeople,
        unmerge: UnmergePeople,
        doubles: Doubles,
        find_doubles: FindDoubles,
    ) -> None:
        self.merges, self.merge, self.unmerge = merges, merge, unmerge
        self.doubles, self.find_doubles = doubles, find_doubles

    @get("/people/doubles")
    @require_roles("staff")
    def list_doubles(self, asked: DoublesQuery) -> Page[DoubleOut]:
        """Records that look like one human, each with the other beside it."""
        found, following = self.find_doubles(asked.after, asked.limit)
        items = [
            DoubleOut(
                id=one.id,
                why=one.why,
                people=[show_person(*person) for person in one.people],
            )
            for one in found
        ]
        return Page(items=items, next=following)

    @post("/people/doubles/<double_id>/dismissal")
    @require_roles("staff")
    def post_dismissal(self, double_id: str) -> DismissalOut:
        """They are two people: they are not shown again."""
        if not self.doubles.close(double_id):
            raise UnknownDouble("没有这一对：请从列表里选")
        return DismissalOut(id=double_id)

    @get("/people/<person_id>/merges")
    @require_roles("staff")
    def list_merges(self, person_id: str) -> list[MergeOut]:
        """The merges of a record with others, also undone ones, oldest first."""
        found = self.merges.find_by_people([person_id])
        return [_show_merge(merge) for merge in found]

    @post("/people/<person_id>/merges")
    @require_roles("staff")
    def post_merge(self, person_id: str, asked: MergeIn) -> MergeOut:
        """What is stored under the other record counts for this person."""
        by = current_caller().account
        return _show_merge(self.merge(by, person_id, asked.person_id))

    @delete("/people/<person_id>/merges/<other_id>")
    @require_roles("staff")
    def delete_merge(self, person_id: str, other_id: str) -> MergeOut:
        """The two are two again, each with what was theirs; within 30 days."""
        return _show_merge(self.unmerge(current_caller().account, person_id, other_id))


def _show_merge(merge: Merge) -> MergeOut:
    return MergeOut.of(merge)
