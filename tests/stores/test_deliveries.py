"""What a person was told and what became of it, on every engine."""

import datetime
from dataclasses import dataclass

import pytest
from chassis.storage.aggregates import mapping_of
from notify.domain.notice import SMS, Mail, Notice
from notify.events.to_events import to_event
from notify.store import documents
from notify.store.deliveries import StoredDeliveries
from notify.store.mails import MAIL_FORM, StoredMails
from notify.store.notices import StoredNotices
from notify.usecases.find_deliveries import FindDeliveries
from notify.usecases.ports import PlaceInInbox

from tests.engines import Kept

MOMENT = datetime.datetime(2026, 11, 30, 8, tzinfo=datetime.UTC)
GROUPS = {"wang": ("wang", "wang2")}


@dataclass
class World:
    """The stores, and what reads them."""

    notices: StoredNotices
    mails: StoredMails
    find: FindDeliveries

    def tell(self, id_: str, person_id: str = "wang", minutes: int = 0) -> None:
        at = MOMENT + datetime.timedelta(minutes=minutes)
        words = {"class_title": "三月班"}
        self.notices.create([Notice(id_, person_id, "seat-taken", words, at)])
        self.mails.create([Mail(id_, "seat-taken", person_id, words=words)])


@pytest.fixture(name="world")
def _world(kept: Kept) -> World:
    notices = StoredNotices(
        kept.aggregates(
            "notify", documents.NoticeDocument, mapping_of(Notice), to_event
        )
    )
    rows = kept.aggregates("notify", documents.MailDocument, MAIL_FORM, to_event)
    deliveries = StoredDeliveries(rows.collection)
    find = FindDeliveries(notices, deliveries, lambda id_: GROUPS.get(id_, (id_,)))
    return World(notices, StoredMails(rows), find)


def test_a_notice_comes_with_its_mail_and_the_message_in_its_place(
    world: World,
) -> None:
    world.tell("n1")
    world.mails.close([Mail("n1", "seat-taken", "wang").without_address()])
    message = Mail("n1/sms", "seat-taken", "wang", channel=SMS)
    world.mails.create([message])
    world.mails.close([message.close_refused("busy")])
    [trail] = world.find("wang", 50, None).trails
    assert [(one.channel, one.state, one.code) for one in trail.deliveries] == [
        ("mail", "no-address", ""),
        ("sms", "refused", "busy"),
    ]
    assert all(one.closed is not None for one in trail.deliveries)


def test_what_is_on_its_way_has_not_ended(world: World) -> None:
    world.tell("n1")
    [trail] = world.find("wang", 50, None).trails
    [one] = trail.deliveries
    assert (one.state, one.closed) == ("due", None)


def test_letters_that_repeat_no_notice_come_with_the_first_page(world: World) -> None:
    invitation, code = (Mail(id_, id_, "wang") for id_ in ("invitation", "digest"))
    world.mails.create([invitation, code])
    world.mails.close([invitation.close_sent()])
    for n in range(3):
        world.tell(f"n{n}", minutes=n)
    first = world.find("wang", 2, None)
    assert [trail.notice.id for trail in first.trails] == ["n2", "n1"]
    assert [one.kind for one in first.letters] == ["digest", "invitation"]
    last = first.trails[-1].notice
    second = world.find("wang", 2, PlaceInInbox(last.at, last.id))
    assert ([trail.notice.id for trail in second.trails], second.letters) == (
        ["n0"],
        [],
    )
    assert (first.has_more, second.has_more) == (True, False)


def test_all_records_of_a_human_are_read_and_nobody_elses(world: World) -> None:
    world.tell("n1", "wang")
    world.tell("n2", "wang2", minutes=1)
    world.tell("n3", "li", minutes=2)
    found = world.find("wang", 50, None)
    assert [trail.notice.id for trail in found.trails] == ["n2", "n1"]
    assert world.find("nobody", 50, None).trails == []
