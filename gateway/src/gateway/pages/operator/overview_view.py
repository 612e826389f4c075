"""What the operator's overview shows, from what the services answered in time.

What did not answer is `None` in its place: nothing is ever told from an answer that
did not come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.broker.topology import QueueStatus, QueueSum, sum_queues
from chassis.clock import utc_now
from chassis.operations.console import EventConsole
from chassis.operations.overview import JobStatus, ServiceHealth, ServiceOverview
from chassis.operations.presence import TERM_SECONDS, ProcessStatus, RoomStatus

from gateway.clients.everywhere import Everywhere
from gateway.clients.page_services import PageServices
from gateway.clients.parts import Part, Unavailable
from gateway.texts.overview import MESSAGES

CONSUMING = ("worker", "all")
WORKING = ("web", "worker", "relay")
"""What has to be done in every service; a process of the role `all` does all of it."""
SETTLED_SECONDS = 60.0
"""A process that was there for so long has seen every other."""
Answers = Mapping[str, Sequence[object] | Unavailable | None]


@dataclass(frozen=True)
class ServiceView:
    """One service: what each question brought, or None where nothing came.

    `is_older` where it answers, and does not know the question: another release.
    `handled` are the seconds since any of its processes handled an event.
    """

    name: str
    health: ServiceHealth | None
    overview: ServiceOverview | None
    queues: QueueSum | None
    is_older: bool
    handled: float | None

    @property
    def sees_processes(self) -> bool:
        """Whether its processes are known as of now."""
        return self.health is not None and 0 <= self.health.looked < TERM_SECONDS

    @property
    def processes(self) -> Sequence[ProcessStatus]:
        """Its processes, if they are known as of now."""
        return self.health.processes if self.health and self.sees_processes else ()

    @property
    def unseen(self) -> list[ProcessStatus]:
        """Those that do not show themselves any more."""
        return [one for one in self.processes if one.is_unseen]

    @property
    def releases(self) -> list[str]:
        """The releases that its living processes are of, with that of who answers."""
        living = {one.release for one in self.processes if not one.is_unseen}
        own = {self.health.release} if self.health else set()
        return sorted((living | own) - {""})

    @property
    def missing_roles(self) -> list[str]:
        """What no living process does; nothing while that cannot be known."""
        if not (self.health and self.sees_processes):
            return []
        if self.health.up < SETTLED_SECONDS:
            return []
        roles = {one.role for one in self.processes if not one.is_unseen}
        return [] if "all" in roles else [r for r in WORKING if r not in roles]

    @property
    def role_counts(self) -> list[tuple[str, int]]:
        """How many living processes there are of each role."""
        living = [one.role for one in self.processes if not one.is_unseen]
        return [(role, living.count(role)) for role in sorted(set(living))]


@dataclass(frozen=True)
class JobView:
    """A kind of job, and the service that does it."""

    service: str
    status: JobStatus

    @property
    def is_letter(self) -> bool:
        """Whether it is mail or a message to people."""
        return self.status.job in MESSAGES


@dataclass(frozen=True)
class RoomView:
    """A disk, by the process that tells of it; the least free of those alike."""

    service: str
    host: str
    status: RoomStatus

    @property
    def used_percent(self) -> int:
        """How full it is."""
        total = self.status.total
        return round(100 * (total - self.status.free) / total) if total else 0


def ask_services(page: PageServices) -> list[ServiceView]:
    """Every service asked three questions, all at once: how it is, what its store
    tells, how its queues stand on the bus."""
    everywhere = Everywhere(page)
    healths = everywhere.begin_all(EventConsole.find_health)
    overviews = everywhere.begin_all(EventConsole.find_overview)
    queues = everywhere.begin_all(EventConsole.find_queues)
    return view_services(_collect(healths), _collect(overviews), _collect(queues))


def _collect(parts: Mapping[str, Part[Any]]) -> Answers:
    return {name: part.find_answer() for name, part in parts.items()}


def view_services(
    healths: Answers, overviews: Answers, queues: Answers
) -> list[ServiceView]:
    """Each service with what came of it."""
    return [_view_service(name, healths, overviews, queues) for name in healths]


def _view_service(
    name: str, healths: Answers, overviews: Answers, queues: Answers
) -> ServiceView:
    health, overview = _first_of(healths[name]), _first_of(overviews[name])
    rows = queues[name]
    return ServiceView(
        name=name,
        health=health if isinstance(health, ServiceHealth) else None,
        overview=overview if isinstance(overview, ServiceOverview) else None,
        queues=_sum_rows(rows),
        is_older=healths[name] is None or overviews[name] is None,
        handled=_find_handled(health) if isinstance(health, ServiceHealth) else None,
    )


def _first_of(answer: Sequence[object] | Unavailable | None) -> object:
    if answer is None or isinstance(answer, Unavailable):
        return None
    return next(iter(answer), None)


def _sum_rows(rows: Sequence[object] | Unavailable | None) -> QueueSum | None:
    if rows is None or isinstance(rows, Unavailable):
        return None
    return sum_queues([row for row in rows if isinstance(row, QueueStatus)])


def _find_handled(health: ServiceHealth) -> float | None:
    moments = [one.handled for one in health.processes if one.handled]
    begun = [one.began for one in health.processes if one.role in CONSUMING]
    if not moments and not begun:
        return None
    since = max(moments) if moments else min(begun)  # never since they were started
    return max(0.0, (utc_now() - datetime.fromisoformat(since)).total_seconds())


def list_jobs(services: Sequence[ServiceView]) -> list[JobView]:
    """All jobs, as far as they are known."""
    return [
        JobView(service.name, status)
        for service in services
        if service.overview
        for status in service.overview.jobs
    ]


def list_rooms(services: Sequence[ServiceView]) -> list[RoomView]:
    """Every disk once for each host and place, the fullest first."""
    rooms: dict[tuple[str, str, str], RoomView] = {}
    for service in services:
        for process in service.processes:
            if process.is_unseen:
                continue
            for room in process.rooms:
                key = (service.name, process.host, room.place)
                rooms[key] = RoomView(service.name, process.host, room)
    return sorted(rooms.values(), key=lambda one: -one.used_percent)


def list_releases(services: Sequence[ServiceView]) -> list[str]:
    """All releases that run."""
    return sorted({name for service in services for name in service.releases})
