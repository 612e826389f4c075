"""/classes/{class}/unfinished: who of some people still learns in a class."""

from chassis.http.auth import current_scope, require_roles
from chassis.http.routing import Routes, post
from contracts.http.reminders import UnfinishedIn, UnfinishedOut

from enrollment.usecases.find_unfinished import FindUnfinished


class UnfinishedRoutes(Routes):
    """The route by which it is known whom one may remind."""

    name = "unfinished"

    def __init__(self, find: FindUnfinished) -> None:
        self.find = find

    @post("/classes/<class_id>/unfinished")
    @require_roles("officer", "staff")
    def post_search(self, class_id: str, asked: UnfinishedIn) -> UnfinishedOut:
        """Those of these people, as far as the caller sees them, who hold a seat in the
        class and have no certificate of it."""
        found = self.find(current_scope(), class_id, asked.person_ids)
        return UnfinishedOut(person_ids=found)
