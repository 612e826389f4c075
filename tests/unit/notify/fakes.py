"""The ports of notify in memory."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chassis.projections.aliases import PersonGroups
from notify.domain.notice import DUE, GATHERED, SMS, Mail, Notice
from notify.domain.preferences import Preferences
from notify.usecases.ports import Contact


@dataclass
class FakeClock:
    """A wall clock and a monotonic one in one."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


class FakeMails:
    """Mails on their way; `away` is what the next writes raise."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.rows: dict[str, Mail] = {}
        self.taken: set[str] = set()
        self.stolen: set[str] = set()
        self.away: list[Exception] = []
        self.dies_before_gathered_closes = False

    def create(self, mails: Iterable[Mail]) -> None:
        for mail in mails:
            self.rows.setdefault(mail.id, mail)

    def find_known(self, ids: Sequence[str]) -> set[str]:
        return set(ids) & set(self.rows)

    def claim(self, most: int) -> list[Mail]:
        due = [
            mail
            for mail in self.rows.values()
            if mail.state == DUE
            and mail.not_before <= self.clock.now
            and mail.id not in self.taken
        ][:most]
        self.taken |= {mail.id for mail in due}
        return due

    def renew(self, mail: Mail) -> bool:
        return mail.id not in self.stolen

    def close(self, mails: Sequence[Mail]) -> set[str]:
        if self.away:
            raise self.away.pop(0)
        self.taken -= {mail.id for mail in mails}
        gone = {mail.id for mail in mails} - self.rows.keys()
        self.rows |= {mail.id: mail for mail in mails if mail.id not in gone}
        if not self.dies_before_gathered_closes:
            self._close_gathered({m.id: m for m in mails if m.state != DUE})
        self.dies_before_gathered_closes = False
        return gone

    def _close_gathered(self, closed: Mapping[str, Mail]) -> None:
        for mail in list(self.rows.values()):
            if mail.state == DUE and mail.code == GATHERED and mail.digest in closed:
                self.rows[mail.id] = mail.follow_digest(closed[mail.digest])

    def claim_entries(self, digest_id: str) -> list[Mail]:
        until = self.clock.now + 3600
        with_it = [
            mail.hold_back(GATHERED, until, digest_id)
            for mail in self.rows.values()
            if mail.digest == digest_id and mail.state == DUE
        ]
        self.rows |= {mail.id: mail for mail in with_it}
        return with_it

    def write_settled(self, mails: Sequence[Mail]) -> None:
        self.taken -= {mail.id for mail in mails}
        self.rows |= {
            mail.id: mail
            for mail in mails
            if mail.id in self.rows and mail.id not in self.stolen
        }

    def find_by_ids(self, ids: Sequence[str]) -> list[Mail]:
        return [self.rows[id_] for id_ in ids if id_ in self.rows]

    def release(self, mails: Iterable[Mail]) -> None:
        self.taken -= {mail.id for mail in mails}


@dataclass
class FakeLimits:
    """Room for so many messages, and none for a phone in `full`."""

    room: int = 1000
    full: set[str] = field(default_factory=set)
    counted: list[str] = field(default_factory=list)

    def count_messages(self, messages: Sequence[Mail]) -> set[str]:
        limited = set()
        for message in messages:
            if message.address in self.full or len(self.counted) >= self.room:
                limited.add(message.id)
            else:
                self.counted.append(message.id)
        return limited


@dataclass
class FakeContacts:
    """Who knows how to reach people, unless it is away."""

    known: dict[str, Contact]
    away: Exception | None = None

    def find_contacts(self, person_ids: Sequence[str]) -> dict[str, Contact]:
        if self.away:
            raise self.away
        assert all(person_ids), "enrollment refuses such a question as a whole"
        return {id_: self.known[id_] for id_ in person_ids if id_ in self.known}


@dataclass
class FakePostman:
    """Carries letters; `answers` are what it raises for an address, in turn."""

    answers: dict[str, list[Exception]] = field(default_factory=dict)
    carried: list[tuple[str, str]] = field(default_factory=list)
    rests: int = 0
    is_repeatable: bool = False

    def take_back(self, mail: Mail) -> None:
        self.carried = [one for one in self.carried if one[0] != mail.id]

    def deliver(self, mail: Mail, to: Contact) -> None:
        address = to.phone if mail.channel == SMS else to.email
        answers = self.answers.get(address, [])
        if answers:
            raise answers.pop(0)
        self.carried.append((mail.id, address))

    def close_connection(self) -> None:
        self.rests += 1


@dataclass
class FakeDeleted:
    """People who are deleted; those `late` begin to be, once they were looked for."""

    gone: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)

    def find_begun(self, person_ids: set[str]) -> set[str]:
        found = self.gone & person_ids
        self.gone |= self.late
        return found

    def forget_late(self, person_ids: set[str]) -> None:
        self.forgotten |= self.gone & person_ids


class FakeGroups(PersonGroups):
    """Which records are of one human, each as person and survivor."""

    def __init__(self, **survivors: str) -> None:
        super().__init__(self)
        self.survivors = survivors

    def find_leads(self, person_ids: Collection[str]) -> Mapping[str, str]:
        return {id_: to for id_, to in self.survivors.items() if id_ in person_ids}

    def find_behind(self, survivor_ids: Collection[str]) -> Mapping[str, str]:
        return {id_: to for id_, to in self.survivors.items() if to in survivor_ids}


@dataclass
class FakeLanguages:
    """The languages that people chose."""

    rows: dict[str, str] = field(default_factory=dict)

    def find_by_people(self, person_ids: Sequence[str]) -> dict[str, str]:
        return {id_: self.rows[id_] for id_ in person_ids if id_ in self.rows}

    def put(self, person_id: str, language: str) -> None:
        self.rows[person_id] = language


@dataclass
class FakePreferred:
    """How people chose to be told."""

    rows: dict[str, Preferences] = field(default_factory=dict)

    def find_chosen(self, person_ids: Sequence[str]) -> dict[str, Preferences]:
        return {id_: self.rows[id_] for id_ in person_ids if id_ in self.rows}

    def put_telling(self, chosen: Preferences) -> None:
        self.rows[chosen.id] = chosen


@dataclass
class FakeNotices:
    """People's inboxes."""

    rows: dict[str, Notice] = field(default_factory=dict)

    def create(self, notices: Sequence[Notice]) -> None:
        for notice in notices:
            self.rows.setdefault(notice.id, notice)

    def get(self, id_: str) -> Notice | None:
        return self.rows.get(id_)

    def mark_one_read(self, id_: str) -> None:
        marked = self.rows[id_].mark_read()
        if marked is not None:
            self.rows[id_], _ = marked

    def find_known(self, ids: Sequence[str]) -> set[str]:
        return set(ids) & set(self.rows)

    def count_read_of(self, announcement: str) -> int:
        rows = self.rows.values()
        return sum(n.announcement == announcement and n.read for n in rows)


@dataclass
class FakeTitles:
    """Titles of classes, and which were asked for."""

    rows: dict[str, str] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)

    def find_by_ids(self, class_ids: Sequence[str]) -> dict[str, str]:
        self.asked.append(list(class_ids))
        return {id_: self.rows[id_] for id_ in class_ids if id_ in self.rows}
