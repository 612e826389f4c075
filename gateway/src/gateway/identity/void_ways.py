"""What opened an account before the college reset it opens nothing afterwards.

Who got into somebody's account can have left ways back: a passkey, a connection with
a provider, an API key, a phone of their own. Nobody can tell them from the owner's, so
all of them go.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.identity.contacts import Contacts
from gateway.identity.known_devices import KnownDevices
from gateway.identity.one_time_codes import OneTimeCodes
from gateway.identity.security_events import OK, SecurityEvents
from gateway.identity.visitor import Origin

CONTACTS = "contacts"
VOIDED = "ways-in-voided"


@dataclass(frozen=True)
class WayIn:
    """Ways of one kind into an account: whether it has any, and how they are voided."""

    kind: str
    is_there: Callable[[str], bool]
    void: Callable[[str], object]


class VoidWays:
    """Voids every way into an account. Repeating it changes nothing.

    It is done at the reset and once more when the owner takes the account up: what a
    request that was under way at the reset has still added is gone by then.
    """

    def __init__(self, ways: Sequence[WayIn], events: SecurityEvents) -> None:
        self.ways, self.events = tuple(ways), events

    def __call__(self, account_id: str, who: str, origin: Origin) -> tuple[str, ...]:
        """The kinds that there were, named in an event before any of them goes."""
        there = tuple(way.kind for way in self.ways if way.is_there(account_id))
        if there:
            self.events.add_event(
                VOIDED,
                OK,
                address=origin.address,
                who=who,
                account=account_id,
                ways=" ".join(there),
            )
        for way in self.ways:
            way.void(account_id)
        return there


def list_own_ways(
    devices: KnownDevices, contacts: Contacts, codes: OneTimeCodes
) -> list[WayIn]:
    """The ways that signing in itself knows: a proven contact gets codes, a code that
    is under way is one, and a known device has tries of its own."""

    def has_proven(account_id: str) -> bool:
        known = contacts.find_by_account(account_id)
        return any(contact.is_proven for contact in known)

    return [
        WayIn(CONTACTS, has_proven, contacts.delete_proven),
        WayIn("codes", _is_never_noted, codes.delete_by_account),
        WayIn("devices", _is_never_noted, devices.delete_devices),
    ]


def _is_never_noted(account_id: str) -> bool:
    """Everybody has devices, and a code lasts ten minutes: no line tells of them."""
    return False
