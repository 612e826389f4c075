"""Limits of a day: what short messages may cost."""

import datetime

from notify.domain.notice import Mail

CHINA = datetime.timezone(datetime.timedelta(hours=8))
FOR_OTHERS = 0.8
"""Of a day's messages, for what is not urgent: many invitations shut out nobody who
waits for a code."""


def day_of(moment: datetime.datetime) -> str:
    """The day in China."""
    return moment.astimezone(CHINA).date().isoformat()


def end_of_day(moment: datetime.datetime) -> datetime.datetime:
    """When the day ends."""
    begins = moment.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return begins + datetime.timedelta(days=1)


def room_for(message: Mail, per_day: int) -> int:
    """How many messages of a day may go before one like this."""
    return per_day if message.until else int(per_day * FOR_OTHERS)
