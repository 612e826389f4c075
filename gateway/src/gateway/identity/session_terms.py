"""How long a login session lasts, by what its account may do."""

from gateway.identity.account import OFFICER, OPERATOR, TRAINEE, Account
from gateway.identity.login_sessions import SessionTerm

HOUR = 3600
DAY = 24 * HOUR
TERM = SessionTerm(idle_seconds=2 * HOUR, most_seconds=12 * HOUR)
"""A day of lessons with a long lunch; a player's reports count as use."""
OPERATOR_TERM = SessionTerm(idle_seconds=HOUR // 2, most_seconds=8 * HOUR)
"""NIST SP 800-63B's half hour for those who can do everything, and one shift."""
STAYING_TERM = SessionTerm(idle_seconds=10 * DAY, most_seconds=30 * DAY)
"""NIST SP 800-63B's thirty days on one's own phone; who learns once a week stays."""
MAY_STAY = {TRAINEE, OFFICER}
"""Roles whose accounts may stay signed in; all others sign in for each shift."""


def term_of(account: Account, *, stays: bool) -> SessionTerm:
    """The term of a session of this account, which `stays` or ends with the day."""
    if stays:
        return STAYING_TERM
    return OPERATOR_TERM if OPERATOR in account.roles else TERM
