"""Notices are put into inboxes once, each with the mail that goes beside it."""

import datetime
from dataclasses import dataclass, field, replace

import pytest
from notify.domain.errors import NotConsumedYet
from notify.domain.notice import DUE, Notice
from notify.usecases.find_languages import FindLanguages
from notify.usecases.notify_people import NoticeCause, NotifyPeople

from tests.unit.notify.fakes import (
    FakeClock,
    FakeDeleted,
    FakeGroups,
    FakeLanguages,
    FakeMails,
    FakeNotices,
    FakeTitles,
)

NOW = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)
SEATED = NoticeCause("e1.1.0", "seated", "p1", {"place": "1"}, "c1")
PLAIN = NoticeCause("e2.1.0", "certificate", "p2", {"number": "BY-1"})


@dataclass
class World:
    """Notify in memory, with one class known."""

    notices: FakeNotices = field(default_factory=FakeNotices)
    mails: FakeMails = field(default_factory=lambda: FakeMails(FakeClock()))
    titles: FakeTitles = field(default_factory=lambda: FakeTitles({"c1": "一班"}))
    deleted: FakeDeleted = field(default_factory=FakeDeleted)
    languages: FakeLanguages = field(default_factory=FakeLanguages)
    groups: FakeGroups = field(default_factory=FakeGroups)

    def notify(self, *causes: NoticeCause) -> None:
        tell = NotifyPeople(
            self.notices, self.mails, self.titles, lambda: NOW, self.deleted,
            FindLanguages(self.languages, self.groups),
        )  # fmt: skip
        tell(causes)


@pytest.fixture
def world() -> World:
    return World()


def test_a_notice_names_the_class_and_a_mail_says_the_same(world: World) -> None:
    world.notify(SEATED)
    words = {"place": "1", "class_id": "c1", "class_title": "一班"}
    assert world.notices.rows == {
        "e1.1.0": Notice("e1.1.0", "p1", "seated", words, NOW, class_id="c1")
    }
    mail = world.mails.rows["e1.1.0"]
    assert (mail.person_id, mail.kind, mail.words) == ("p1", "seated", words)
    assert (mail.state, mail.address) == (DUE, "")


def test_a_notice_of_no_class_has_its_own_words_only(world: World) -> None:
    world.notify(PLAIN)
    assert world.notices.rows["e2.1.0"].words == {"number": "BY-1"}


def test_an_event_that_comes_again_puts_nothing_twice_and_sends_no_second_mail(
    world: World,
) -> None:
    world.notify(SEATED)
    (mail,) = world.mails.claim(9)
    world.mails.close([mail.close_sent()])
    world.notify(SEATED, PLAIN)
    assert set(world.notices.rows) == {"e1.1.0", "e2.1.0"}
    assert [due.id for due in world.mails.claim(9)] == ["e2.1.0"]


def test_while_a_class_has_no_title_nobody_is_told_anything(world: World) -> None:
    unknown = NoticeCause("e3.1.0", "seated", "p3", {}, "c9")
    with pytest.raises(NotConsumedYet) as waiting:
        world.notify(SEATED, unknown)
    assert waiting.value.comes_again
    assert (world.notices.rows, world.mails.rows) == ({}, {})
    world.titles.rows["c9"] = "九班"
    world.notify(SEATED, unknown)
    assert set(world.notices.rows) == {"e1.1.0", "e3.1.0"}


def test_many_people_of_a_class_cost_one_question(world: World) -> None:
    causes = [NoticeCause(f"e{n}.1.0", "seated", f"p{n}", {}, "c1") for n in range(50)]
    world.notify(*causes)
    assert world.titles.asked == [["c1"]]
    assert len(world.mails.rows) == 50


def test_what_a_cause_says_stays_as_it_is(world: World) -> None:
    words = {"place": "1"}
    world.notify(NoticeCause("e4.1.0", "seated", "p1", words, "c1"))
    assert words == {"place": "1"}


def test_nobody_is_told_who_is_deleted_or_is_about_to_be(world: World) -> None:
    world.deleted.gone = {SEATED.person_id}
    world.notify(SEATED)
    assert (world.notices.rows, world.mails.rows) == ({}, {})
    world.deleted.gone, world.deleted.late = set(), {SEATED.person_id}
    world.notify(SEATED)
    assert world.deleted.forgotten == {SEATED.person_id}


def test_a_mail_is_in_the_language_that_its_person_chose_else_in_chinese(
    world: World,
) -> None:
    world.languages.rows = {"p1": "en"}
    world.notify(SEATED, PLAIN)
    mails = world.mails.rows
    assert [mails[id_].language for id_ in ("e1.1.0", "e2.1.0")] == ["en", "zh"]


def test_a_choice_made_with_one_record_is_good_for_all_records_of_the_human(
    world: World,
) -> None:
    world.groups = FakeGroups(p1="p2")
    world.languages.rows = {"p2": "en"}
    world.notify(SEATED, PLAIN)
    assert {mail.language for mail in world.mails.rows.values()} == {"en"}
    world.languages.rows["p1"] = "zh"
    world.notify(replace(SEATED, id="e9"))
    assert world.mails.rows["e9"].language == "zh", "the own record's comes first"
