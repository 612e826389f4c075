"""Remind people of a class that they have not finished."""

from collections.abc import Sequence
from dataclasses import dataclass

from notify.domain.echoes import REMINDER
from notify.domain.errors import UnknownClass
from notify.domain.message_day import day_of
from notify.usecases.notify_people import NoticeCause, NotifyPeople
from notify.usecases.ports import Mails, Now, Titles


@dataclass(frozen=True)
class Reminded:
    """Whom a request reminded, and who had been reminded the same day."""

    now: list[str]
    before: list[str]


class RemindPeople:
    """Once a day a person and class, whoever asks and however often: the day is part
    of the notice's id. Whom one may remind has been decided before."""

    def __init__(
        self, mails: Mails, titles: Titles, tell: NotifyPeople, now: Now
    ) -> None:
        self.mails, self.titles, self.tell, self.now = mails, titles, tell, now

    def __call__(
        self, class_id: str, person_ids: Sequence[str], ends_on: str
    ) -> Reminded:
        """Remind those of these who were not today. Raises UnknownClass."""
        if class_id not in self.titles.find_by_ids([class_id]):
            raise UnknownClass("没有这个班级，或刚刚开班：请过一会儿再试")
        day = day_of(self.now())
        people = list(dict.fromkeys(person_ids))
        ids = {id_: f"remind.{class_id}.{id_}.{day}" for id_ in people}
        # by the mail, which comes after the notice: whoever died in between goes on
        known = self.mails.find_known(sorted(ids.values())) if ids else set()
        new = [id_ for id_ in people if ids[id_] not in known]
        words = {"ends_on": ends_on}
        self.tell(
            [NoticeCause(ids[id_], REMINDER, id_, words, class_id) for id_ in new]
        )
        return Reminded(new, [id_ for id_ in people if ids[id_] in known])
