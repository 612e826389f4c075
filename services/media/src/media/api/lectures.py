"""/lectures: how far a lecture is, and where to stream it."""

from chassis.http.auth import current_caller, require_roles
from chassis.http.routing import Routes, get, post
from contracts.http.media import GrantOut, LectureOut

from media.api.lectures_shown import show_grant, show_lecture
from media.usecases.follow_lecture import follow_lecture
from media.usecases.grant_stream import GrantStream
from media.usecases.ports import Editions, Uploads


class LectureRoutes(Routes):
    """Routes for lectures."""

    name = "lectures"

    def __init__(
        self, editions: Editions, uploads: Uploads, grant: GrantStream
    ) -> None:
        self.editions, self.uploads, self.grant = editions, uploads, grant

    @get("/lectures/<lecture_id>")
    @require_roles("trainee", "staff")
    def show_lecture(self, lecture_id: str) -> LectureOut:
        """How far a lecture is, to staff and to who has a seat where it is shown."""
        lecture = follow_lecture(self.editions, self.uploads, lecture_id)
        if not current_caller().has_role("staff"):
            self.grant.require_seat(current_caller().person, lecture_id)
        return show_lecture(self.editions, lecture)

    @post("/lectures/<lecture_id>/grants", status=201)
    @require_roles("trainee", "staff")
    def post_grant(self, lecture_id: str) -> GrantOut:
        """The session of whoever asks may stream the lecture for some hours."""
        who = current_caller()
        is_staff = who.has_role("staff")
        return show_grant(self.grant(who.person, lecture_id, who.session, is_staff))
