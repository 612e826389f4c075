"""Pages about a person's own data, in the states that no line of the table shows."""

from collections.abc import Iterator

import urllib3
from biyong.door import Door

from tests.e2e.shown import Shown
from tests.platform import chain
from tests.platform.running import until
from tests.routes.scene import Scene

CONTACT = {"name": "王干事", "phone": "010-6512 0000", "hours": "工作日 9:00–17:00"}


def pages_of_people(scene: Scene) -> Iterator[Shown]:
    """A copy that is ready, a deletion that waits, a contact, numbers in full."""
    officer, seated = scene.doors["same"], scene.doors["seated"]
    path = "/api/enrollment/branches/dongcheng/contact"
    officer.call("PUT", path, dict[str, object], CONTACT, match="*")
    yield Shown("GET /help", "seated", "/help")
    yield Shown("GET /contact", "same", "/contact?done=1")
    _send(seated, "/account/data", {})
    until(lambda: _read(seated, "/account/data.zip").status == 200, 30)
    yield Shown("GET /account/data", "seated", "/account/data")
    wrong = {"password": "wrong-one", "word": "nein"}
    form = "POST /account/data/deletion"
    yield Shown(form, "seated", "/account/data/deletion", 422, wrong)
    right = {"password": chain.PASSWORD, "word": "删除"}
    asked = _send(seated, "/account/data/deletion", right)
    follow = str(asked.headers["Location"])
    yield Shown("GET /deletions/<token>", "anonymous", follow)
    yield Shown("GET /account/data", "seated", "/account/data")
    yield Shown("GET /staff/deletions", "staff", "/staff/deletions")
    person = f"/people/{scene.values['person']}/unmasking"
    reason = {"reason": "来电核对"}
    yield Shown("POST /people/<person_id>/unmasking", "staff", person, 200, reason)
    yield Shown("GET /audit", "first", f"/audit?subject={scene.values['person']}")


def _send(door: Door, path: str, fields: dict[str, str]) -> urllib3.BaseHTTPResponse:
    bearer = {"Authorization": f"Bearer {door.token}"}
    return urllib3.request(
        "POST", door.url + path, headers=bearer, fields=fields, redirect=False
    )


def _read(door: Door, path: str) -> urllib3.BaseHTTPResponse:
    bearer = {"Authorization": f"Bearer {door.token}"}
    return urllib3.request("GET", door.url + path, headers=bearer)
