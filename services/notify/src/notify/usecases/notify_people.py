"""Notices for people's inboxes, once, with a mail beside each."""

from collections.abc import Sequence
from dataclasses import dataclass

from notify.domain.errors import NotConsumedYet
from notify.domain.notice import Mail, Notice
from notify.usecases.find_languages import FindLanguages
from notify.usecases.ports import DeletedPeople, Mails, Notices, Now, Titles


@dataclass(frozen=True)
class NoticeCause:
    """The cause of a notice. `id` is the event's, so a repeat is known."""

    id: str
    kind: str
    person_id: str
    words: dict[str, str]
    class_id: str = ""
    announcement: str = ""


class NotifyPeople:
    """Notices first; a mail is only the echo of one."""

    def __init__(
        self,
        notices: Notices,
        mails: Mails,
        titles: Titles,
        now: Now,
        deleted: DeletedPeople,
        find_languages: FindLanguages,
    ) -> None:
        self.notices, self.mails = notices, mails
        self.titles, self.now, self.deleted = titles, now, deleted
        self.find_languages = find_languages

    def __call__(self, causes: Sequence[NoticeCause]) -> None:
        """Put a notice for each, but for who was deleted. Raises NotConsumedYet while a
        class has no title."""
        people = {cause.person_id for cause in causes}
        gone = self.deleted.find_begun(people)
        causes = [cause for cause in causes if cause.person_id not in gone]
        classes = {cause.class_id for cause in causes} - {""}
        titles = self.titles.find_by_ids(sorted(classes))
        if missing := classes - set(titles):
            raise NotConsumedYet(f"classes not known yet: {sorted(missing)}")
        notices = [self._to_notice(cause, titles) for cause in causes]
        self.notices.create(notices)
        languages = self.find_languages(sorted(people - gone))
        self.mails.create(
            Mail(
                notice.id,
                notice.kind,
                notice.person_id,
                words=notice.words,
                language=languages[notice.person_id],
            )
            for notice in notices
        )
        self.deleted.forget_late(people - gone)

    def _to_notice(self, cause: NoticeCause, titles: dict[str, str]) -> Notice:
        words = cause.words
        if cause.class_id:
            title = titles[cause.class_id]
            words = words | {"class_id": cause.class_id, "class_title": title}
        return Notice(
            cause.id,
            cause.person_id,
            cause.kind,
            words,
            self.now(),
            announcement=cause.announcement,
            class_id=cause.class_id,
        )
