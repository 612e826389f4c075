"""Start the whole platform, fill it once, say where it is, keep it running."""

import json
import os
import signal
import threading
import time
from collections.abc import Mapping
from typing import Any

from chassis.settings import SettingsError, value_of
from embedded.bus.bus import Bus
from embedded.file import Unusable, check_after_crash
from embedded.store.storage import Storage
from embedded.supervisor import NotReady, Supervisor
from rich.console import Console

from biyong.demo.fill import Demo, NotFilled
from biyong.demo.life.following import THERE, DemoLife
from biyong.door import Away
from biyong.door import Refused as RefusedByGateway
from biyong.faults import Fault
from biyong.home import Home, Refused
from biyong.plan import Given, Plan, parts_given, plan_processes
from biyong.progress import Progress, line_writer, show_progress

START_SECONDS = 60.0
"""A start takes 8 s; a slow disk that is worked on takes six times as long."""
LOOK_SECONDS = 1.0
"""Who asks `biyong doctor` after a restart reads the new pid a second later."""


class NotStarted(Fault):
    """A process did not become ready; its last line is in the message."""

    exit_code = 3


class DemoStopped(Fault):
    """The demo could not be put in."""

    exit_code = 4


def run_platform(
    home: Home,
    environ: Mapping[str, str],
    with_demo: bool,
    with_life: bool = True,
) -> None:
    """Run until stopped. Raises Refused, NotStarted, DemoStopped."""
    try:
        if with_demo and value_of("SMTP_URL", environ):
            raise Refused(
                "The demo takes its invitations from mails kept as files: unset "
                "SMTP_URL, or start without the demo (`.venv/bin/biyong up`)."
            )
        home.prepare()
        with home.lock():
            home.ready_file.unlink(missing_ok=True)
            _require_usable_files(home, parts_given(environ))
            laid = plan_processes(home, environ)
            _run_processes(home, laid, with_demo, with_life and with_demo)
    except (SettingsError, Unusable) as error:
        raise Refused(f"{error}.") from error


def _require_usable_files(home: Home, given: Given) -> None:
    """Look through what a crash left. Raises Unusable."""
    if not given.mongo:
        check_after_crash(home.store_file)
        Storage(home.store_file).close()
    if not given.amqp:
        check_after_crash(home.bus_file)
        Bus(home.bus_file).close()


def _run_processes(home: Home, laid: Plan, with_demo: bool, with_life: bool) -> None:
    console, began = Console(), time.monotonic()
    supervisor = Supervisor(laid.programs, lambda *_: None)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: supervisor.stopping.set())
    try:
        with show_progress(console, with_lines=True) as tell:
            supervisor.tell = lambda name, word: tell(f"{name} {word}")
            supervisor.start(START_SECONDS)
            threading.Thread(target=supervisor.run, daemon=True).start()
            demo = _fill_demo(home, laid, tell) if with_demo else None
        write_line = line_writer(console)
        supervisor.tell = lambda name, word: write_line(f"{name} {word}")
        if with_life and demo is not None:
            _follow_life(home, laid, supervisor.stopping, demo, write_line)
        home.write_ready(ready_of(laid, supervisor, demo))
        _show_welcome(console, home, laid, demo, time.monotonic() - began)
        while not supervisor.stopping.wait(LOOK_SECONDS):
            ready = ready_of(laid, supervisor, demo)
            if ready != home.ready():  # a process that was started again
                home.write_ready(ready)
    except NotReady as fault:
        if not supervisor.stopping.is_set():
            raise NotStarted(str(fault)) from fault
    except (NotFilled, RefusedByGateway, Away) as fault:
        if not supervisor.stopping.is_set():
            line = f"the demo stopped: {fault}; the logs are in {home.logs}"
            raise DemoStopped(line) from fault
    finally:
        home.ready_file.unlink(missing_ok=True)
        supervisor.stop()
    console.print(f"stopped; the data stay in {home.folder}", markup=False)


def _open_demo(home: Home, laid: Plan, tell: Progress) -> Demo:
    return Demo(
        laid.url,
        home.folder / "demo",
        home.mails,
        lambda line: tell(f"demo: {line}"),
        with_operator=True,
    )


def _follow_life(
    home: Home,
    laid: Plan,
    stopping: threading.Event,
    demo: dict[str, Any],
    tell: Progress,
) -> None:
    """Begin the demo's life behind the site; how it stands is told with the demo."""
    life = DemoLife(_open_demo(home, laid, tell), home.secret("operator"), stopping)
    demo["life"] = life.state

    def do_steps() -> None:
        life.do_steps()
        demo["life"] = life.state

    if life.state != THERE:
        threading.Thread(target=do_steps, daemon=True).start()


def _fill_demo(home: Home, laid: Plan, tell: Progress) -> dict[str, Any]:
    """The demo, put in once: what it told is kept beside the data."""
    note = home.folder / "demo.json"
    if not note.exists():
        logins = _open_demo(home, laid, tell).fill(home.secret("operator"))
        note.write_text(json.dumps(logins, ensure_ascii=False, indent=2))
    return dict(json.loads(note.read_text()))


def ready_of(
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


def _show_welcome(
    console: Console, home: Home, laid: Plan, demo: dict[str, Any] | None, took: float
) -> None:
    parts = ", ".join(f"{part} = {kind}" for part, kind in laid.parts.items())
    lines = [
        "",
        f"Biyong is ready after {took:.0f} s:  {laid.url}",
        f"  parts: {parts}  (for trial and development)",
    ]
    if demo:
        lines.append(f"  sign in with the password  {demo['password']}  as")
        for login in demo["logins"]:
            about = login.get("name") or login.get("branch") or ""
            lines.append(f"    {login['login']:<14}{login['role']:<9}{about}")
        roster = home.folder / "demo" / "roster.csv"
        if demo.get("life", THERE) != THERE:
            lines.append("  more classes, lectures and people come while you look")
        lines.append(f"  a class with free seats: {demo['classes']['open']}")
        lines.append(f"  a roster to send as shi: {roster}")
    if laid.has_tray:
        lines.append(f"  what it would have sent: {laid.url}/demo/messages")
    lines.append(f"  data and logs: {home.folder}   mails: {home.mails}")
    lines.append("  stop with Ctrl-C; the data stay")
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)
