"""The role `web`: gunicorn, whose workers build the service after the fork.

It needs the edge in front, which carries slow clients: here one that sends its head
byte by byte holds a thread. The role `all` has a server of its own that bears them.
"""

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker
from prometheus_client.multiprocess import mark_process_dead

from chassis.service.process import (
    SPARED,
    Service,
    end_with_supervisor,
    loops_of,
    note_misspelt,
    start_loops,
    stop_loops,
)
from chassis.settings import CommonSettings
from chassis.telemetry.metrics import SHARED_FOLDER
from chassis.telemetry.tracing import configure_tracing

Build = Callable[[Mapping[str, str]], Service]
CONNECTIONS = 2000  # of one worker; the edge keeps some dozens to it
GOODBYE_SECONDS = 3  # a worker that drained closes what was kept alive for two more
LOOPS_SECONDS = 2.0  # a wake-up under way; what is not sent is found by looking


def run_web(name: str, build: Build) -> None:
    """Declare, then serve with several processes until told to stop.

    Raises SettingsError, and what `declare` does.
    """
    service = build(os.environ)
    if SHARED_FOLDER not in os.environ:
        service.declare()
        _begin_anew()
    end_with_supervisor()
    note_misspelt(service.settings)
    Gunicorn(name, build, service.settings).run()


def _begin_anew() -> None:
    """This process once more, with a folder in which workers put their numbers: the
    library has to know of it when it is imported. No connection is taken along."""
    folder = tempfile.mkdtemp(prefix="biyong-metrics-")
    command = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, command, {**os.environ, SHARED_FOLDER: folder})  # noqa: S606 - ourselves


class PlainLogger(Logger):  # type: ignore[misc]
    """gunicorn's own lines go the way of all lines; requests are logged by the app."""

    def setup(self, _: Any) -> None:
        """Nothing of its own."""
        self.error_log.setLevel("WARNING")


class DrainingWorker(ThreadWorker):  # type: ignore[misc]
    """A worker that is told to stop shows it, pauses, and only then takes no more.

    Meanwhile every answer closes its connection, so that clients who keep theirs go to
    another process.
    """

    service: Service | None = None  # until it is built
    threads: Sequence[threading.Thread] = ()
    pause: threading.Timer | None = None

    def begin_work(self) -> None:
        """Start the threads that run beside the requests."""
        service = self.service = self.app.service
        service.readiness.spared = SPARED["web"]
        loops = loops_of(service, "web")
        self.threads = start_loops(loops, service.stopping, self._end_process)

    def end_work(self) -> None:
        """Let those threads end."""
        if self.service is not None:
            ends_at = time.monotonic() + LOOPS_SECONDS
            stop_loops(self.threads, self.service.stopping, ends_at)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Told to stop: drain."""
        if self.service is None:
            super().handle_exit(sig, frame)
        elif self.pause is None:
            self.service.readiness.stopping.set()
            seconds = self.service.settings.drain_pause_seconds
            self.pause = threading.Timer(seconds, super().handle_exit, (sig, frame))
            self.pause.daemon = True
            self.pause.start()

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Answer; what is asked while it drains is the last of its connection.

        Answers that began before leave theirs open: nobody loses what he sent since.
        """
        if self.pause is not None:
            req.force_close()
        return bool(super().handle_request(req, conn))

    def _end_process(self, _: int) -> None:
        """gunicorn puts another worker in the place of one that ends."""
        os.kill(os.getpid(), signal.SIGTERM)


class Gunicorn(BaseApplication):  # type: ignore[misc]
    """The settings of one web process, and the app that each of its workers builds."""

    service: Service  # of this worker

    def __init__(self, name: str, build: Build, settings: CommonSettings) -> None:
        self.name, self.build, self.settings = name, build, settings
        super().__init__()

    def load_config(self) -> None:
        """Settings and hooks; nothing is made before the fork but imports."""
        settings = self.settings
        whole_stop = settings.drain_pause_seconds + settings.grace_seconds
        for name, value in {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.web_workers,
            "threads": settings.threads,
            "worker_connections": CONNECTIONS,
            "worker_class": DrainingWorker,
            "logger_class": PlainLogger,
            "timeout": settings.web_timeout_seconds,
            "keepalive": settings.keep_alive_seconds,
            "graceful_timeout": round(whole_stop) + GOODBYE_SECONDS,
            "control_socket_disable": True,
            "secure_scheme_headers": {},  # `Proxies` in the app says whom to believe
            "worker_tmp_dir": "/dev/shm",  # noqa: S108 - memory: it is touched each second
            "post_worker_init": lambda worker: worker.begin_work(),
            "worker_exit": lambda _, worker: worker.end_work(),
            "child_exit": lambda _, worker: _forget_numbers(worker.pid),
            "on_exit": lambda _: shutil.rmtree(os.environ[SHARED_FOLDER], True),
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The app, in a worker."""
        configure_tracing(self.name, "web")
        self.service = self.build(os.environ)
        return self.service.app


def _forget_numbers(process: int) -> None:
    """What a worker counted stays; what it only showed goes with it."""
    mark_process_dead(process)  # type: ignore[no-untyped-call]
