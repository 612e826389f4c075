"""Scopes of API keys: what a program may do by a key, whatever its maker may.

What is not named here is refused to every key.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.identity.account import OFFICER, OPERATOR, STAFF

SEND_ROSTERS, READ_ROSTERS = "rosters-send", "rosters-read"
READ_EVENTS, SYNC_DIRECTORY = "events-read", "directory-sync"
PART = r"(?!\.+(?:/|$))[^/]+"
"""One step of a path; dots alone lead elsewhere."""
OWN = ("GET", "/api/session")
READING_ROSTERS = (
    ("GET", "/api/enrollment/branches"),
    ("GET", "/api/enrollment/branches/*"),
    ("GET", "/api/enrollment/branches/*/feed"),
    ("GET", "/api/enrollment/branches/*/chunks/*"),
    ("GET", "/api/enrollment/branches/*/rosters/*"),
    ("GET", "/api/enrollment/branches/*/rosters/*/rows"),
    ("GET", "/api/enrollment/branches/*/rosters/*/progress"),
    ("GET", "/api/enrollment/rosters"),
    ("GET", "/api/enrollment/seats"),
    ("GET", "/api/enrollment/classes/*/seats"),
    ("GET", "/api/enrollment/classes/*/enrolments"),
    ("GET", "/api/catalog/classes"),
    ("GET", "/api/catalog/classes/*"),
    OWN,
)
SENDING_ROSTERS = (
    ("PUT", "/api/enrollment/branches/*/chunks/*"),
    ("POST", "/api/enrollment/branches/*/events"),
    *READING_ROSTERS,
)
READING_EVENTS = (
    ("GET", "/api/*/events/parked"),
    ("GET", "/api/*/events/queues"),
    ("GET", "/api/*/events/backlog"),
    ("GET", "/api/*/events/failures"),
    ("GET", "/api/*/events/models"),
    ("GET", "/api/*/events/audit"),
    ("GET", "/api/security-events"),
    OWN,
)
SYNCING_DIRECTORY = (
    ("GET", "/api/enrollment/branches"),
    ("POST", "/api/enrollment/branches"),
    ("PATCH", "/api/enrollment/branches/*"),
    ("POST", "/api/enrollment/branches/*/moving"),
    ("PUT", "/api/enrollment/branches/*/people"),
    ("GET", "/api/enrollment/people"),
    ("PUT", "/api/directory/entries"),
    ("POST", "/api/directory/entries/find"),
    ("POST", "/api/accounts/*/disabling"),
    OWN,
)
"""What `biyong directory sync` asks."""


@dataclass(frozen=True)
class KeyScope:
    """A scope: whose keys may have it, and what it opens."""

    name: str
    roles: frozenset[str]
    calls: tuple[tuple[str, str], ...]

    def can_call(self, method: str, path: str) -> bool:
        """Whether a key of this scope may call this."""
        asked = "GET" if method == "HEAD" else method
        return any(
            asked == allowed and re.fullmatch(pattern.replace("*", PART), path)
            for allowed, pattern in self.calls
        )


OF_ROSTERS = frozenset({OFFICER, STAFF})
SCOPES: Mapping[str, KeyScope] = {
    scope.name: scope
    for scope in (
        KeyScope(SEND_ROSTERS, OF_ROSTERS, SENDING_ROSTERS),
        KeyScope(READ_ROSTERS, OF_ROSTERS, READING_ROSTERS),
        KeyScope(READ_EVENTS, frozenset({OPERATOR}), READING_EVENTS),
        KeyScope(SYNC_DIRECTORY, frozenset({STAFF}), SYNCING_DIRECTORY),
    )
}
