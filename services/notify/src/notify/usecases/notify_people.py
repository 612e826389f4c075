"""Put what happened into people's inboxes, once, with a mail beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from notify.domain.errors import NotToldYet
from notify.domain.notice import Mail, Notice
from notify.usecases.ports import Mails, Notices, Now, Titles


@dataclass(frozen=True)
class Happening:
    """Something a person should know. `id` is the event's, so a repeat is known."""

    id: str
    kind: str
    person_id: str
    words: dict[str, str]
    class_id: str = ""


class TellPeople:
    """Notices first; a mail is only the echo of one."""

    def __init__(
        self, notices: Notices, mails: Mails, titles: Titles, now: Now
    ) -> None:
        self.notices, self.mails = notices, mails
        self.titles, self.now = titles, now

    def __call__(self, happenings: Sequence[Happening]) -> None:
        """Tell each person. Raises NotToldYet while a class has no title here."""
        classes = {happening.class_id for happening in happenings} - {""}
        titles = self.titles.named(sorted(classes))
        if missing := classes - set(titles):
            raise NotToldYet(f"classes not heard of yet: {sorted(missing)}")
        notices = [self._notice(happening, titles) for happening in happenings]
        self.notices.post(notices)
        self.mails.post(Mail(n.id, n.kind, n.person_id, words=n.words) for n in notices)

    def _notice(self, happening: Happening, titles: dict[str, str]) -> Notice:
        words = happening.words
        if happening.class_id:
            title = titles[happening.class_id]
            words = words | {"class_id": happening.class_id, "class_title": title}
        return Notice(
            happening.id, happening.person_id, happening.kind, words, self.now()
        )
