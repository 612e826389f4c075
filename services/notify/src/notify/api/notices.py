"""/notices: a person's inbox."""

from chassis.http.auth import current_caller, require_roles
from chassis.http.routing import Routes, get, post
from chassis.projections.aliases import PersonGroups
from contracts.http.notify import (
    InboxOut,
    InboxQuery,
    NoticeOut,
    UnreadOut,
)

from notify.api.inbox_places import dump_place, load_place
from notify.usecases.ports import Languages, Notices
from notify.usecases.read_notice import ReadNotice


class NoticeRoutes(Routes):
    """Routes for notices."""

    name = "notices"

    def __init__(
        self,
        notices: Notices,
        aliases: PersonGroups,
        read: ReadNotice,
        languages: Languages,
    ) -> None:
        self.notices, self.aliases = notices, aliases
        self.read, self.languages = read, languages

    def _own_group(self) -> tuple[str, ...]:
        return self.aliases.find_group(current_caller().person)

    @get("/notices")
    @require_roles("trainee")
    def list_notices(self, asked: InboxQuery) -> InboxOut:
        """The inbox of the person who asks, newest first."""
        own = self._own_group()
        page = self.notices.find_by_people(
            own, asked.limit + 1, load_place(asked.after)
        )
        shown = page[: asked.limit]
        return InboxOut(
            items=[NoticeOut.of(notice) for notice in shown],
            next=dump_place(shown[-1]) if len(page) > len(shown) else "",
            unread=self.notices.count_unread(own),
        )

    @get("/notices/unread")
    @require_roles("trainee")
    def show_unread(self) -> UnreadOut:
        """How many notices the person who asks has not read, and in which language
        they are written to."""
        own, person = self._own_group(), current_caller().person
        chosen = self.languages.find_by_people([person])
        return UnreadOut(
            unread=self.notices.count_unread(own), language=chosen.get(person, "")
        )

    @post("/notices/read")
    @require_roles("trainee")
    def post_read(self) -> UnreadOut:
        """All notices of the person who asks are read."""
        self.notices.mark_read(self._own_group())
        return UnreadOut(unread=0)

    @post("/notices/<notice_id>/read")
    @require_roles("trainee")
    def post_one_read(self, notice_id: str) -> NoticeOut:
        """A notice of the person who asks is read, as it was opened."""
        return NoticeOut.of(self.read(self._own_group(), notice_id))
