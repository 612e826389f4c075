"""An officer's account that acts for no branch sees nobody, whichever way it came."""

from typing import Any

import pytest
import urllib3
from biyong.door import Door

from tests.platform import chain
from tests.platform.running import Platform

ADDRESS = "nowhere@biyong.example"
INVITATION = {
    "login": "nowhere", "name": "无单位", "role": "officer",
    "email": ADDRESS, "branch_id": "dongcheng",
}  # fmt: skip
SEEING = (
    "/api/enrollment/branches",
    "/api/enrollment/branches/dongcheng",
    "/api/enrollment/people",
    "/api/enrollment/people?branch=dongcheng",
    "/api/enrollment/people/{person}",
    "/api/enrollment/people/{person}/changes",
    "/api/enrollment/classes/{class}/enrolments",
    "/api/enrollment/rosters",
    "/people/codes",
    "/rosters",
    "/rosters/new",
    "/",
)


@pytest.fixture(scope="module")
def nowhere(platform: Platform, operator: Door) -> Door:
    """An officer whose account lost its branch, and no more than that."""
    operator.call("POST", "/api/invitations", dict[str, Any], INVITATION)
    door = chain.take_up_invitation(platform, ADDRESS)
    with platform.store() as store:
        lost = {"$set": {"branch_id": ""}}
        store["gateway"]["accounts"].update_one({"login": "nowhere"}, lost)
    return door


@pytest.fixture(scope="module")
def members(platform: Platform) -> list[dict[str, Any]]:
    """The people of dongcheng and below."""
    officer = platform.door("dongcheng")
    listed = officer.call("GET", "/api/enrollment/people", dict[str, Any])
    return list(listed["items"])


@pytest.fixture(scope="module")
def class_id(platform: Platform) -> str:
    """A class that some of them are in."""
    classes = Door(platform.url).call("GET", "/api/catalog/classes", dict[str, Any])
    return str(classes["items"][0]["id"])


@pytest.mark.parametrize("path", SEEING)
def test_it_sees_nobody_anywhere(
    platform: Platform,
    nowhere: Door,
    members: list[dict[str, Any]],
    class_id: str,
    path: str,
) -> None:
    filled = path.replace("{person}", members[0]["person_id"])
    filled = filled.replace("{class}", class_id)
    is_page = not path.startswith("/api/")
    got = urllib3.request(
        "GET",
        platform.url + filled,
        headers={
            "Authorization": f"Bearer {nowhere.token}",
            "Accept": "text/html" if is_page else "application/json",
        },
        redirect=False,
    )
    assert got.status in ({200, 403} if is_page else {403})
    text = got.data.decode()
    for member in members:
        assert member["name"] not in text
        assert member["person_id"] not in text
    assert "东城" not in text


def test_it_prints_codes_for_nobody(
    nowhere: Door, members: list[dict[str, Any]]
) -> None:
    asked = {"person_ids": [member["person_id"] for member in members[:3]]}
    said = nowhere.call("POST", "/api/people/activation-codes", dict[str, Any], asked)
    assert said["codes"] == []
