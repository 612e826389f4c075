"""Rosters for tests: so many people, each new, and what became of them."""

import csv
import itertools
from pathlib import Path
from typing import Any

from biyong.door import Door

numbers = itertools.count(1)


def rows(count: int, class_id: str, branch: str = "dongcheng") -> list[dict[str, Any]]:
    """Rows of people nobody has named before."""
    return [
        {
            "row": place + 2,
            "name": f"学员{number}",
            "member_no": f"T-{number}",
            "phone": f"136{number:08d}",
            "class_id": class_id,
            "branch_id": branch,
        }
        for place, number in enumerate(itertools.islice(numbers, count))
    ]


def write_file(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A roster as a branch keeps it, in a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        heads = ["name", "member_no", "phone", "class_id", "email"]
        table = csv.DictWriter(file, heads, extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)
    return path


def put(
    officer: Door,
    key: str,
    rows: list[dict[str, Any]],
    branch: str = "beijing",
    *,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Send one chunk; what the door says of it."""
    path = f"/api/enrollment/branches/{branch}/chunks/{key}"
    roster_id = key.partition(".")[0]
    body = {"roster_id": roster_id, "rows": rows, "dry_run": dry_run}
    return officer.call("PUT", path, dict[str, Any], body)


def receipt(officer: Door, key: str, branch: str = "beijing") -> list[dict[str, Any]]:
    """A decided chunk's outcomes, empty while it is undecided."""
    path = f"/api/enrollment/branches/{branch}/chunks/{key}"
    said = officer.call("GET", path, dict[str, Any])
    return list(said["outcomes"]) if said["state"] == "decided" else []


def open_class(staff: Door, course_id: str, capacity: int, title: str) -> str:
    """A new class of a published course."""
    body = {
        "course_id": course_id,
        "title": title,
        "capacity": capacity,
        "starts_on": "2026-12-01",
        "ends_on": "2099-12-31",
        "form": "online",
    }
    return str(staff.call("POST", "/api/catalog/classes", dict[str, Any], body)["id"])
