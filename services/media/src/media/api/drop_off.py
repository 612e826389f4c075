"""/lectures/{lecture}/drop-off: where people stop watching, for staff."""

from chassis.http.auth import require_roles
from chassis.http.routing import Routes, get
from contracts.http.media import DropOffOut

from media.usecases.find_drop_off import WatchedStretches, find_drop_off
from media.usecases.ports import Editions


class DropOffRoutes(Routes):
    """The route for drop-off: numbers, and nobody's own."""

    name = "drop_off"

    def __init__(self, editions: Editions, watched: WatchedStretches) -> None:
        self.editions, self.watched = editions, watched

    @get("/lectures/<lecture_id>/drop-off")
    @require_roles("staff")
    def show_drop_off(self, lecture_id: str) -> DropOffOut:
        """How many of those who began it have watched each slice of a lecture."""
        return DropOffOut.of(find_drop_off(self.editions, self.watched, lecture_id))
