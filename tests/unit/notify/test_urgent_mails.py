"""What is good for minutes leaves at once or never; a broken way loses nothing."""

import contextlib
from dataclasses import dataclass, field

import pytest
from notify.domain.notice import DUE, EXPIRED, NO_ADDRESS, REFUSED, SENT, SMS, Mail
from notify.usecases.ports import Contact, Refused, ServerAway, Stalled
from notify.usecases.send_mails import URGENT_PAUSE, SendMails

from tests.unit.notify.fakes import FakeClock, FakeContacts, FakeMails, FakePostman

WANG, LI = "13800000001", "13800000002"


@dataclass
class World:
    """Messages, and who carries them."""

    clock: FakeClock = field(default_factory=FakeClock)
    postman: FakePostman = field(default_factory=FakePostman)
    outcomes: list[Mail] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mails = FakeMails(self.clock)
        contacts = FakeContacts({"wang": Contact("王小明", phone=WANG)})
        self.send = SendMails(
            self.mails, contacts, self.postman, self.outcomes.append,
            self.clock, self.clock, URGENT_PAUSE,
        )  # fmt: skip

    def post(self, *mails: Mail) -> None:
        self.mails.create(mails)

    def state(self, id_: str) -> str:
        return self.mails.rows[id_].state

    def send_until(self, moment: float, step: float = 0.5) -> None:
        """Look every half second, as the loop does."""
        while self.clock.now < moment:
            with contextlib.suppress(ServerAway):
                self.send()
            self.clock.now += step


@pytest.fixture(name="world")
def _world() -> World:
    return World()


def code(id_: str, minutes: float = 10, phone: str = WANG) -> Mail:
    until = 1_000 + 60 * minutes
    return Mail(id_, "sign-in-code", address=phone, channel=SMS, until=until)


def invitation(id_: str, phone: str = WANG) -> Mail:
    return Mail(id_, "invitation", address=phone, channel=SMS)


def test_a_message_goes_to_the_phone_of_its_person_or_to_its_address(
    world: World,
) -> None:
    world.post(Mail("a", "invitation", "wang", channel=SMS), code("b", phone=LI))
    world.send()
    assert world.postman.carried == [("a", WANG), ("b", LI)]


def test_a_code_for_nobody_goes_nowhere_and_keeps_no_other_back(world: World) -> None:
    world.post(code("a", phone=""), code("b"))
    assert world.send()
    assert world.postman.carried == [("b", WANG)]
    assert world.state("a") == NO_ADDRESS


def test_what_is_urgent_waits_apart_from_what_is_not() -> None:
    mails = [code("a"), invitation("b"), Mail("c", "invitation")]
    assert [mail.queue for mail in mails] == ["urgent-sms", "sms", "mail"]


def test_a_code_that_comes_too_late_is_dropped_and_forgotten(world: World) -> None:
    world.post(code("a", minutes=1))
    world.clock.now += 60
    world.send()
    assert world.postman.carried == []
    late = world.mails.rows["a"]
    assert (late.state, late.address, late.words) == (EXPIRED, "", {})
    assert world.outcomes == [late]


def test_a_code_is_tried_again_within_seconds(world: World) -> None:
    world.postman.answers[WANG] = [Stalled("500")] * 2
    world.post(code("a"))
    world.send_until(1_010)
    assert world.postman.carried == [("a", WANG)]


def test_a_code_whose_next_try_would_be_too_late_is_dropped(world: World) -> None:
    world.postman.answers[WANG] = [Stalled("500")] * 99
    world.post(code("a", minutes=1))
    world.send_until(1_100)
    dropped = world.mails.rows["a"]
    assert (dropped.state, dropped.code) == (EXPIRED, "500")
    assert dropped.tries > 4
    assert world.postman.carried == []


def test_a_provider_away_for_a_minute_delays_a_code_by_ten_seconds_at_most(
    world: World,
) -> None:
    world.postman.answers[WANG] = [ServerAway("no answer")] * 9
    world.post(code("a"))
    world.send_until(1_075)
    assert world.state("a") == SENT


def test_one_message_at_which_the_way_breaks_does_not_stop_the_others(
    world: World,
) -> None:
    world.postman.answers[WANG] = [Stalled("no-answer")] * 99
    world.post(invitation("a"), invitation("b", LI), invitation("c", LI))
    assert world.send()
    assert [world.state(id_) for id_ in "abc"] == [DUE, SENT, SENT]


def test_a_way_that_breaks_three_times_in_a_row_is_left_alone_and_loses_nothing(
    world: World,
) -> None:
    world.postman.answers[WANG] = [Stalled("500")] * 6
    ids = [f"m{number}" for number in range(8)]
    world.post(*map(invitation, ids))
    with pytest.raises(ServerAway, match="3 letters in a row"):
        world.send()
    assert len(world.postman.answers[WANG]) == 3, "the others were not tried"
    world.send_until(1_000 + 3_600, step=5)
    assert {world.state(id_) for id_ in ids} == {SENT}
    assert sorted(id_ for id_, _ in world.postman.carried) == ids


def test_an_invitation_outlives_two_weeks_of_a_broken_provider(world: World) -> None:
    world.postman.answers[WANG] = [Stalled("500")] * 90
    world.post(invitation("a"))
    world.send_until(1_000 + 15 * 86_400, step=600)
    assert world.state("a") == SENT


def test_a_message_that_is_refused_ends_there(world: World) -> None:
    world.postman.answers[WANG] = [Refused("422 phone-blocked")]
    world.post(code("a"))
    world.send()
    assert world.state("a") == REFUSED
