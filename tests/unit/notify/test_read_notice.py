"""A notice is read by being opened, by nobody but its person."""

import datetime

import pytest
from notify.domain.errors import UnknownNotice
from notify.domain.notice import Notice
from notify.usecases.choose_language import ChooseLanguage
from notify.usecases.read_notice import ReadNotice

from tests.unit.notify.fakes import FakeDeleted, FakeLanguages, FakeNotices

NOW = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)


def inbox() -> FakeNotices:
    return FakeNotices(
        {id_: Notice(id_, "p1", "seat-taken", {}, NOW) for id_ in ("n1", "n2")}
    )


def test_the_one_that_is_opened_is_read_and_no_other_and_stays_so() -> None:
    notices = inbox()
    for _ in range(2):
        assert ReadNotice(notices)(("p1",), "n1").read
    assert [notices.rows[id_].read for id_ in ("n1", "n2")] == [True, False]


def test_a_notice_to_another_record_of_the_same_human_is_opened() -> None:
    assert ReadNotice(inbox())(("p0", "p1"), "n1").read


@pytest.mark.parametrize(("own", "id_"), [(("p2",), "n1"), (("p1",), "n9"), ((), "n1")])
def test_what_is_not_ones_own_is_not_there_and_stays_unread(
    own: tuple[str, ...], id_: str
) -> None:
    notices = inbox()
    with pytest.raises(UnknownNotice):
        ReadNotice(notices)(own, id_)
    assert not notices.rows["n1"].read


def test_a_language_is_chosen_anew_and_not_for_who_is_deleted() -> None:
    languages = FakeLanguages()
    choose = ChooseLanguage(languages, FakeDeleted(gone={"li"}))
    for person, language in (("wang", "zh"), ("wang", "en"), ("li", "en")):
        choose(person, language)
    assert languages.rows == {"wang": "en"}


def test_a_choice_during_a_deletion_goes_with_it() -> None:
    deleted = FakeDeleted(late={"zhao"})
    ChooseLanguage(FakeLanguages(), deleted)("zhao", "en")
    assert deleted.forgotten == {"zhao"}
