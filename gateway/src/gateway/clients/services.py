"""The services that the gateway stands before, and what all pages share of them."""

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

from chassis.http.client import Client

from gateway.clients.breaker import Breaker
from gateway.clients.shared_answers import SharedAnswers

PART_THREADS = 96
"""Four services beside the one that a page's own thread asks, for 24 pages at once."""
OWN = "gateway"
NAMES = ("catalog", "enrollment", "media", "learning", "notify", OWN)


@dataclass(frozen=True)
class Services:
    """All services the gateway stands before, and itself: of its own events it is asked
    like any other."""

    catalog: Client
    enrollment: Client
    media: Client
    learning: Client
    notify: Client
    gateway: Client
    threads: Executor = field(
        default_factory=lambda: ThreadPoolExecutor(PART_THREADS, "part")
    )
    shared: SharedAnswers = field(default_factory=SharedAnswers)
    breakers: dict[str, Breaker] = field(
        default_factory=lambda: {name: Breaker() for name in NAMES}
    )

    def require_client(self, name: str) -> Client:
        """The service of this name, which is one of NAMES."""
        client: Client = getattr(self, name)
        return client

    def get_client(self, name: str) -> Client | None:
        """The service of this name, or None."""
        client: Client | None = getattr(self, name, None) if name in NAMES else None
        return client
