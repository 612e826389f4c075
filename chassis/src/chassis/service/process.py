"""One process of one service: web, worker and relay as threads, or one of them."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from flask import Flask
from pymongo.errors import PyMongoError

from chassis.errors import Incompatible
from chassis.http.channel import Limits
from chassis.http.readiness import Readiness
from chassis.http.server import Server
from chassis.inbox.consumer import Consumer
from chassis.operations.presence import Presence
from chassis.outbox.relay import Relay
from chassis.outbox.wakeup import RelayWakeUps
from chassis.settings import CommonSettings, SettingsError, find_misspelt
from chassis.telemetry import logs
from chassis.telemetry.reasons import reason_of

EXIT_THREAD_DIED, EXIT_UNUSABLE = 70, 69
PROBE_THREADS = 2  # one that scrapes, one that asks whether it is ready
SPARED = {
    "all": frozenset({"bus"}),
    "web": frozenset({"bus", "objects"}),
    "worker": frozenset[str](),
    "relay": frozenset({"objects"}),
}
"""What a role does its work without. Pages answer while the bus is away: that is what
the outbox is for. Without objects lectures are not sent, but who may watch and what was
watched is still answered."""
Loop = Callable[[threading.Event], None]
End = Callable[[int], None]


@dataclass
class Service:
    """What a service consists of. A loop runs until its event is set.

    The event is `stopping`, for those that also ask in the middle of a piece of work.
    `probe_app` is what a process shows that answers no requests.
    """

    name: str
    settings: CommonSettings
    app: Flask
    probe_app: Flask
    readiness: Readiness
    declare: Callable[[], None]
    consumer: Consumer
    relay: Relay
    resending: Loop
    waking: RelayWakeUps
    presence: Presence
    workers: Mapping[str, Loop] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    stopping: threading.Event = field(default_factory=threading.Event)


def in_one_line(error: Exception) -> str:
    """Why a service cannot go on, for whoever reads the last line of its log."""
    if isinstance(error, Incompatible):
        return " ".join(str(error).split())[:400]
    if isinstance(error, PyMongoError):
        return (
            f"the store of MONGO_URL does not answer as it should: {reason_of(error)}"
        )
    return f"a part does not answer as it should: {reason_of(error)}"


def run_service(service: Service, role: str) -> None:
    """Run the role's threads until a signal comes, or one of them dies; then drain.

    What answers requests is shown as not ready first, and stopped before the relay
    beside it, so that what was committed last is published too.
    """
    note_misspelt(service.settings)
    told, died = service.readiness.stopping, list[int]()

    def end_process(code: int) -> None:
        died.append(code)
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    service.readiness.spared = SPARED[role]
    threads = start_loops(loops_of(service, role), service.stopping, end_process)
    server = _start_server(service, role)
    logs.logger().info("started", port=service.settings.port)
    told.wait()
    ends_at = time.monotonic() + service.settings.grace_seconds
    if role == "all" and not died:
        server.drain(service.settings.drain_pause_seconds)
        ends_at += service.settings.drain_pause_seconds
        server.stop(service.settings.grace_seconds)
    stop_loops(threads, service.stopping, ends_at)
    server.stop(0.0)
    logs.logger().info("stopped")
    sys.exit(died[0] if died else 0)


def note_misspelt(settings: CommonSettings) -> None:
    """A line for each variable that nobody reads and somebody seems to have meant."""
    for written, meant in find_misspelt(type(settings), os.environ).items():
        logs.logger().warning("setting_misspelt", written=written, meant=meant)


def loops_of(service: Service, role: str) -> dict[str, Loop]:
    """What runs beside the web. Every process shows that it is there and exchanges
    wake-ups, and so knows how the bus is."""
    loops: dict[str, Loop] = {
        "wakes": service.waking.exchange_wake_ups,
        "presence": partial(service.presence.show_until, role),
    }
    if role in {"all", "worker"}:
        loops |= {"hearing": service.consumer.run, **service.workers}
    if role in {"all", "relay"}:
        loops |= {"relay": service.relay.run, "resending": service.resending}
    return loops


def start_loops(
    loops: Mapping[str, Loop], stopping: threading.Event, end_process: End
) -> list[threading.Thread]:
    """A thread for each loop. One that dies ends the process with an exit code."""
    return [_start_loop(name, loops[name], stopping, end_process) for name in loops]


def stop_loops(
    threads: Iterable[threading.Thread], stopping: threading.Event, ends_at: float
) -> None:
    """Let each loop finish its piece of work, until this moment of `time.monotonic`."""
    stopping.set()
    for thread in threads:
        thread.join(max(0.0, ends_at - time.monotonic()))


def _start_loop(
    name: str, loop: Loop, stopping: threading.Event, end_process: End
) -> threading.Thread:
    def guarded() -> None:
        code = EXIT_THREAD_DIED
        try:
            loop(stopping)
        except Incompatible as error:
            code = EXIT_UNUSABLE
            sys.stderr.write(f"{name}: cannot go on: {in_one_line(error)}\n")
        finally:
            if not stopping.is_set():
                logs.logger().error("thread_died", thread=name)
                end_process(code)

    thread = threading.Thread(target=guarded, name=name, daemon=True)
    thread.start()
    return thread


def _start_server(service: Service, role: str) -> Server:
    """The whole app, or only what probes and scrapers ask. Raises SettingsError where
    nothing can be listened on."""
    settings, serves_all = service.settings, role == "all"
    try:
        server = Server(
            service.app if serves_all else service.probe_app,
            settings.host,
            settings.port,
            settings.threads if serves_all else PROBE_THREADS,
            service.limits,
        )
    except (OSError, ValueError) as error:
        place = f"{settings.host}:{settings.port} cannot be listened on"
        why = getattr(error, "strerror", None) or "no such address"
        raise SettingsError(f"HOST or PORT: {place}: {why}") from error
    server.start()
    return server


def end_with_supervisor() -> None:
    """Under the one-machine supervisor, never outlive it."""
    if "BIYONG_PARENT_PIPE" in os.environ:
        from embedded.parent import end_with_parent

        end_with_parent()
