"""Notify's stores keep what the use cases ask of them, on every engine."""

import datetime
import time
from dataclasses import replace

import pytest
from chassis.storage.aggregates import mapping_of
from notify.domain.notice import DUE, MOST_TRIES, Mail, Notice
from notify.domain.preferences import Preferences
from notify.domain.title import Title
from notify.events.to_events import to_event
from notify.store import documents
from notify.store.mails import MAIL_FORM, StoredMails
from notify.store.notices import StoredNotices, StoredTitles
from notify.store.preferences import StoredPreferences
from notify.usecases.ports import PlaceInInbox

from tests.engines import Kept
from tests.stores.rows import let_lapse, version

MOMENT = datetime.datetime(2024, 3, 1, 8, 30, 0, 125_000, datetime.UTC)
NOTICE = Notice("n1", "wang", "seat-taken", {"title": "三月班"}, MOMENT)
MAIL = Mail("m1", "invitation", "wang", "w@example.com", {"name": "王小明"})


@pytest.fixture
def notices(kept: Kept) -> StoredNotices:
    rows = kept.aggregates(
        "notify", documents.NoticeDocument, mapping_of(Notice), to_event
    )
    return StoredNotices(rows)


@pytest.fixture
def mails(kept: Kept) -> StoredMails:
    return StoredMails(
        kept.aggregates("notify", documents.MailDocument, MAIL_FORM, to_event)
    )


@pytest.fixture
def preferences(kept: Kept) -> StoredPreferences:
    rows = kept.aggregates(
        "notify", documents.PreferencesDocument, mapping_of(Preferences), to_event
    )
    return StoredPreferences(rows)


@pytest.fixture
def titles(kept: Kept) -> StoredTitles:
    kept.declare("notify", documents.TitleDocument)
    return StoredTitles()


def later(minutes: int, id_: str) -> Notice:
    return replace(NOTICE, id=id_, at=MOMENT + datetime.timedelta(minutes=minutes))


def work_due(mails: StoredMails, id_: str) -> float:
    [stored] = mails.rows.collection.find({"_id": id_})
    return float(stored["work_due"])


def ids(mails: list[Mail]) -> set[str]:
    return {mail.id for mail in mails}


def test_a_notice_comes_back_as_it_was_posted(notices: StoredNotices) -> None:
    notices.create([NOTICE])
    assert notices.find_by_people(["wang"], 10) == [NOTICE]
    assert notices.find_by_people(["li"], 10) == []


def test_a_person_sees_the_newest_notices_first(notices: StoredNotices) -> None:
    notices.create([later(5, "n1"), later(60, "n2"), later(-1, "n3"), later(0, "n4")])
    assert [one.id for one in notices.find_by_people(["wang"], 3)] == ["n2", "n1", "n4"]


def test_pages_of_an_inbox_neither_repeat_nor_skip_while_notices_come(
    notices: StoredNotices,
) -> None:
    notices.create([later(0, id_) for id_ in ("n1", "n2", "n3")] + [later(-5, "n0")])
    first = notices.find_by_people(["wang"], 2)
    notices.create([later(9, "n9")])
    last = PlaceInInbox(first[-1].at, first[-1].id)
    rest = notices.find_by_people(["wang"], 10, last)
    assert [one.id for one in first + rest] == ["n3", "n2", "n1", "n0"]


def test_a_notice_posted_again_stays_read(notices: StoredNotices) -> None:
    notices.create([NOTICE])
    notices.mark_read(["wang"])
    notices.create([NOTICE, later(5, "n2")])
    assert [one.read for one in notices.find_by_people(["wang"], 10)] == [False, True]


def test_posting_nothing_is_no_fault(notices: StoredNotices) -> None:
    notices.create([])
    assert notices.count_unread(["wang"]) == 0


def test_what_a_person_has_read_is_not_counted(notices: StoredNotices) -> None:
    others = replace(NOTICE, id="n9", person_id="li")
    notices.create([NOTICE, later(5, "n2"), others])
    assert notices.count_unread(["wang"]) == 2
    notices.mark_read(["wang"])
    assert notices.count_unread(["wang"]) == 0
    assert notices.count_unread(["li"]) == 1


def test_reading_again_changes_nothing(notices: StoredNotices) -> None:
    notices.create([NOTICE])
    for _ in range(2):
        notices.mark_read(["wang"])
    assert notices.find_by_people(["wang"], 10) == [replace(NOTICE, read=True)]
    assert version(notices.rows, "n1") == 2


def test_one_notice_is_read_and_the_others_are_not(notices: StoredNotices) -> None:
    notices.create([NOTICE, later(5, "n2")])
    for id_ in ("n1", "n1", "gone"):
        notices.mark_one_read(id_)
    assert notices.get("n1") == replace(NOTICE, read=True)
    assert notices.count_unread(["wang"]) == 1
    assert notices.get("gone") is None
    assert notices.find_known(["n1", "gone"]) == {"n1"}


def test_the_language_that_was_chosen_last_is_kept(
    preferences: StoredPreferences,
) -> None:
    for person, language in (("wang", "en"), ("li", "zh"), ("wang", "zh")):
        preferences.put(person, language)
    found = preferences.find_by_people(["wang", "li", "nobody"])
    assert found == {"wang": "zh", "li": "zh"}


def test_a_mail_is_due_at_once_and_as_it_was_posted(mails: StoredMails) -> None:
    mails.create([MAIL])
    assert mails.claim(10) == [MAIL]


def test_claimed_mails_are_not_given_to_another_worker(mails: StoredMails) -> None:
    mails.create(replace(MAIL, id=f"m{n}") for n in range(5))
    first = mails.claim(3)
    second = mails.claim(3)
    assert (len(first), len(second)) == (3, 2)
    assert ids(first) | ids(second) == {"m0", "m1", "m2", "m3", "m4"}
    assert mails.claim(3) == []


def test_the_mails_that_wait_longest_are_claimed_first(mails: StoredMails) -> None:
    for id_ in ("m3", "m1", "m2"):
        mails.create([replace(MAIL, id=id_)])
    assert ids(mails.claim(2)) == {"m3", "m1"}


def test_mails_whose_worker_died_fall_due_again(mails: StoredMails) -> None:
    mails.create([MAIL, replace(MAIL, id="m2")])
    mails.claim(10)
    let_lapse(mails.rows, "m2")
    assert ids(mails.claim(10)) == {"m2"}


def test_a_mail_posted_again_stays_with_its_worker(mails: StoredMails) -> None:
    mails.create([MAIL])
    mails.claim(10)
    mails.create([MAIL, replace(MAIL, id="m2")])
    assert ids(mails.claim(10)) == {"m2"}


def test_a_closed_mail_is_kept_as_it_ended_and_not_sent_again(
    mails: StoredMails,
) -> None:
    unknown = replace(MAIL, id="m2")
    mails.create([MAIL, unknown])
    sent, unsent = MAIL.close_sent(), unknown.close_refused("550 5.1.1")
    assert mails.close([sent, unsent]) == set()
    mails.create([MAIL])
    assert [mails.rows.get(id_) for id_ in ("m1", "m2")] == [sent, unsent]
    assert mails.claim(10) == []


@pytest.mark.parametrize(
    "closed",
    [
        MAIL.close_sent(),
        MAIL.without_address(),
        MAIL.close_refused("550"),
        replace(MAIL, tries=MOST_TRIES),
    ],
)
def test_of_a_closed_mail_neither_address_nor_words_are_stored(
    mails: StoredMails, closed: Mail
) -> None:
    mails.create([MAIL])
    mails.close([closed if closed.state != DUE else closed.put_off("451", 0)])
    [stored] = mails.rows.collection.find({})
    assert "w@example.com" not in str(stored)
    assert "王小明" not in str(stored)


def test_a_mail_that_is_put_off_is_due_again_then_and_not_before(
    mails: StoredMails,
) -> None:
    mails.create([MAIL])
    [claimed] = mails.claim(10)
    later = claimed.put_off("451 4.2.1", time.time())
    mails.close([later])
    assert mails.claim(10) == []
    let_lapse(mails.rows, "m1")
    assert mails.claim(10) == [later]


def test_a_mail_on_its_way_is_held_beyond_the_claim(mails: StoredMails) -> None:
    mails.create([MAIL])
    [mail] = mails.claim(10)
    before = work_due(mails, "m1")
    assert mails.renew(mail)
    assert work_due(mails, "m1") - before > 600
    assert mails.renew(mail), "and again, for another try"


def test_a_mail_whose_claim_lapsed_belongs_to_who_claimed_it_since(
    mails: StoredMails,
) -> None:
    other = StoredMails(mails.rows)
    mails.create([MAIL])
    [mail] = mails.claim(10)
    let_lapse(mails.rows, "m1")
    assert ids(other.claim(10)) == {"m1"}
    assert not mails.renew(mail)
    mails.release([mail])
    assert other.renew(mail)


def test_mails_that_are_released_are_due_at_once_but_those_that_ended_are_not(
    mails: StoredMails,
) -> None:
    mails.create([replace(MAIL, id=id_) for id_ in ("m1", "m2", "m3")])
    claimed = {mail.id: mail for mail in mails.claim(10)}
    mails.renew(claimed["m2"])
    mails.close([claimed["m3"].close_sent()])
    mails.release(claimed.values())
    assert ids(mails.claim(10)) == {"m1", "m2"}


def test_a_mail_that_is_there_no_more_is_told_and_not_put_again(
    mails: StoredMails,
) -> None:
    mails.create([MAIL])
    gone = replace(MAIL, id="gone")
    assert mails.close([MAIL.close_sent(), gone.close_sent()]) == {"gone"}
    assert mails.find_known(["m1", "gone"]) == {"m1"}


def test_a_title_is_told_once(titles: StoredTitles) -> None:
    for id_, name in (("c1", "三月班"), ("c1", "四月班"), ("c2", "五月班")):
        titles.put([(id_, 1, Title(id_, name))])
    assert titles.find_by_ids(["c1", "c9"]) == {"c1": "三月班"}
    assert titles.find_by_ids([]) == {}
