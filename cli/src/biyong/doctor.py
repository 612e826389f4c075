"""What is running, on which parts, what is missing, and what to do."""

import os
import shutil
from typing import Any

from embedded.supervisor import is_healthy

from biyong.home import Home

EXIT_WELL, EXIT_ILL, EXIT_NOT_RUNNING = 0, 1, 3


def examine(home: Home) -> tuple[int, dict[str, Any]]:
    """The exit code and the findings: 0 well, 1 something is wrong, 3 not running."""
    said = home.ready()
    if said is None or not _is_alive(said["pid"]):
        advice = [
            f"nothing runs on {home.folder}: `make run` starts it; or set BIYONG_HOME"
        ]
        report = {"running": False, "home": str(home.folder), "advice": advice}
        return EXIT_NOT_RUNNING, report
    advice = []
    for process in said["processes"]:
        process["alive"] = _is_alive(process["pid"])
        process["healthy"] = process["alive"] and is_healthy(process["health"])
        if not process["healthy"]:
            advice.append(f"{process['name']} is not well: read {process['log']}")
    free = shutil.disk_usage(home.folder).free
    if free < 1 << 30:
        advice.append(f"only {free >> 20} MiB of disk are free: make room")
    report = {"running": True, "home": str(home.folder), **said, "advice": advice}
    return EXIT_ILL if advice else EXIT_WELL, report


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
