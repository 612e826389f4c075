"""Mails that are due leave once, come again where they may, and forget addresses."""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from notify.domain.notice import (
    DUE,
    LONGEST_PAUSE,
    MOST_TRIES,
    NO_ADDRESS,
    REFUSED,
    SENT,
    Mail,
)
from notify.usecases import send_mails
from notify.usecases.ports import Contact, PutOff, Refused, ServerAway
from notify.usecases.send_mails import SendMails

from tests.unit.notify.fakes import FakeClock, FakeContacts, FakeMails, FakePostman

WANG, LI = "w@example.com", "l@example.com"


class StoreAway(Exception):
    """The store cannot be written to now."""


@dataclass
class World:
    """Notify's mails, and who carries them."""

    clock: FakeClock = field(default_factory=FakeClock)
    postman: FakePostman = field(default_factory=FakePostman)
    told: list[Mail] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mails = FakeMails(self.clock)
        self.contacts = FakeContacts({"wang": Contact("王小明", WANG)})
        self.send = SendMails(
            self.mails, self.contacts, self.postman, self.told.append,
            self.clock, self.clock,
        )  # fmt: skip

    def post(self, *mails: Mail) -> None:
        self.mails.create(mails)

    def state(self, id_: str) -> str:
        return self.mails.rows[id_].state


@pytest.fixture(name="world")
def _world() -> World:
    return World()


def to_person(id_: str, person: str = "wang") -> Mail:
    return Mail(id_, "seat-taken", person, words={"class_title": "三月班"})


def to_address(id_: str, address: str) -> Mail:
    return Mail(id_, "invitation", address=address, words={"name": "李雷"})


def test_a_mail_goes_to_the_person_or_to_its_address(world: World) -> None:
    world.post(to_person("a"), to_address("b", LI))
    assert world.send()
    assert world.postman.carried == [("a", WANG), ("b", LI)]
    assert not world.send()


def test_a_mail_that_ended_keeps_neither_address_nor_words(world: World) -> None:
    world.postman.answers[LI] = [Refused("550 5.1.1")]
    world.post(to_address("a", WANG), to_address("b", LI), to_person("c", "nobody"))
    world.send()
    closed = [world.mails.rows[id_] for id_ in "abc"]
    assert [mail.state for mail in closed] == [SENT, REFUSED, NO_ADDRESS]
    assert [(mail.address, mail.words) for mail in closed] == [("", {})] * 3
    assert [mail.code for mail in closed] == ["", "550 5.1.1", ""]


def test_how_each_mail_ended_is_told(world: World) -> None:
    world.postman.answers[LI] = [PutOff("451")]
    world.post(to_address("a", WANG), to_address("b", LI))
    world.send()
    assert [(mail.id, mail.state) for mail in world.told] == [("a", SENT), ("b", DUE)]


def test_a_mail_that_is_not_taken_now_is_tried_again_after_growing_pauses(
    world: World,
) -> None:
    world.postman.answers[LI] = [PutOff("451")] * 3
    world.post(to_address("a", LI))
    waits = []
    while world.state("a") == DUE:
        began = world.clock.now
        while not world.send():
            world.clock.now += 30
        waits.append(world.clock.now - began)
    assert waits == [0, 60, 120, 240]
    assert world.state("a") == SENT


def test_a_mail_that_is_never_taken_is_given_up_after_four_days(world: World) -> None:
    world.postman.answers[LI] = [PutOff("452 4.2.2")] * 99
    world.post(to_address("a", LI))
    began = world.clock.now
    while world.state("a") == DUE:
        world.send()
        world.clock.now = max(world.clock.now, world.mails.rows["a"].not_before)
    given_up = world.mails.rows["a"]
    assert (given_up.state, given_up.code) == (REFUSED, "452 4.2.2")
    assert given_up.tries == MOST_TRIES
    assert given_up.address == ""
    assert 4 * 86_400 < world.clock.now - began < 5 * 86_400


def test_one_letter_that_is_refused_or_put_off_does_not_stop_the_others(
    world: World,
) -> None:
    world.postman.answers[LI] = [Refused("unknown-kind"), PutOff("451")]
    world.post(to_address("a", LI), to_address("b", LI), to_address("c", WANG))
    world.send()
    assert [world.state(id_) for id_ in "abc"] == [REFUSED, DUE, SENT]


def test_while_no_letter_can_leave_all_stay_due_and_no_try_is_counted(
    world: World,
) -> None:
    world.postman.answers[LI] = [ServerAway("no answer")] * 4
    world.post(to_address("a", LI), to_address("b", WANG))
    tried_at = []
    while world.state("a") == DUE:
        try:
            if world.send():
                tried_at.append(world.clock.now)
        except ServerAway:
            tried_at.append(world.clock.now)
        world.clock.now += 0.5
    pauses = [b - a for a, b in pairwise(tried_at)]
    assert pauses == [1, 2, 4, 8]
    assert world.mails.rows["a"].tries == 0
    assert world.postman.carried == [("a", LI), ("b", WANG)]


def test_a_server_that_is_long_away_is_asked_every_five_minutes(world: World) -> None:
    world.postman.answers[LI] = [ServerAway("no answer")] * 20
    world.post(to_address("a", LI))
    for _ in range(20):
        with pytest.raises(ServerAway):
            world.send()
        world.clock.now = world.send.quiet_until
    assert world.send.pause == send_mails.LONGEST_PAUSE
    assert world.send()
    assert world.send.pause == 0


def test_while_enrollment_is_away_mails_wait_likewise(world: World) -> None:
    world.contacts.away = StoreAway()
    world.post(to_person("a"))
    with pytest.raises(StoreAway):
        world.send()
    assert not world.send(), "not asked again at once"
    world.contacts.away = None
    world.clock.now += 1
    assert world.send()


def test_a_mail_that_another_worker_took_over_is_left_to_it(world: World) -> None:
    world.post(to_address("a", LI), to_address("b", WANG))
    world.mails.stolen.add("a")
    world.send()
    assert world.postman.carried == [("b", WANG)]


def test_a_letter_that_left_is_not_sent_again_because_the_store_was_away(
    world: World,
) -> None:
    world.post(to_address("a", LI))
    world.mails.away = [StoreAway(), StoreAway()]
    for _ in range(2):
        with pytest.raises(StoreAway):
            world.send()
    world.clock.now += 3600
    assert not world.send()
    assert world.postman.carried == [("a", LI)]
    assert world.state("a") == SENT
    assert [mail.state for mail in world.told] == [SENT]


def test_a_mail_that_is_there_no_more_stops_nobody(world: World) -> None:
    world.post(to_address("a", LI), to_address("b", WANG))

    def vanish(mail: Mail, to: Contact) -> None:
        world.mails.rows.pop("a", None)

    world.postman.deliver = vanish  # type: ignore[method-assign]
    world.send()
    assert world.state("b") == SENT


def test_the_postman_rests_after_each_round(world: World) -> None:
    world.post(*(to_address(str(n), LI) for n in range(3)))
    world.send()
    assert world.postman.rests == 1


def test_pauses_between_tries_stay_within_hours() -> None:
    mail = to_address("a", LI)
    for _ in range(MOST_TRIES - 1):
        mail = mail.put_off("451", 0)
    assert mail.not_before == LONGEST_PAUSE


def test_where_a_repeat_changes_nothing_mails_are_written_down_in_one_go(
    world: World,
) -> None:
    world.postman.is_repeatable = True
    world.post(*(to_address(f"m{number}", LI) for number in range(10)))
    world.mails.away = [StoreAway()]
    with pytest.raises(StoreAway):
        world.send()
    assert len(world.postman.carried) == 10
    assert world.told == []
    world.clock.now += 3600
    world.send()
    assert [mail.state for mail in world.told] == [SENT] * 10
    assert len(world.postman.carried) == 10


def test_what_was_deleted_while_it_was_written_is_taken_back(world: World) -> None:
    world.postman.is_repeatable = True
    world.post(to_address("a", LI), to_address("b", WANG))
    carry = world.postman.deliver

    def vanish(mail: Mail, to: Contact) -> None:
        world.mails.rows.pop("a", None)
        carry(mail, to)

    world.postman.deliver = vanish  # type: ignore[method-assign]
    world.send()
    assert world.postman.carried == [("b", WANG)]
