"""What is due leaves as each person chose: held, gathered, by message or not."""

import datetime
from dataclasses import dataclass, field, replace

import pytest
from notify.clients.letter_texts import subject_of
from notify.domain.notice import (
    BY_MESSAGE_ONLY,
    DUE,
    GATHERED,
    SENT,
    SMS,
    UNWANTED,
    Mail,
)
from notify.domain.preferences import (
    BY_BOTH,
    BY_DIGEST,
    BY_MAIL,
    BY_SMS,
    IN_SITE,
    Preferences,
)
from notify.usecases.find_preferences import FindPreferences
from notify.usecases.plan_sending import MOST_LINES, PlanSending
from notify.usecases.ports import Contact
from notify.usecases.send_mails import SendMails
from notify.usecases.take_mails import TakeMails
from notify.usecases.tell_by_message import TellByMessage

from tests.unit.notify.fakes import (
    FakeClock,
    FakeContacts,
    FakeDeleted,
    FakeGroups,
    FakeLimits,
    FakeMails,
    FakePostman,
    FakePreferred,
)

BEIJING = datetime.timezone(datetime.timedelta(hours=8))
EVENING = datetime.datetime(2026, 12, 1, 23, tzinfo=BEIJING)
NOON = datetime.datetime(2026, 12, 1, 12, tzinfo=BEIJING)
NIGHT = {"quiet_from": "22:00", "quiet_until": "07:00"}


class Died(Exception):
    """The process is gone."""


@dataclass
class World:
    """Notify's mails with people who chose, and everything that left."""

    chosen: dict[str, Preferences] = field(default_factory=dict)
    has_sms: bool = True
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.mails = FakeMails(self.clock)
        self.groups = FakeGroups()
        self.postman = FakePostman()
        self.letters: list[Mail] = []
        people = {"wang": Contact("王", "w@example.com", "13800000001")}
        self.contacts = FakeContacts(people | {"li": Contact("李", "", "13800000002")})
        self.set_time(NOON)
        self.restart()

    def restart(self) -> None:
        """A new process on what is stored."""
        self.mails.taken.clear()
        channels = ["mail", SMS] if self.has_sms else ["mail"]
        kinds = dict.fromkeys(channels, frozenset({"seat-taken", "class-notice"}))
        take = TakeMails(
            self.mails, FakeLimits(), kinds, self.now, self.letters.append,
            FakeDeleted(),
        )  # fmt: skip
        preferences = FindPreferences(FakePreferred(self.chosen), self.groups)
        self.plan = PlanSending(self.mails, preferences, subject_of, channels, self.now)
        self.send = SendMails(
            self.mails, self.contacts, self.postman, lambda _: None, self.clock,
            self.clock, tell_otherwise=TellByMessage(take, self.letters.append),
            plan=self.plan,
        )  # fmt: skip

    def now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.clock.now, datetime.UTC)

    def set_time(self, moment: datetime.datetime) -> None:
        self.clock.now = moment.timestamp()

    def choose(self, person: str = "wang", **chosen: object) -> None:
        self.chosen[person] = replace(Preferences(person), **chosen)  # type: ignore[arg-type]

    def due(self, *ids: str, kind: str = "seat-taken", person: str = "wang") -> None:
        self.mails.create(
            Mail(id_, kind, person, words={"class_title": f"班{id_}"}) for id_ in ids
        )

    def send_all(self) -> None:
        assert any(not self.send() for _ in range(9)), "it never comes to rest"

    @property
    def carried(self) -> list[str]:
        return [id_ for id_, _ in self.postman.carried]


@pytest.fixture(name="world")
def _world() -> World:
    return World()


def test_who_chose_nothing_is_told_at_once_at_any_hour(world: World) -> None:
    world.set_time(EVENING)
    world.due("m1")
    world.send_all()
    assert world.carried == ["m1"]


def test_what_comes_in_quiet_hours_leaves_once_when_they_end(world: World) -> None:
    world.choose(**NIGHT)
    world.set_time(EVENING)
    world.due("m1")
    world.send_all()
    assert world.carried == []
    world.set_time(EVENING + datetime.timedelta(hours=7, minutes=59))
    world.send_all()
    assert world.carried == []
    world.set_time(EVENING + datetime.timedelta(hours=8))
    world.restart()
    world.send_all()
    world.set_time(NOON + datetime.timedelta(days=3))
    world.send_all()
    assert world.carried == ["m1"]
    assert world.mails.rows["m1"].tries == 0


@pytest.mark.parametrize("kind", ["sign-in-code", "password-reset", "invitation"])
def test_what_somebody_waits_for_is_not_held(world: World, kind: str) -> None:
    world.choose(**NIGHT)
    world.set_time(EVENING)
    world.mails.create([Mail("m1", kind, "wang", until=world.clock.now + 600)])
    world.send_all()
    assert world.carried == ["m1"]


def test_a_message_waits_for_the_end_of_quiet_hours_too(world: World) -> None:
    world.choose("li", **NIGHT)
    world.set_time(EVENING)
    message = Mail("m1/sms", "seat-taken", "li", "13800000002", channel=SMS)
    world.mails.create([message])
    world.send_all()
    assert world.carried == []
    world.set_time(EVENING + datetime.timedelta(hours=8))
    world.send_all()
    assert world.carried == ["m1/sms"]


@pytest.mark.parametrize(
    ("way", "left"),
    [
        (BY_MAIL, {("m1", "w@example.com")}),
        (BY_SMS, {("m1/sms", "13800000001")}),
        (BY_BOTH, {("m1", "w@example.com"), ("m1/sms", "13800000001")}),
        (IN_SITE, set()),
    ],
)
def test_each_kind_leaves_by_the_way_that_was_chosen(
    world: World, way: str, left: set[tuple[str, str]]
) -> None:
    world.choose(ways={"seat-taken": way})
    world.due("m1")
    world.send_all()
    assert set(world.postman.carried) == left
    assert len(world.postman.carried) == len(left)
    state = {BY_SMS: BY_MESSAGE_ONLY, IN_SITE: UNWANTED}.get(way, SENT)
    assert world.mails.rows["m1"].state == state


def test_who_wants_mail_alone_gets_no_message_while_no_mail_reaches(
    world: World,
) -> None:
    world.choose("li", ways={"seat-taken": BY_MAIL})
    world.due("m1", person="li")
    world.send_all()
    assert world.carried == []


def test_without_short_messages_whoever_chose_them_once_gets_mails(
    world: World,
) -> None:
    world.has_sms = False
    world.restart()
    world.choose(ways={"seat-taken": BY_SMS})
    world.due("m1")
    world.send_all()
    assert world.postman.carried == [("m1", "w@example.com")]


def test_another_kind_is_told_as_usual(world: World) -> None:
    world.choose(ways={"class-notice": IN_SITE})
    world.due("m1")
    world.send_all()
    assert world.carried == ["m1"]


def test_a_digest_takes_along_what_the_day_brought_and_leaves_once(
    world: World,
) -> None:
    world.choose(ways={"seat-taken": BY_DIGEST})
    world.due("m1", "m2")
    world.send_all()
    assert world.carried == []
    world.set_time(NOON.replace(hour=18))
    world.restart()
    world.send_all()
    assert world.carried == ["digest.wang.2026-12-01"]
    for hours in range(1, 60):
        world.set_time(NOON + datetime.timedelta(hours=6 + hours))
        world.send_all()
    assert len(world.carried) == 1
    assert {world.mails.rows[id_].state for id_ in ("m1", "m2")} == {SENT}
    assert world.mails.rows["m1"].words == {}


def test_a_digest_names_each_of_its_mails_in_a_line_and_counts_the_rest(
    world: World,
) -> None:
    world.choose(ways={"seat-taken": BY_DIGEST})
    ids = [f"m{n:03}" for n in range(MOST_LINES + 7)]
    world.due(*ids)
    world.send_all()
    filled = world.plan.fill_digest(world.mails.rows["digest.wang.2026-12-01"])
    assert filled is not None
    lines = filled.words["entries"].splitlines()
    assert lines[0].endswith("班m000")
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "… +7"
    assert filled.words["count"] == str(len(ids))


def test_what_comes_after_the_digest_goes_with_the_next(world: World) -> None:
    world.choose(ways={"seat-taken": BY_DIGEST})
    world.set_time(NOON.replace(hour=18))
    world.due("m1")
    world.send_all()
    assert world.carried == []
    world.set_time(NOON + datetime.timedelta(days=1, hours=6))
    world.send_all()
    assert world.carried == ["digest.wang.2026-12-02"]


def test_an_earlier_hour_chosen_after_todays_digest_makes_no_second_one(
    world: World,
) -> None:
    world.choose(ways={"seat-taken": BY_DIGEST}, digest_at="13:00")
    world.due("m1")
    world.send_all()
    world.set_time(NOON.replace(hour=13))
    world.send_all()
    world.choose(ways={"seat-taken": BY_DIGEST}, digest_at="15:00")
    world.due("m2")
    for hours in range(40):
        world.set_time(NOON.replace(hour=13) + datetime.timedelta(hours=hours))
        world.send_all()
    assert world.carried == ["digest.wang.2026-12-01", "digest.wang.2026-12-02"]


def test_what_its_digest_did_not_take_along_goes_with_the_next(world: World) -> None:
    """The process stood still between putting the digest and holding its mail."""
    world.choose(ways={"seat-taken": BY_DIGEST})
    world.due("m1", "m2")
    world.mails.stolen.add("m2")
    world.send()
    world.mails.stolen.clear()
    world.set_time(NOON.replace(hour=18))
    world.mails.taken.add("m2")
    world.send_all()
    assert world.mails.rows["m1"].state == SENT
    late = world.mails.rows["m2"].hold_back("in-digest", 0.0, "digest.wang.2026-12-01")
    world.mails.rows["m2"] = late
    world.mails.taken.clear()
    for hours in range(1, 30):
        world.set_time(NOON.replace(hour=18) + datetime.timedelta(hours=hours))
        world.send_all()
    assert world.carried == ["digest.wang.2026-12-01", "digest.wang.2026-12-02"]
    assert world.mails.rows["m2"].state == SENT


def test_what_left_with_a_digest_is_closed_though_the_process_died(
    world: World,
) -> None:
    world.choose(ways={"seat-taken": BY_DIGEST})
    world.due("m1")
    world.send_all()
    world.set_time(NOON.replace(hour=18))
    world.mails.dies_before_gathered_closes = True
    world.send_all()
    assert world.mails.rows["m1"].code == GATHERED
    assert world.mails.rows["m1"].state == DUE
    for hours in range(1, 60):
        world.set_time(NOON.replace(hour=18) + datetime.timedelta(hours=hours))
        world.send_all()
    assert world.carried == ["digest.wang.2026-12-01"]
    assert world.mails.rows["m1"].state == SENT


def test_a_digest_waits_for_the_end_of_quiet_hours(world: World) -> None:
    world.choose(ways={"seat-taken": BY_DIGEST}, digest_at="23:30", **NIGHT)
    world.due("m1")
    world.send_all()
    for half_hours in range(23, 80):
        world.set_time(NOON + datetime.timedelta(hours=half_hours / 2))
        world.send_all()
        if world.carried:
            break
    assert world.now().astimezone(BEIJING).strftime("%d %H:%M") == "02 07:00"


def test_one_human_with_two_records_gets_one_digest(world: World) -> None:
    world.groups.survivors = {"wang-2": "wang"}
    world.contacts.known["wang-2"] = world.contacts.known["wang"]
    world.choose(ways={"seat-taken": BY_DIGEST})
    world.due("m1")
    world.due("m2", person="wang-2")
    world.send_all()
    world.set_time(NOON.replace(hour=18))
    world.send_all()
    assert world.carried == ["digest.wang.2026-12-01"]
