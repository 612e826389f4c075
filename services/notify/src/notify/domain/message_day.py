"""Limits of a day: what short messages may cost."""

import datetime

from notify.domain.echoes import is_echo
from notify.domain.notice import Mail

CHINA = datetime.timezone(datetime.timedelta(hours=8))
FOR_OTHERS = 0.8
"""Of a day's messages, for what is not urgent: many invitations shut out nobody who
waits for a code."""

FOR_NOTICES = 0.5
"""Of a day's messages, and of those to one phone, for what stands in the inbox anyway:
it shuts out neither invitations nor who waits for a code."""


def day_of(moment: datetime.datetime) -> str:
    """The day in China."""
    return moment.astimezone(CHINA).date().isoformat()


def end_of_day(moment: datetime.datetime) -> datetime.datetime:
    """When the day ends."""
    begins = moment.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return begins + datetime.timedelta(days=1)


def room_for(message: Mail, per_day: int) -> int:
    """How many messages of a day may go before one like this."""
    if message.until:
        return per_day
    return int(per_day * (FOR_NOTICES if is_echo(message) else FOR_OTHERS))


def room_at_phone(message: Mail, per_person: int) -> int:
    """How many messages of a day may go to the same phone before one like this."""
    return int(per_person * FOR_NOTICES) if is_echo(message) else per_person
