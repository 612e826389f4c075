"""Start the whole platform, fill it once, say where it is, keep it running."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from chassis.settings import SettingsError, value_of
from embedded.bus.bus import Bus
from embedded.file import Unusable, check_after_crash
from embedded.store.storage import Storage
from embedded.supervisor import NotReady, Supervisor
from rich.console import Console
from rich.status import Status

from biyong.demo.fill import Demo, NotFilled
from biyong.door import Away
from biyong.door import Refused as RefusedByGateway
from biyong.home import Home, Refused
from biyong.plan import Given, Plan, parts_given, plan

START_SECONDS = 60.0
DEMO_READS_FILES = (
    "The demo takes its invitations from mails kept as files: unset SMTP_URL, or start "
    "without the demo (`.venv/bin/biyong up`)."
)
EXIT_REFUSED, EXIT_NOT_READY, EXIT_NOT_FILLED = 2, 3, 4


def up(home: Home, environ: Mapping[str, str], with_demo: bool) -> int:
    """Run until stopped; the exit code.

    0 stopped as asked, 2 cannot start here, 3 a process did not become ready, 4 the
    demo could not be put in. One line on standard error says why and what to do.
    """
    try:
        if with_demo and value_of("SMTP_URL", environ):
            raise Refused(DEMO_READS_FILES)
        home.prepare()
        with home.lock():
            home.ready_file.unlink(missing_ok=True)
            _require_usable_files(home, parts_given(environ))
            return _run(home, plan(home, environ), with_demo)
    except (Refused, SettingsError) as refusal:
        return _told(str(refusal), EXIT_REFUSED)


def _require_usable_files(home: Home, given: Given) -> None:
    """Look through what a crash left, bring old files up to date. Raises Refused."""
    try:
        if not given.mongo:
            check_after_crash(home.store_file)
            Storage(home.store_file).close()
        if not given.amqp:
            check_after_crash(home.bus_file)
            Bus(home.bus_file).close()
    except Unusable as error:
        raise Refused(f"{error}.") from error


def _told(line: str, code: int) -> int:
    sys.stderr.write(f"biyong: {line}\n")
    return code


class Telling:
    """Progress: a spinner where somebody looks, plain lines elsewhere."""

    def __init__(self) -> None:
        self.console = Console(stderr=False)
        self.began = time.monotonic()
        self.status: Status | None = None
        if self.console.is_terminal:
            self.status = self.console.status("starting")
            self.status.start()

    def __call__(self, *words: str) -> None:
        line = " ".join(words)
        if self.status:
            self.status.update(line)
        else:
            self.console.print(
                f"[{time.monotonic() - self.began:5.1f}s] {line}", markup=False
            )

    def end(self) -> None:
        """Take the spinner away."""
        if self.status:
            self.status.stop()
            self.status = None


def _run(home: Home, laid: Plan, with_demo: bool) -> int:
    tell = Telling()
    supervisor = Supervisor(laid.programs, tell)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: supervisor.stopping.set())
    try:
        supervisor.start(START_SECONDS)
        watching = threading.Thread(target=supervisor.run, daemon=True)
        watching.start()
        demo = _fill(home, laid, tell) if with_demo else None
        home.write_ready(said_of(laid, supervisor, demo))
        tell.end()
        _welcome(tell.console, home, laid, demo, time.monotonic() - tell.began)
        while not supervisor.stopping.wait(1.0):
            _keep_ready(home, laid, supervisor, demo)
    except NotReady as fault:
        if not supervisor.stopping.is_set():
            return _told(str(fault), EXIT_NOT_READY)
    except (NotFilled, RefusedByGateway, Away) as fault:
        if not supervisor.stopping.is_set():
            line = f"the demo stopped: {fault}; the logs are in {home.logs}"
            return _told(line, EXIT_NOT_FILLED)
    finally:
        tell.end()
        home.ready_file.unlink(missing_ok=True)
        supervisor.stop()
    tell.console.print(f"stopped; the data stay in {home.folder}", markup=False)
    return 0


def _fill(home: Home, laid: Plan, tell: Callable[..., None]) -> dict[str, Any]:
    """The demo, put in once: what it told is kept beside the data."""
    kept = home.folder / "demo.json"
    if kept.exists():
        said: dict[str, Any] = json.loads(kept.read_text())
        return said
    folder = home.folder / "demo"
    demo = Demo(laid.url, folder, home.mails, lambda line: tell("demo:", line))
    said = demo.fill(home.secret("operator"))
    kept.write_text(json.dumps(said, ensure_ascii=False, indent=2))
    return said


def said_of(
    laid: Plan, supervisor: Supervisor, demo: dict[str, Any] | None
) -> dict[str, Any]:
    """What ready.json holds."""
    pids = supervisor.pids()
    processes = [
        {"name": p.name, "pid": pids.get(p.name), "health": p.health, "log": str(p.log)}
        for p in laid.programs
    ]
    return {
        "url": laid.url,
        "pid": os.getpid(),
        "processes": processes,
        "parts": laid.parts,
        "demo": demo,
    }


def _keep_ready(
    home: Home, laid: Plan, supervisor: Supervisor, demo: dict[str, Any] | None
) -> None:
    """A process that was started again has another pid."""
    said = said_of(laid, supervisor, demo)
    if said != home.ready():
        home.write_ready(said)


def _welcome(
    console: Console, home: Home, laid: Plan, demo: dict[str, Any] | None, took: float
) -> None:
    lines = [
        "",
        f"Biyong is ready after {took:.0f} s:  {laid.url}",
        f"  parts: {', '.join(f'{k} = {v}' for k, v in laid.parts.items())}"
        "  (for trial and development)",
    ]
    if demo:
        lines.append(f"  sign in with the password  {demo['password']}  as")
        for login in demo["logins"]:
            about = login.get("name") or login.get("branch") or ""
            lines.append(f"    {login['login']:<14}{login['role']:<9}{about}")
        lines.append(f"  a class with free seats: {demo['classes']['open']}")
        lines.append(
            f"  a roster to send as shi: {home.folder / 'demo' / 'roster.csv'}"
        )
    lines.append(f"  data and logs: {home.folder}   mails: {home.mails}")
    lines.append("  stop with Ctrl-C; the data stay")
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)
