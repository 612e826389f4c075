"""One process of one service: web, worker and relay as threads, or one of them."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask
from pymongo.errors import PyMongoError

from chassis.errors import Incompatible, Unavailable
from chassis.http.channel import Limits
from chassis.http.server import Server
from chassis.inbox.consumer import Consumer
from chassis.outbox.relay import Relay
from chassis.outbox.wakeup import RelayWakeUps
from chassis.settings import SettingsError
from chassis.telemetry import logs
from chassis.telemetry.reasons import reason_of

ROLES = ("all", "web", "worker", "relay", "declare")
EXIT_SETTINGS, EXIT_THREAD_DIED, EXIT_UNUSABLE = 78, 70, 69
UNUSABLE = (Incompatible, PyMongoError, Unavailable)
Loop = Callable[[threading.Event], None]


@dataclass
class Service:
    """What a service consists of. A loop runs until its event is set.

    The event is `stopping`, for those that also ask in the middle of a piece of work.
    """

    name: str
    host: str
    port: int
    threads: int
    app: Flask
    declare: Callable[[], None]
    consumer: Consumer
    relay: Relay
    resending: Loop
    waking: RelayWakeUps
    workers: Mapping[str, Loop] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    stopping: threading.Event = field(default_factory=threading.Event)


def run_main(name: str, build: Callable[[Mapping[str, str]], Service]) -> None:
    """Run `python -m SERVICE ROLE` until it is told to stop."""
    role = sys.argv[1] if len(sys.argv) > 1 else "all"
    if role not in ROLES:
        sys.exit(f"usage: python -m {name} {'|'.join(ROLES)}")
    logs.configure_logs(name)
    try:
        run_service(build(os.environ), role)
    except SettingsError as error:
        sys.stderr.write(f"{name}: {error}\n")
        sys.exit(EXIT_SETTINGS)
    except UNUSABLE as error:
        sys.stderr.write(f"{name}: cannot start: {_in_one_line(error)}\n")
        sys.exit(EXIT_UNUSABLE)


def _in_one_line(error: Exception) -> str:
    if isinstance(error, Incompatible):
        return " ".join(str(error).split())[:400]
    return f"a part does not answer as it should: {reason_of(error)}"


def run_service(service: Service, role: str) -> None:
    """Start the role's threads and wait for a signal, or for one to die."""
    stop = service.stopping
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _end_with_supervisor()
    service.declare()
    if role == "declare":
        return
    loops = loops_of(service, role)
    died: list[int] = []
    threads = [_start_loop(name, loop, stop, died) for name, loop in loops.items()]
    server = _serve_http(service) if role in {"all", "web"} else None
    logs.logger().info("started", role=role, port=service.port if server else None)
    stop.wait()
    if server is not None:
        server.stop()
    for thread in threads:
        thread.join(timeout=8)
    logs.logger().info("stopped", role=role)
    sys.exit(died[0] if died else 0)


def loops_of(service: Service, role: str) -> dict[str, Loop]:
    """What runs beside the web; alone, who commits and the relay need wakes."""
    loops: dict[str, Loop] = {}
    if role in {"all", "worker"}:
        loops |= {"hearing": service.consumer.run, **service.workers}
    if role in {"all", "relay"}:
        loops |= {"relay": service.relay.run, "resending": service.resending}
    if role == "all":
        loops["wakes"] = service.waking.exchange_wake_ups
    if role == "relay":
        loops["wakes"] = service.waking.receive_wake_ups
    if role in {"web", "worker"}:
        loops["wakes"] = service.waking.send_wake_ups
    return loops


def _start_loop(
    name: str, loop: Loop, stop: threading.Event, died: list[int]
) -> threading.Thread:
    """A thread whose end, unless asked for, ends the process with a code of `died`."""

    def guarded() -> None:
        code = EXIT_THREAD_DIED
        try:
            loop(stop)
        except Incompatible as error:
            code = EXIT_UNUSABLE
            sys.stderr.write(f"{name}: cannot go on: {_in_one_line(error)}\n")
        finally:
            if not stop.is_set():
                logs.logger().error("thread_died", thread=name)
                died.append(code)
                stop.set()

    thread = threading.Thread(target=guarded, name=name, daemon=True)
    thread.start()
    return thread


def _serve_http(service: Service) -> Server:
    server = Server(
        service.app, service.host, service.port, service.threads, service.limits
    )
    server.start()
    return server


def _end_with_supervisor() -> None:
    """Under the one-machine supervisor, never outlive it."""
    if "BIYONG_PARENT_PIPE" in os.environ:
        from embedded.parent import end_with_parent

        end_with_parent()
