"""States of the pages about a class's participants: sides of the list, the question
before several leave, and what is said where nothing changed."""

from collections.abc import Iterator
from typing import Any

from tests.e2e.shown import Shown
from tests.routes.scene import Scene

LIST = "GET /classes/<class_id>/people"
WITHDRAWAL = "POST /classes/<class_id>/people/withdrawal"
RETURNS = "POST /classes/<class_id>/people/returns"
REPLACEMENT = "POST /classes/<class_id>/people/<enrolment_id>/replacement"


def pages_of_participants(scene: Scene) -> Iterator[Shown]:
    """As officers and staff see them."""
    class_id = scene.values["class"]
    path = f"/classes/{class_id}/people"
    listed = f"/api/enrollment/classes/{class_id}/enrolments"
    enrolments = scene.staff.call("GET", listed, dict[str, Any])["items"]
    yield Shown(LIST, "same", f"{path}?state=left")
    yield Shown("GET /people", "same", f"/people?class_id={class_id}&state=behind")
    yield Shown("GET /people", "staff", "/people?account=in")
    yield Shown(LIST, "staff", f"{path}?state=behind&sort=-progress")
    picked = {"enrolment": enrolments[0]["id"]}
    yield Shown(WITHDRAWAL, "staff", f"{path}/withdrawal", 200, picked)
    nobody = {"enrolment": "nobody"}
    yield Shown(WITHDRAWAL, "same", f"{path}/withdrawal", 200, nobody)
    sure = nobody | {"sure": "yes"}
    yield Shown(WITHDRAWAL, "same", f"{path}/withdrawal", 200, sure)
    swap = f"{path}/{scene.values['enrolment_seated']}/replacement"
    yield Shown(REPLACEMENT, "same", swap, 409, {"member_no": "no number"})
    yield Shown(RETURNS, "same", f"{path}/returns", 200, nobody)
