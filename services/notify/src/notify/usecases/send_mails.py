"""Send the mails that are due."""

from collections.abc import Callable, Sequence

from notify.domain.notice import MOST_STALLED, Mail
from notify.usecases.plan_sending import Plan, plan_all
from notify.usecases.ports import (
    Contact,
    Contacts,
    Mails,
    NoteOutcome,
    Postman,
    PutOff,
    Refused,
    ServerAway,
    Stalled,
)

AT_ONCE = 50
"""So few that a worker which is stopped has soon done with what it claimed."""
REPEATABLE_AT_ONCE = 200
"""The same where one is carried in less than a millisecond; a bulk of the store."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""In seconds, while no letter can leave or nobody says where to: a restart is over in
seconds, and who mends a server sees within five minutes that letters go again."""
URGENT_PAUSE = 10.0
"""The longest for what is good for minutes."""
STALLED_IN_A_ROW = 3
"""So many letters under which the way broke, and it is the way: the others wait. One
by itself may be such that the other side breaks at it."""

MakePlan = Callable[[Sequence[Mail]], Plan]
TellOtherwise = Callable[[Sequence[tuple[Mail, Contact]]], None]
"""Told of mails beside or instead of which a message goes, with who they are for."""


def tell_nobody(unreached: Sequence[tuple[Mail, Contact]]) -> None:
    """Where there is no other way."""


class SendMails:
    """Asks for addresses in one go, then delivers one by one.

    A mail leaves twice only if the process died, or the connection broke, between the
    letter and the server's last word on it: how it ended is written down before the
    next one, but where a repeat changes nothing. What is too late is dropped.
    """

    def __init__(
        self,
        mails: Mails,
        contacts: Contacts,
        postman: Postman,
        note_outcome: NoteOutcome,
        now: Callable[[], float],
        monotonic: Callable[[], float],
        longest_pause: float = LONGEST_PAUSE,
        tell_otherwise: TellOtherwise = tell_nobody,
        plan: MakePlan = plan_all,
    ) -> None:
        self.mails, self.contacts, self.postman = mails, contacts, postman
        self.note_outcome, self.now, self.monotonic = note_outcome, now, monotonic
        self.longest_pause, self.tell_otherwise = longest_pause, tell_otherwise
        self.plan = plan
        self.unwritten: list[Mail] = []
        self.pause = self.quiet_until = 0.0
        self.stalled = 0

    def __call__(self) -> bool:
        """Send what is due now; whether there was any. Raises ServerAway."""
        self._write_down()
        if self.monotonic() < self.quiet_until:
            return False
        is_quick = self.postman.is_repeatable
        due = self.mails.claim(REPEATABLE_AT_ONCE if is_quick else AT_ONCE)
        if not due:
            return False
        self.pause = min(max(FIRST_PAUSE, 2 * self.pause), self.longest_pause)
        self.quiet_until = self.monotonic() + self.pause  # unless all goes well
        try:
            self._send_all(due)
            self._write_down()
        finally:
            self.postman.close_connection()
            self.mails.release(due)
        self.pause = self.quiet_until = 0.0
        return True

    def _send_all(self, due: Sequence[Mail]) -> None:
        plan = self.plan(due)
        self.mails.write_settled(plan.settled)
        for mail in plan.settled:
            self.note_outcome(mail)
        people = sorted(
            {m.person_id for m in plan.due if m.person_id and not m.address}
        )
        contacts = self.contacts.find_contacts(people) if people else {}
        # Before any is closed: if the process dies here, they come again.
        self.tell_otherwise(
            [
                (mail, to)
                for mail in plan.due
                if not mail.address
                and (to := contacts.get(mail.person_id))
                and plan.wants_message(mail, reaches_mail=to.can_take(mail))
            ]
        )
        for mail in plan.due:
            to = contacts.get(mail.person_id)
            if mail.address:
                to = Contact.at_address_of(mail)
            if plan.leaves_to_message(mail):
                self.unwritten.append(mail.leave_to_message())
            elif to is None or not to.can_take(mail):
                self.unwritten.append(mail.without_address())
            else:
                self._carry(mail, to)

    def _carry(self, mail: Mail, to: Contact) -> None:
        """Deliver one that is not late, while it is this worker's."""
        if mail.is_late(self.now()):
            self.unwritten.append(mail.close_expired())
        elif self.postman.is_repeatable:
            self.unwritten.append(self._deliver_mail(mail, to))
        elif self.mails.renew(mail):
            self.unwritten.append(self._deliver_mail(mail, to))
            self._write_down()
            self._require_way()

    def _deliver_mail(self, mail: Mail, to: Contact) -> Mail:
        """The mail as it is after one try."""
        try:
            self.postman.deliver(mail, to)
        except Stalled as answer:
            self.stalled += 1
            return mail.put_off(answer.code, self.now(), MOST_STALLED)
        except PutOff as answer:
            outcome = mail.put_off(answer.code, self.now())
        except Refused as answer:
            outcome = mail.close_refused(answer.code)
        else:
            outcome = mail.close_sent()
        self.stalled = 0
        return outcome

    def _require_way(self) -> None:
        """Raises ServerAway while one letter after the other breaks the way."""
        if self.stalled >= STALLED_IN_A_ROW:
            raise ServerAway(f"{self.stalled} letters in a row were not answered")

    def _write_down(self) -> None:
        """Write how mails ended; after the store was away this comes before anything
        else. What was deleted meanwhile is taken out of where it lies."""
        gone = self.mails.close(self.unwritten) if self.unwritten else set()
        for mail in self.unwritten:
            if mail.id in gone and self.postman.is_repeatable:
                self.postman.take_back(mail)
            self.note_outcome(mail)
        self.unwritten.clear()
