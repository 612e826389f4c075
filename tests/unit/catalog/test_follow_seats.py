"""A class shows the seats that enrollment decided, and how people get into it."""

import datetime
from dataclasses import replace

from catalog.domain.training_class import Quota
from catalog.events.to_events import to_event
from catalog.usecases.follow_seats import follow_seats

from tests.unit.catalog.catalogue import CLASS
from tests.unit.catalog.fakes import FakeClasses

TODAY = datetime.date(2026, 11, 28)


def test_a_class_follows_the_newest_answer_and_none_that_is_older() -> None:
    classes, quotas = FakeClasses(CLASS), (Quota("dc", 5),)
    follow_seats(classes, "c1", 40, quotas, 3)
    follow_seats(classes, "c1", 35, (), 2)
    follow_seats(classes, "c1", 40, quotas, 3)
    follow_seats(classes, "nobody", 40, quotas, 3)
    followed = classes.get("c1")
    assert followed == replace(CLASS, capacity=40, quotas=quotas, seats_revision=3)
    assert followed.revision == CLASS.revision


def test_what_tells_of_an_opening_says_how_people_get_in() -> None:
    for admission in ("branch", "open"):
        [opened] = replace(CLASS, admission=admission).open(TODAY)
        assert to_event(opened).data["admission"] == admission
