"""Plan what becomes of mails that are due: how each person wants to be told."""

import datetime
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from notify.domain.echoes import DIGEST, can_wait, is_echo
from notify.domain.notice import (
    DUE,
    GATHERED,
    IN_DIGEST,
    MAIL,
    QUIET,
    SMS,
    ZH,
    Mail,
)
from notify.domain.preferences import (
    AUTO,
    BY_DIGEST,
    BY_SMS,
    IN_SITE,
    WITH_SMS,
    Preferences,
)
from notify.usecases.find_preferences import FindPreferences
from notify.usecases.ports import Digests

SPARE_SECONDS = 3600.0
"""After its digest was due, a mail that it did not take along comes again."""
MOST_LINES = 100
"""Of a digest; of the rest it says how many there are."""


@dataclass(frozen=True)
class Plan:
    """A plan: `due` leave now, `settled` are held or closed. `ways` are those of the
    people by mail."""

    due: Sequence[Mail]
    settled: Sequence[Mail]
    ways: dict[str, str]

    def wants_message(self, mail: Mail, *, reaches_mail: bool) -> bool:
        """Whether a short message goes beside the mail, or in its place."""
        way = self.ways.get(mail.id, AUTO)
        return way in WITH_SMS or (way == AUTO and not reaches_mail)

    def leaves_to_message(self, mail: Mail) -> bool:
        """Whether only a short message goes."""
        return self.ways.get(mail.id) == BY_SMS


def plan_all(due: Sequence[Mail]) -> Plan:
    """The plan where nobody has preferences: all leave."""
    return Plan(due, (), {})


class PlanSending:
    """Of what is claimed. What is held comes again by itself, so a process may die at
    any step: a digest is put before what goes with it is held for it, and what it did
    not take along comes again after it."""

    def __init__(
        self,
        digests: Digests,
        find_preferences: FindPreferences,
        subject_of: Callable[[Mail], str],
        channels: Collection[str],
        now: Callable[[], datetime.datetime],
    ) -> None:
        self.digests, self.find_preferences = digests, find_preferences
        self.subject_of, self.channels, self.now = subject_of, channels, now

    def __call__(self, due: Sequence[Mail]) -> Plan:
        """What becomes of these now."""
        people = sorted({mail.person_id for mail in due if can_wait(mail)} - {""})
        if not people:
            return plan_all(due)
        chosen = self.find_preferences(people)
        now = self.now()
        ids = {mail.digest for mail in due} - {""}
        ids |= {chosen[person].find_digest(now)[0] for person in people}
        digests = {mail.id: mail for mail in self.digests.find_by_ids(sorted(ids))}
        step = _Step(self, chosen, digests, now)
        for mail in due:
            step.decide(mail)
        self.digests.create(step.new.values())
        return Plan(step.due, step.settled, step.ways)

    def fill_digest(self, digest: Mail) -> Mail | None:
        """The digest with a line for each mail that goes with it; None if none does."""
        mails = self.digests.claim_entries(digest.id)
        if not mails:
            return None
        lines = [f"· {self.subject_of(mail)}" for mail in mails[:MOST_LINES]]
        if len(mails) > MOST_LINES:
            lines.append(f"… +{len(mails) - MOST_LINES}")
        words = {"count": str(len(mails)), "entries": "\n".join(lines)}
        return replace(digest, words=words)


class _Step:
    """One round of planning."""

    def __init__(
        self,
        plan: PlanSending,
        chosen: dict[str, Preferences],
        digests: dict[str, Mail],
        now: datetime.datetime,
    ) -> None:
        self.plan, self.chosen, self.digests, self.now = plan, chosen, digests, now
        self.due: list[Mail] = []
        self.settled: list[Mail] = []
        self.ways: dict[str, str] = {}
        self.new: dict[str, Mail] = {}

    def decide(self, mail: Mail) -> None:
        """Put the mail among what leaves, or is settled."""
        if not mail.person_id or not can_wait(mail):
            self.due.append(mail)
        elif mail.digest and (after := self._follow_digest(mail)):
            self.settled.append(after)
        else:
            self._obey(replace(mail, digest=""), self.chosen[mail.person_id])

    def _follow_digest(self, mail: Mail) -> Mail | None:
        """What becomes of one that was held for a digest; None if that went without
        it."""
        digest = self.digests.get(mail.digest)
        if digest is None:
            return None
        if digest.state == DUE:
            until = self.now.timestamp() + SPARE_SECONDS
            return mail.hold_back(mail.code, until, digest.id)
        return mail.follow_digest(digest) if mail.code == GATHERED else None

    def _obey(self, mail: Mail, chosen: Preferences) -> None:
        way = self._way_of(mail, chosen)
        if way == IN_SITE:
            self.settled.append(mail.close_unwanted())
        elif way == BY_DIGEST:
            self.settled.append(self._hold_for_digest(mail, chosen))
        elif end := chosen.find_quiet_end(self.now):
            self.settled.append(mail.hold_back(QUIET, end.timestamp()))
        elif mail.kind == DIGEST:
            self._fill_digest(mail)
        else:
            self.ways[mail.id] = way
            self.due.append(mail)

    def _way_of(self, mail: Mail, chosen: Preferences) -> str:
        """The way of a mail that a notice has; what else goes out has been decided."""
        if mail.channel != MAIL or not is_echo(mail):
            return AUTO
        way = chosen.way_of(mail.kind)
        return AUTO if way in WITH_SMS and SMS not in self.plan.channels else way

    def _hold_for_digest(self, mail: Mail, chosen: Preferences) -> Mail:
        """Held for the next digest of the person that has not left; it is put."""
        id_, due = chosen.find_digest(self.now)
        digest = self.digests.get(id_)
        if digest and digest.state != DUE:
            id_, due = chosen.find_digest(due)
        at = due.timestamp()
        self.new[id_] = Mail(
            id_,
            DIGEST,
            mail.person_id,
            not_before=at,
            language=chosen.language or ZH,
        )
        return mail.hold_back(IN_DIGEST, at + SPARE_SECONDS, id_)

    def _fill_digest(self, digest: Mail) -> None:
        filled = self.plan.fill_digest(digest)
        if filled is None:
            self.settled.append(digest.close_unwanted())
        else:
            self.due.append(filled)
