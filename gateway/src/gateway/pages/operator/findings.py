"""What an operator should look at: what is wrong, and what is not known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.pages.formats import format_age, format_bytes
from gateway.pages.operator.overview_view import (
    JobView,
    RoomView,
    ServiceView,
    list_jobs,
    list_releases,
    list_rooms,
)
from gateway.texts import overview as texts
from gateway.texts.language import gettext
from gateway.texts.services import SERVICES

BAD, ODD = "no", "wait"
RETRY_SECONDS = 300.0
"""A part that was restarted is back by then, and what waited for it is handled."""
NOT_TAKEN_SECONDS = 120.0
"""Processes tell every 20 s when they last handled an event; replicas change over in
less than a minute."""
LATE_SECONDS = {
    "chunks": 60.0,
    "upload-checks": 1800.0,
    "transcodes": 4 * 3600.0,
    "exports": 600.0,
    "deletions": 3600.0,
    "invitations": 3600.0,
    "mail": 300.0,
    "sms": 60.0,
}
"""As long as a kind of job waits on a busy day: a branch waits for its receipt, a
lecture of two hours is made on one core, a message is read at once."""
MANY_FAILED = 10
"""Letters of a day: some addresses are always wrong, and staff are told of those."""
LATE_OTHERWISE = 3600.0
LEAST_FREE, LEAST_SHARE = 2 * 2**30, 0.1
"""Of a disk: the next upload may have 8 GB, and a tenth is where stores slow down."""


@dataclass(frozen=True)
class Finding:
    """One thing to look at, and where on the page more of it stands."""

    tone: str
    kind: str
    service: str
    text: str
    place: str


def find_findings(services: Sequence[ServiceView]) -> list[Finding]:
    """All there is to look at, the worst first; empty means that all answered, and
    that nothing is wrong with what they said."""
    found = [finding for service in services for finding in _judge(service)]
    found += [f for job in list_jobs(services) for f in _judge_job(job)]
    found += [f for room in list_rooms(services) for f in _judge_room(room)]
    releases = list_releases(services)
    if len(releases) > 1:
        names = gettext(texts.RELEASES) % {"names": ", ".join(releases)}
        found.append(Finding(ODD, "releases", "", names, "processes"))
    return sorted(found, key=lambda finding: finding.tone != BAD)


def _judge(service: ServiceView) -> Iterator[Finding]:
    if service.is_older:
        yield _of(service, ODD, "untold", texts.UNTOLD, "processes")
    yield from _judge_health(service)
    yield from _judge_store(service)
    yield from _judge_queues(service)


def _judge_health(service: ServiceView) -> Iterator[Finding]:
    health, at = service.health, "processes"
    if health is None:
        if not service.is_older:
            yield _of(service, BAD, "away", texts.AWAY, at)
        return
    for part, why in health.away.items():
        named = gettext(texts.PARTS[part]) if part in texts.PARTS else part
        yield _of(service, BAD, "part", texts.PART_AWAY, at, part=named, why=why)
    if not service.sees_processes and health.role:
        yield _of(service, BAD, "blind", texts.BLIND, at)
    for role in service.missing_roles:
        named = gettext(texts.ROLES[role])
        yield _of(service, BAD, "role", texts.ROLE_MISSING, at, role=named)
    for one in service.unseen:
        about = {"host": one.host, "pid": one.pid, "age": format_age(one.unseen)}
        yield _of(service, BAD, "unseen", texts.PROCESS_UNSEEN, at, **about)


def _judge_store(service: ServiceView) -> Iterator[Finding]:
    told = service.overview
    if told is None:
        if service.health is not None and not service.is_older:
            yield _of(service, BAD, "store", texts.STORE_AWAY, "processes")
        return
    if parked := sum(group.sequences for group in told.parked):
        yield _of(service, BAD, "parked", texts.PARKED, "parked", n=parked)
    if told.retries.seconds >= RETRY_SECONDS:
        about = {"n": told.retries.waiting, "age": format_age(told.retries.seconds)}
        yield _of(service, ODD, "retries", texts.RETRIES, "queues", **about)
    if told.backlog:
        age = format_age(max(box.seconds for box in told.backlog))
        yield _of(service, BAD, "backlog", texts.BACKLOG, "queues", age=age)
    for work in told.failures:
        yield _of(service, BAD, "failing", texts.FAILING, "queues", work=work.work)


def _judge_queues(service: ServiceView) -> Iterator[Finding]:
    queues, at = service.queues, "queues"
    if queues is None:
        if service.health is not None:
            yield _of(service, BAD, "queues", texts.QUEUES_AWAY, at)
        return
    if queues.missing or queues.dead:
        yield _of(service, BAD, "queues", texts.QUEUES_BROKEN, at)
    handled = service.handled
    if queues.waiting and handled is not None and handled >= NOT_TAKEN_SECONDS:
        about = {"n": queues.waiting, "age": format_age(handled)}
        yield _of(service, ODD, "not-taken", texts.NOT_TAKEN, at, **about)


def _judge_job(job: JobView) -> Iterator[Finding]:
    status = job.status
    named = gettext(texts.JOBS[status.job]) if status.job in texts.JOBS else status.job
    place = "messages" if job.is_letter else "jobs"
    about: dict[str, object] = {"job": named}
    if status.seconds >= LATE_SECONDS.get(status.job, LATE_OTHERWISE):
        about |= {"n": status.waiting, "age": format_age(status.seconds)}
        yield _build_finding(ODD, "late", job.service, texts.JOB_LATE, place, about)
    if job.is_letter and status.failed >= MANY_FAILED:
        about |= {"n": status.failed}
        yield _build_finding(ODD, "failed", job.service, texts.JOB_FAILED, place, about)
    if status.limited:
        about |= {"n": status.limited}
        yield _build_finding(
            ODD, "limited", job.service, texts.JOB_LIMITED, place, about
        )


def _judge_room(room: RoomView) -> Iterator[Finding]:
    free, total = room.status.free, room.status.total
    if free >= LEAST_FREE and free >= LEAST_SHARE * total:
        return
    place = room.status.place
    named = gettext(texts.ROOMS[place]) if place in texts.ROOMS else place
    about: dict[str, object] = {
        "service": name_service(room.service),
        "place": named,
        "free": format_bytes(free),
    }
    tone = BAD if free < LEAST_FREE else ODD
    yield _build_finding(tone, "room", room.service, texts.ROOM_SHORT, "rooms", about)


def name_service(name: str) -> str:
    """A service in the language of the page, with the name that operators know."""
    if name not in SERVICES:
        return name
    return gettext(texts.NAMED) % {"title": gettext(SERVICES[name]), "name": name}


def _of(
    service: ServiceView, tone: str, kind: str, text: str, place: str, **about: object
) -> Finding:
    named = {"service": name_service(service.name), **about}
    return _build_finding(tone, kind, service.name, text, place, named)


def _build_finding(
    tone: str, kind: str, service: str, text: str, place: str, about: dict[str, object]
) -> Finding:
    return Finding(tone, kind, service, gettext(text) % about, place)
