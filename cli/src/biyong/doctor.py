"""What is running, on which parts, what is missing, and what to do."""

import os
import shutil
from collections.abc import Mapping
from typing import Any

from embedded.supervisor import is_healthy

from biyong.home import Home, Refused
from biyong.parts import State, examine_ffmpeg, examine_parts
from biyong.plan import parts_given

EXIT_WELL, EXIT_ILL, EXIT_NOT_RUNNING = 0, 1, 3
LEAST_FREE = 1 << 30
"""Bytes; below, a platform does not start."""


def examine_home(home: Home, environ: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """The exit code and the findings: 0 well, 1 something is wrong, 3 not running.

    Real parts that the variables name are tried also while nothing runs.
    """
    ready = home.ready()
    if ready is not None and not _is_alive(ready["pid"]):
        ready = None
    advice: list[str] = []
    report: dict[str, Any] = {"running": ready is not None, "home": str(home.folder)}
    if ready is not None:
        report |= ready | {"processes": _examine_processes(ready, advice)}
    report |= {
        "tried": _try_parts(home, environ, ready or {}, advice),
        "advice": advice,
    }
    if shutil.disk_usage(_nearest_folder(home)).free < LEAST_FREE:
        advice.append("less than 1 GiB of disk is free: make room")
    if ready is not None:
        return (EXIT_ILL if advice else EXIT_WELL), report
    advice.append(
        f"nothing runs on {home.folder}: `make run` starts it; or set BIYONG_HOME"
    )
    return EXIT_NOT_RUNNING, report


def _nearest_folder(home: Home) -> str:
    folders = (home.folder, *home.folder.parents)
    return str(next(folder for folder in folders if folder.exists()))


def _examine_processes(
    ready: Mapping[str, Any], advice: list[str]
) -> list[dict[str, Any]]:
    examined = []
    for process in ready["processes"]:
        alive = _is_alive(process["pid"])
        healthy = alive and is_healthy(process["health"])
        if not healthy:
            advice.append(f"{process['name']} is not well: read {process['log']}")
        examined.append({**process, "alive": alive, "healthy": healthy})
    return examined


def _try_parts(
    home: Home, environ: Mapping[str, str], ready: Mapping[str, Any], advice: list[str]
) -> dict[str, State]:
    """Each part by name: what it is, its version, whether it is well and why not."""
    try:
        given = parts_given(environ)
    except Refused as refusal:
        advice.append(str(refusal))
        return {}
    names = given.names()
    for part, used in ready.get("parts", {}).items():
        if used != names[part]:
            advice.append(
                f"the platform runs on {used}, but this shell names {names[part]}: set "
                "the variables that it was started with"
            )
            return {}
    health = {p["name"]: p["health"] for p in ready.get("processes", [])}
    parts = examine_parts(home, given, health.get("store", ""))
    parts["ffmpeg"] = examine_ffmpeg(environ.get("FFMPEG", ""))
    advice += [f"{name}: {p['fault']}" for name, p in parts.items() if p["fault"]]
    return parts


def _is_alive(pid: int | None) -> bool:
    try:
        os.kill(pid or 0, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid is not None
