"""Take mails and messages that other services ask for."""

import datetime
from collections.abc import Callable, Mapping, Sequence

from notify.domain.errors import ChannelMissing, TooManyMessages, UnknownKind
from notify.domain.message_day import end_of_day
from notify.domain.notice import SMS, Mail
from notify.usecases.ports import DeletedPeople, Mails, MessageLimits

TELL_NOTHING = frozenset({"sign-in-code"})
"""Kinds that strangers ask for: were it told that there is no room, they would learn
whose phone is known. Without room they are dropped."""


class TakeMails:
    """Takes each key once. `kinds` are those that there are texts for, by channel;
    what is missing in it is not to be had."""

    def __init__(
        self,
        mails: Mails,
        limits: MessageLimits,
        kinds: Mapping[str, frozenset[str]],
        now: Callable[[], datetime.datetime],
        note_dropped: Callable[[Mail], None],
        deleted: DeletedPeople,
    ) -> None:
        self.mails, self.limits, self.kinds, self.now = mails, limits, kinds, now
        self.note_dropped, self.deleted = note_dropped, deleted

    def __call__(self, mails: Sequence[Mail]) -> list[str]:
        """Take these, to be sent; the ids of those that there is no room for today.

        A message whose id is known is neither sent nor counted again; one to nobody is
        taken like any, so that its answer tells nothing, and costs nothing; so is one
        to somebody who was deleted, and it is not stored. Raises
        ChannelMissing, UnknownKind, TooManyMessages where there is room for none.
        """
        self._require_texts(mails)
        messages = {mail.id: mail for mail in mails if mail.channel == SMS}
        known = self.mails.find_known(sorted(messages)) if messages else set()
        new = [m for id_, m in messages.items() if m.address and id_ not in known]
        without_room = self.limits.count_messages(new)
        limited = {
            id_ for id_ in without_room if messages[id_].kind not in TELL_NOTHING
        }
        for id_ in sorted(without_room - limited):
            self.note_dropped(messages[id_])
        if mails and len(limited) == len({mail.id for mail in mails}):
            now = self.now()
            seconds = int((end_of_day(now) - now).total_seconds()) + 1
            raise TooManyMessages("今天的短信已发完：请明天再试，或用邮件", seconds)
        self._store([mail for mail in mails if mail.id not in without_room])
        return sorted(limited)

    def _store(self, mails: Sequence[Mail]) -> None:
        """Store these, but nothing of who is deleted: before, so that none leaves, and
        once more afterwards, for a deletion that began in between."""
        people = {mail.person_id for mail in mails if mail.person_id}
        gone = self.deleted.find_begun(people)
        self.mails.create(mail for mail in mails if mail.person_id not in gone)
        self.deleted.forget_late(people - gone)

    def _require_texts(self, mails: Sequence[Mail]) -> None:
        for channel in sorted({mail.channel for mail in mails}):
            if channel not in self.kinds:
                raise ChannelMissing(
                    "没有设置短信服务：请改用邮件，或请运维设置 SMS_URL"
                )
            asked = {mail.kind for mail in mails if mail.channel == channel}
            if unknown := sorted(asked - self.kinds[channel]):
                raise UnknownKind(f"没有这种信文 {unknown}：请用已有的一种")
