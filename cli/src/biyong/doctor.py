"""What is running, on which parts, what is missing, and what to do."""

import os
import shutil
from collections.abc import Mapping
from typing import Any

from embedded.supervisor import is_healthy

from biyong.home import Home, Refused
from biyong.parts import examine_ffmpeg, examine_parts
from biyong.plan import parts_given

EXIT_WELL, EXIT_ILL, EXIT_NOT_RUNNING = 0, 1, 3


def examine(home: Home, environ: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """The exit code and the findings: 0 well, 1 something is wrong, 3 not running.

    Real parts that the variables name are tried also while nothing runs.
    """
    said = home.ready()
    runs = said is not None and _is_alive(said["pid"])
    advice: list[str] = []
    processes = _processes(said, advice) if said is not None and runs else []
    tried = _tried(home, environ, said if runs else None, advice)
    report: dict[str, Any] = {"running": runs, "home": str(home.folder)}
    if said is not None and runs:
        report |= said | {"processes": processes}
    if shutil.disk_usage(_nearest(home)).free < 1 << 30:
        advice.append("less than 1 GiB of disk is free: make room")
    report |= {"tried": tried, "advice": advice}
    if runs:
        return (EXIT_ILL if advice else EXIT_WELL), report
    advice.append(
        f"nothing runs on {home.folder}: `make run` starts it; or set BIYONG_HOME"
    )
    return EXIT_NOT_RUNNING, report


def _nearest(home: Home) -> str:
    folder = home.folder
    while not folder.exists():
        folder = folder.parent
    return str(folder)


def _processes(said: Mapping[str, Any], advice: list[str]) -> list[dict[str, Any]]:
    examined = []
    for process in said["processes"]:
        alive = _is_alive(process["pid"])
        healthy = alive and is_healthy(process["health"])
        if not healthy:
            advice.append(f"{process['name']} is not well: read {process['log']}")
        examined.append({**process, "alive": alive, "healthy": healthy})
    return examined


def _tried(
    home: Home,
    environ: Mapping[str, str],
    said: Mapping[str, Any] | None,
    advice: list[str],
) -> dict[str, dict[str, Any]]:
    """Each part by name: what it is, its version, whether it is well and why not."""
    try:
        given = parts_given(environ)
    except Refused as refusal:
        advice.append(str(refusal))
        return {}
    for part, used in (said or {}).get("parts", {}).items():
        named = given.names()[part]
        if used != named:
            advice.append(
                f"the platform runs on {used}, but this shell names {named}: set the "
                "variables that it was started with"
            )
            return {}
    health = {one["name"]: one["health"] for one in (said or {}).get("processes", [])}
    found = examine_parts(home, given, health.get("store", ""))
    found["ffmpeg"] = examine_ffmpeg(environ.get("FFMPEG", ""))
    for part, state in found.items():
        if state["fault"]:
            advice.append(f"{part}: {state['fault']}")
    return found


def _is_alive(pid: int | None) -> bool:
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
