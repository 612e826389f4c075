"""What a platform elsewhere, as on a cluster, says of itself to its operator."""

from collections.abc import Iterator
from dataclasses import dataclass

from chassis.operations.console import EventConsole
from chassis.operations.overview import ServiceHealth, ServiceOverview
from gateway.clients.services import NAMES

from biyong.doctor import EXIT_ILL, EXIT_WELL
from biyong.operating import ThroughGateway

WORK = ("web", "worker", "relay")
"""What has to be done in every service; a process of the role `all` does all of it."""


@dataclass(frozen=True)
class Examination:
    """A line for each service, and what is to be done; nothing where all is well."""

    services: dict[str, str]
    advice: list[str]

    @property
    def exit_code(self) -> int:
        """0 well, 1 something is wrong."""
        return EXIT_ILL if self.advice else EXIT_WELL


def examine_platform(through: ThroughGateway) -> Examination:
    """Ask all services for their health and what waits. Raises Refused, Away."""
    healths = through.ask_all(EventConsole.find_health)
    overviews = through.ask_all(EventConsole.find_overview)
    services, advice = dict[str, str](), list[str]()
    for name in NAMES:
        told, found = healths.get(name), overviews.get(name)
        if not told or not found:
            services[name] = "NOT WELL  does not answer"
            advice.append(f"{name} does not answer: look at its web and its database")
            continue
        faults = [*_judge_health(name, told[0]), *_judge_overview(name, found[0])]
        state = "NOT WELL" if faults else "well"
        services[name] = f"{state:<10}{_describe(told[0])}"
        advice += faults
    return Examination(services, advice + _compare_releases(healths))


def _describe(health: ServiceHealth) -> str:
    """Its processes by role, and their releases."""
    living = [one for one in health.processes if not one.is_unseen]
    roles = sorted({one.role for one in living})
    counts = [f"{sum(one.role == r for one in living)} {r}" for r in roles]
    return f"{', '.join(counts)}  {', '.join(sorted(_releases_of(health)))}"


def _releases_of(health: ServiceHealth) -> set[str]:
    return {one.release for one in health.processes if not one.is_unseen}


def _judge_health(name: str, health: ServiceHealth) -> Iterator[str]:
    for part, why in sorted(health.away.items()):
        yield f"{name} does not reach its {part}: {why}"
    roles = {one.role for one in health.processes if not one.is_unseen}
    if health.processes and "all" not in roles:
        for role in WORK:
            if role not in roles:
                yield f"{name} has no {role} that lives: start one"


def _judge_overview(name: str, overview: ServiceOverview) -> Iterator[str]:
    if overview.parked:
        yield f"{name} has parked events: see `biyong events parked`"
    for work in overview.failures:
        yield f"{name} fails at {work.work}: see /operations"


def _compare_releases(healths: dict[str, list[ServiceHealth]]) -> list[str]:
    every = [health for told in healths.values() for health in told]
    releases = sorted({release for one in every for release in _releases_of(one)})
    if len(releases) < 2:
        return []
    return [f"releases {', '.join(releases)} stand side by side: end the upgrade"]
