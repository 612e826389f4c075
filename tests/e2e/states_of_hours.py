"""States of the pages of hours that staff correct, and of certificates they revoke."""

from collections.abc import Iterator
from typing import Any

from tests.e2e.shown import Shown
from tests.routes.scene import Scene

Answer = dict[str, Any]
RULE = "/people/<person_id>/hours"
LONG_REASON = "线下签到表与系统记录不一致，经教务处核对签到原件以后更正；" * 6


def pages_of_corrections(scene: Scene, number: str) -> Iterator[Shown]:
    """The graduate's hours: added to, corrected, a correction undone; and faults."""
    found = scene.staff.call(
        "GET", f"/api/learning/certificates/issued?number={number}", Answer
    )
    person = found["items"][0]["person_id"]
    graduate = scene.doors["graduate"].call("GET", "/api/learning/hours", Answer)
    entry = graduate["entries"][0]["id"]
    api = f"/api/learning/people/{person}/hours"
    added = {
        "title": "现场教学", "year": graduate["year"], "quarters": 6,
        "reason": LONG_REASON, "seen": 0,
    }  # fmt: skip
    scene.staff.call("POST", api, Answer, added)
    for seen, quarters in enumerate((-1, 5)):
        body = {"quarters": quarters, "reason": LONG_REASON, "seen": seen}
        scene.staff.call("POST", f"{api}/{entry}/corrections", Answer, body)
    back = {"reason": "改回", "seen": 2, "undoes": f"correction.1.{entry}"}
    scene.staff.call("POST", f"{api}/{entry}/corrections", Answer, back)
    path = f"/people/{person}/hours"
    yield Shown(f"GET {RULE}", "staff", path)
    yield Shown(f"POST {RULE}", "staff", path, 422, {"hours": "0.3", "year": "x"})
    hour, undoing = f"{path}/{entry}", f"{path}/{entry}/undoing"
    yield Shown(f"GET {RULE}/<entry_id>", "staff", f"{hour}?done=corrected")
    too_much = {"way": "take", "hours": "99", "reason": "看错了", "seen": "3"}
    yield Shown(f"POST {RULE}/<entry_id>", "staff", hour, 409, too_much)
    asked = f"{undoing}?correction=correction.2.{entry}"
    yield Shown(f"GET {RULE}/<entry_id>/undoing", "staff", asked)
    gone = {"correction": f"correction.1.{entry}", "reason": "x", "seen": "3"}
    yield Shown(f"POST {RULE}/<entry_id>/undoing", "staff", undoing, 409, gone)
    yield Shown("GET /record", "graduate", "/record")
    yield Shown("GET /record/hours/<entry_id>", "graduate", f"/record/hours/{entry}")


def pages_of_certificates(scene: Scene, number: str) -> Iterator[Shown]:
    """The graduate's certificate, found, not found, and a revocation without a reason;
    what one box finds of everything."""
    path = "/staff/certificates"
    for written in (number, number.lower().replace("-", ""), "nothing"):
        yield Shown(f"GET {path}", "staff", f"{path}?number={written}")
    yield Shown(f"GET {path}/<number>", "staff", f"{path}/{number}")
    yield Shown(
        f"POST {path}/<number>", "staff", f"{path}/{number}", 422, {"reason": ""}
    )
    for words, status in ((number, 200), ("集体", 200), ("没有这样的", 200), ("", 422)):
        found = {"words": words}
        yield Shown("POST /staff/search", "staff", "/staff/search", status, found)
