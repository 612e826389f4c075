"""Tell by short message whom no mail reaches."""

from collections.abc import Callable, Sequence

from notify.domain.echoes import turn_to_message
from notify.domain.errors import TooManyMessages
from notify.domain.notice import SMS, Mail
from notify.usecases.ports import Contact
from notify.usecases.take_mails import TakeMails


class TellByMessage:
    """Puts messages in the place of mails that have nowhere to go, within the limits of
    the day: what there is no room for is dropped, as its notice stands in the inbox."""

    def __init__(self, take: TakeMails, note_dropped: Callable[[Mail], None]) -> None:
        self.take, self.note_dropped = take, note_dropped

    def __call__(self, unreached: Sequence[tuple[Mail, Contact]]) -> None:
        """Put a message for each that is worth one; repeating it puts none twice."""
        if SMS not in self.take.kinds:
            return
        turned = (turn_to_message(mail, to.name, to.phone) for mail, to in unreached)
        messages = {message.id: message for message in turned if message}
        if not messages:
            return
        try:
            limited = self.take(list(messages.values()))
        except TooManyMessages:
            limited = list(messages)
        for id_ in limited:
            self.note_dropped(messages[id_])
