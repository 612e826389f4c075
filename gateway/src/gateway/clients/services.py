"""The services as the gateway asks them, in the name of a visitor."""

from dataclasses import dataclass
from typing import Any, TypeVar

from chassis.http.client import Client

from gateway.identity.sign_in import Visitor

T = TypeVar("T")


@dataclass(frozen=True)
class Services:
    """All services the gateway stands before."""

    catalog: Client
    enrollment: Client
    media: Client
    learning: Client
    notify: Client

    def named(self, name: str) -> Client | None:
        """The service of this name, or None."""
        found: Client | None = getattr(self, name, None) if name in NAMES else None
        return found


NAMES = ("catalog", "enrollment", "media", "learning", "notify")


class Asking:
    """One visitor's questions to the services."""

    def __init__(self, services: Services, visitor: Visitor) -> None:
        self.services, self.visitor = services, visitor

    def ask(
        self,
        service: str,
        method: str,
        path: tuple[str, ...],
        answer: type[T],
        **more: Any,
    ) -> T:
        """Ask one service. Raises the Problem it answers with.

        `path` comes in its parts, here and below: each is quoted.
        """
        client: Client = getattr(self.services, service)
        return client.call(method, path, answer, **more, **self.visitor.speaks_for())

    def one(self, service: str, *path: str, **query: str) -> dict[str, Any]:
        """Read one thing."""
        return self.ask(service, "GET", path, dict[str, Any], query=query or None)

    def many(self, service: str, *path: str, **query: str) -> list[dict[str, Any]]:
        """Read a list."""
        return self.ask(service, "GET", path, list[dict[str, Any]], query=query or None)
