"""Five hundred people are told at once: each once by each way chosen, whoever dies."""

import datetime
import random
import threading
from collections import Counter
from dataclasses import dataclass, field

import pytest
from chassis.storage.aggregates import mapping_of
from notify.clients.letter_texts import subject_of
from notify.domain.notice import DUE, SMS, Mail, Notice, queue_of
from notify.domain.preferences import (
    AUTO,
    BY_BOTH,
    BY_DIGEST,
    BY_MAIL,
    BY_SMS,
    IN_SITE,
    Preferences,
)
from notify.events.to_events import to_event
from notify.store import documents
from notify.store import mails as store_of_mails
from notify.store.mails import MAIL_FORM, StoredMails
from notify.store.notices import StoredNotices
from notify.store.preferences import StoredPreferences
from notify.usecases.find_languages import FindLanguages
from notify.usecases.find_preferences import FindPreferences
from notify.usecases.notify_people import NoticeCause, NotifyPeople
from notify.usecases.plan_sending import PlanSending
from notify.usecases.ports import Contact
from notify.usecases.send_mails import SendMails
from notify.usecases.take_mails import TakeMails
from notify.usecases.tell_by_message import TellByMessage

from tests.depth import rounds
from tests.engines import Kept
from tests.unit.notify.fakes import (
    FakeContacts,
    FakeDeleted,
    FakeGroups,
    FakeLimits,
    FakePostman,
    FakeTitles,
)

PEOPLE = rounds(500, 2_000)
WORKERS = 3
WAYS = (AUTO, BY_MAIL, BY_SMS, BY_BOTH, BY_DIGEST, IN_SITE)
NIGHT = datetime.datetime(2026, 12, 1, 23, 30, tzinfo=datetime.UTC)
"""Half past seven in the morning in Beijing, half past midnight in Berlin."""
QUIET = ("22:00", "07:00", "Europe/Berlin")
HOUR = 3600.0
AFTER = (0, 1, 5, 6.5, 8, 10.5, 12, 17.5, 19, 20.5, 35)
"""In hours: in the night and at its end; six in the evening in Beijing, in Berlin; then
until nothing can come any more."""


class Died(Exception):
    """A worker is gone, with all that it had in mind."""


@dataclass
class Clock:
    """The time of everybody, store included."""

    now: float = NIGHT.timestamp()

    def time(self) -> float:
        return self.now

    def moment(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.now, datetime.UTC)


@dataclass
class Told:
    """What left, by whom it was for and how; a letter is seen before one dies."""

    chance: random.Random
    left: list[tuple[float, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Postman(FakePostman):
    """Carries letters, unless its worker dies before it takes one."""

    def __init__(self, told: Told, clock: Clock, deadly: float) -> None:
        super().__init__()
        self.told, self.clock, self.deadly = told, clock, deadly

    def deliver(self, mail: Mail, to: Contact) -> None:
        with self.told.lock:
            if self.told.chance.random() < self.deadly:
                raise Died
            self.told.left.append((self.clock.now, mail.id))


@dataclass
class World:
    """Notify's stores on an engine, and workers on them."""

    kept: Kept
    clock: Clock

    def __post_init__(self) -> None:
        kept = self.kept
        self.mail_rows = kept.aggregates(
            "notify", documents.MailDocument, MAIL_FORM, to_event
        )
        self.mails = StoredMails(self.mail_rows)
        self.notices = StoredNotices(
            kept.aggregates(
                "notify", documents.NoticeDocument, mapping_of(Notice), to_event
            )
        )
        self.preferences = StoredPreferences(
            kept.aggregates(
                "notify",
                documents.PreferencesDocument,
                mapping_of(Preferences),
                to_event,
            )
        )
        self.told = Told(random.Random(7))
        self.contacts = FakeContacts(
            {
                f"p{n}": Contact(f"人{n}", f"p{n}@example.com", f"139{n:08}")
                for n in range(PEOPLE)
            }
        )

    def choose(self) -> None:
        for n in range(PEOPLE):
            quiet = QUIET if n % 12 >= 6 else ("", "", "Asia/Shanghai")
            begins, ends, zone = quiet
            self.preferences.put_telling(
                Preferences(
                    f"p{n}", "", {"seat-promoted": WAYS[n % 6]},
                    begins, ends, "18:00", zone,
                )
            )  # fmt: skip

    def promote_all(self) -> None:
        """Everybody's event, and all of them a second time."""
        tell = NotifyPeople(
            self.notices, self.mails, FakeTitles({"c": "三月班"}), self.clock.moment,
            FakeDeleted(), FindLanguages(self.preferences, FakeGroups()),
        )  # fmt: skip
        causes = [
            NoticeCause(f"e{n}.2.0", "seat-promoted", f"p{n}", {}, "c")
            for n in range(PEOPLE)
        ]
        for start in (*range(0, PEOPLE, 100), *range(0, PEOPLE, 100)):
            tell(causes[start : start + 100])

    def worker(self, channel: str, deadly: float) -> SendMails:
        """A sender as a process has it, with nothing in mind."""
        channels = ["mail", SMS]
        kinds = dict.fromkeys(channels, frozenset({"seat-promoted"}))
        take = TakeMails(
            self.mails, FakeLimits(10**6), kinds, self.clock.moment, lambda _: None,
            FakeDeleted(),
        )  # fmt: skip
        plan = PlanSending(
            self.mails, FindPreferences(self.preferences, FakeGroups()), subject_of,
            channels, self.clock.moment,
        )  # fmt: skip
        return SendMails(
            StoredMails(self.mail_rows, queue=queue_of(channel, is_urgent=False)),
            self.contacts,
            Postman(self.told, self.clock, deadly),
            lambda _: None,
            self.clock.time,
            self.clock.time,
            tell_otherwise=TellByMessage(take, lambda _: None),
            plan=plan,
        )

    def work(self, deadly: float) -> None:
        """Workers side by side until nothing is due; who dies is begun anew."""
        threads = [
            threading.Thread(target=self._work_through, args=(channel, deadly))
            for channel in ("mail", SMS)
            for _ in range(WORKERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work_through(self, channel: str, deadly: float) -> None:
        sender, rest = self.worker(channel, deadly), 0
        while rest < 3:
            try:
                rest = 0 if sender() else rest + 1
            except Died:
                sender, rest = self.worker(channel, deadly), 0


def _ids_left(n: int) -> set[str]:
    """What a person's way lets leave, written apart from the code."""
    mail, message = f"e{n}.2.0", f"e{n}.2.0/sms"
    return {
        AUTO: {mail},
        BY_MAIL: {mail},
        BY_SMS: {message},
        BY_BOTH: {mail, message},
        BY_DIGEST: {f"digest.p{n}.2026-12-02"},
        IN_SITE: set[str](),
    }[WAYS[n % 6]]


@pytest.mark.parametrize("deadly", [0.0, 0.02], ids=["all-live", "some-die"])
def test_each_is_told_once_by_each_way_chosen_and_never_in_quiet_hours(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, deadly: float
) -> None:
    clock = Clock()
    monkeypatch.setattr(store_of_mails, "time", clock)
    world = World(kept, clock)
    world.choose()
    world.promote_all()
    for hours in AFTER:
        clock.now = NIGHT.timestamp() + hours * HOUR
        world.work(deadly)
    wanted = Counter(id_ for n in range(PEOPLE) for id_ in _ids_left(n))
    assert Counter(id_ for _, id_ in world.told.left) == wanted
    assert not world.mail_rows.find({"state": DUE})
    assert world.notices.count_unread([f"p{n}" for n in range(PEOPLE)]) == PEOPLE
    for at, id_ in world.told.left:
        n = int(id_.removeprefix("digest.p").removeprefix("e").split(".")[0])
        if n % 12 >= 6:
            berlin = Preferences("", "", {}, *QUIET[:2], "18:00", QUIET[2])
            moment = datetime.datetime.fromtimestamp(at, datetime.UTC)
            assert berlin.find_quiet_end(moment) is None


def test_what_another_worker_has_by_now_is_not_written_over(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(store_of_mails, "time", clock)
    mails = StoredMails(
        kept.aggregates("notify", documents.MailDocument, MAIL_FORM, to_event)
    )
    mails.create([Mail("m1", "seat-taken", "p1")])
    slow = StoredMails(mails.rows)
    [claimed] = slow.claim(9)
    clock.now += 61.0
    [taken] = mails.claim(9)
    mails.close([taken.close_sent()])
    slow.write_settled([claimed.hold_back("quiet-hours", clock.now + HOUR)])
    assert mails.rows.get("m1") == taken.close_sent()
    assert mails.claim(9) == []
