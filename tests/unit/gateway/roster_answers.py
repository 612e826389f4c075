"""What enrollment answers about a roster, in whole."""

from typing import Any

NO_COUNTS = {
    "enrolled": 0, "waitlisted": 0, "already-enrolled": 0, "rejected": 0,
    "taken-back": 0,
}  # fmt: skip

RECEIPT = {
    "key": "r1.1", "roster_id": "r1", "branch_id": "dongcheng", "dry_run": False,
    "state": "received", "received": 9e9, "count": 1, "outcomes": [],
}  # fmt: skip


def a_roster(**more: Any) -> dict[str, Any]:
    """A roster of two rows, decided, one of them rejected."""
    counts = NO_COUNTS | more.pop("counts", {"enrolled": 1, "rejected": 1})
    return {
        "branch_id": "dongcheng", "roster_id": "r1", "name": "十一月", "sent_by": "a",
        "received": 1e9, "dry_run": False, "state": "decided", "rows": 2, "decided": 2,
        "needing": 1, "counts": counts, "notes": {}, "chunks": 1, "undecided": 0,
        "moved": 0, "turned_by": "", "turned_at": 0.0, "redo_until": 0.0,
    } | more  # fmt: skip


def a_row(number: int = 2, **more: Any) -> dict[str, Any]:
    """A row that was rejected for its phone."""
    return {
        "row": number, "chunk": "r1.1", "name": f"张{number}",
        "member_no": f"M{number}", "phone": "12", "class_id": "c1", "email": "",
        "branch_id": "", "has_id_number": False, "outcome": "rejected",
        "reason": "phone-invalid", "arguments": {}, "notes": [], "enrolment_id": "",
        "needs_something": True, "repaired_by": "", "past": [],
    } | more  # fmt: skip
