"""The day at the college, by which classes begin and end."""

import datetime
from collections.abc import Callable

from chassis.clock import COLLEGE_ZONE

Today = Callable[[], datetime.date]
"""The day in the college's zone."""


def college_today() -> datetime.date:
    """The day in the college's zone now."""
    return datetime.datetime.now(COLLEGE_ZONE).date()
