"""All services as one page asks them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import ParamSpec, TypeVar

from gateway.clients.caller import PAGE_SECONDS, Deadline, ServiceCaller
from gateway.clients.catalog import CatalogClient
from gateway.clients.enrollment import EnrollmentClient
from gateway.clients.learning import LearningClient
from gateway.clients.media import MediaClient
from gateway.clients.notify import NotifyClient
from gateway.clients.participants import GatewayItself
from gateway.clients.parts import Part
from gateway.clients.services import NAMES, Services
from gateway.identity.sign_in import Visitor

P = ParamSpec("P")
T = TypeVar("T")


class PageServices:
    """One visitor's typed clients of all services, for one page.

    Reading has a time limit for the page as a whole. `away` are the services that
    left a part of it empty.
    """

    def __init__(
        self, services: Services, visitor: Visitor, seconds: float = PAGE_SECONDS
    ) -> None:
        self.threads = services.threads
        self.deadline, self.away = Deadline(seconds), set[str]()
        shared = services.shared if visitor.account is None else None
        self.callers = {
            name: ServiceCaller(
                services.require_client(name),
                services.breakers[name],
                visitor,
                self.deadline,
                shared,
            )
            for name in NAMES
        }
        self.catalog = CatalogClient(self.callers["catalog"])
        self.enrollment = EnrollmentClient(self.callers["enrollment"])
        own = replace(self.callers["learning"], visitor=GatewayItself(), shared=None)
        self.learning = LearningClient(self.callers["learning"], own)
        self.media = MediaClient(self.callers["media"])
        self.notify = NotifyClient(self.callers["notify"])

    def ask_part(
        self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Part[T]:
        """A method of one of these clients, asked beside what else the page asks."""
        client = getattr(call, "__self__", None)
        service = client.ask.client.audience if client is not None else ""
        return self.ask_part_of(service, call, *args, **kwargs)

    def ask_part_of(
        self, service: str, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Part[T]:
        """Whatever asks one service, beside what else the page asks."""
        asked = partial(call, *args, **kwargs)
        return Part(service, asked, self.threads, self.away.add)
