"""A branch moves under the eyes of its officers, and a program has a key, over HTTP."""

from typing import Any

import pytest
from biyong.door import Door, Refused

from tests.platform import chain, rosters
from tests.platform.running import Platform, until

OLD, NEW, MOVED, LANE = "mv-old", "mv-new", "mv-moved", "mv-lane"
TREE = ((OLD, ""), (NEW, ""), (MOVED, OLD), (LANE, MOVED))


@pytest.fixture(scope="module")
def staff(platform: Platform) -> Door:
    return platform.door("jiaowu")


@pytest.fixture(scope="module")
def officers(platform: Platform, staff: Door) -> dict[str, Door]:
    """The officers of all branches of a small tree."""
    doors = {}
    for branch, parent in TREE:
        body = {"id": branch, "name": f"{branch} 工会", "parent": parent}
        staff.ask("POST", "enrollment", "branches", body=body)
        address = f"{branch}@biyong.example"
        invitation = {
            "login": f"{branch}-officer", "name": "干部", "email": address,
            "role": "officer", "branch_id": branch,
        }  # fmt: skip
        staff.ask("POST", "invitations", body=invitation)
        doors[branch] = chain.take_up_invitation(platform, address)
    return doors


@pytest.fixture(scope="module")
def class_id(platform: Platform, staff: Door) -> str:
    """A class that has a quota for the branch that moves."""
    body = {
        "course_id": platform.demo["course_id"], "title": "移动班", "capacity": 9,
        "starts_on": "2026-12-01", "ends_on": "2099-12-31", "form": "online",
        "quotas": [{"branch_id": MOVED, "seats": 5}],
    }  # fmt: skip
    return str(staff.ask("POST", "catalog", "classes", body=body)["id"])


def seen(door: Door, class_id: str, person: str) -> dict[str, bool]:
    """What of the moved branch somebody sees, by every way of asking."""

    def shows(*path: str, **query: str) -> bool:
        try:
            answer = door.ask("GET", *path, **query)
        except Refused:
            return False
        is_page = isinstance(answer, dict) and "items" in answer
        return bool(answer["items"] if is_page else answer)

    listed = door.ask("GET", "enrollment", "people", limit="500")["items"]
    rostered = door.ask("GET", "enrollment", "rosters")["items"]
    enrolled = door.ask("GET", "enrollment", "classes", class_id, "enrolments")["items"]
    return {
        "branch": shows("enrollment", "branches", LANE),
        "person": shows("enrollment", "people", person),
        "members": any(one["person_id"] == person for one in listed),
        "rosters": any(one["branch_id"] == LANE for one in rostered),
        "seats": shows("enrollment", "people", person, "enrolments"),
        "enrolments": any(one["person_id"] == person for one in enrolled),
        "quotas": bool(door.ask("GET", "catalog", "classes", class_id)["quotas"]),
    }


def move(staff: Door, parent: str) -> dict[str, Any]:
    path = f"/api/enrollment/branches/{MOVED}/moving"
    version = staff.ask("GET", "enrollment", "branches", MOVED)["version"]
    body = {"parent": parent}
    return staff.call("POST", path, dict[str, Any], body, match=f'"{version}"')


def test_what_hangs_on_a_branch_is_seen_from_where_it_is_now(
    staff: Door, officers: dict[str, Door], class_id: str
) -> None:
    rosters.put(officers[LANE], "mv.1", rosters.rows(1, class_id, LANE), LANE)
    [outcome] = until(lambda: rosters.receipt(officers[LANE], "mv.1", LANE), 30) or []
    person = outcome["enrolment_id"].split(".")[1]
    until(lambda: officers[LANE].ask("GET", "enrollment", "rosters")["items"], 30)
    everything = dict.fromkeys(seen(staff, class_id, person), True)
    nothing = dict.fromkeys(everything, False)
    for at, other in ((OLD, NEW), (NEW, OLD), (OLD, NEW)):
        move(staff, at)
        assert seen(officers[at], class_id, person) == everything
        assert seen(officers[other], class_id, person) == nothing
        assert seen(officers[MOVED], class_id, person) == everything


def test_a_closed_branch_takes_no_roster_and_shows_what_is_there(
    staff: Door, officers: dict[str, Door], class_id: str
) -> None:
    path = f"/api/enrollment/branches/{LANE}/closing"
    staff.call("POST", path, dict[str, Any], match="*")
    with pytest.raises(Refused) as refused:
        rosters.put(officers[LANE], "mv.2", rosters.rows(1, class_id, LANE), LANE)
    assert refused.value.slug == "branch-closed"
    above = rosters.rows(1, class_id, LANE)
    rosters.put(officers[OLD], "mv.3", above, OLD)
    [outcome] = until(lambda: rosters.receipt(officers[OLD], "mv.3", OLD), 30) or []
    assert outcome["reason"] == "branch-closed"
    assert officers[LANE].ask("GET", "enrollment", "rosters")["items"]
    staff.call("DELETE", path, dict[str, Any], match="*")
    rosters.put(officers[LANE], "mv.4", rosters.rows(1, class_id, LANE), LANE)


def test_a_program_sends_a_roster_by_its_key_and_nothing_else(
    platform: Platform, staff: Door, officers: dict[str, Door], class_id: str
) -> None:
    body = {"name": "会员系统", "scope": "rosters-send", "days": 30}
    made = officers[LANE].ask("POST", "keys", body=body)
    program = Door(platform.url)
    program.token = made["token"]
    assert program.ask("GET", "session")["branch_id"] == LANE
    rosters.put(program, "mv.5", rosters.rows(1, class_id, LANE), LANE)
    [outcome] = until(lambda: rosters.receipt(program, "mv.5", LANE), 30) or []
    assert outcome["outcome"] == "enrolled"
    for refused in (
        lambda: program.ask("GET", "enrollment", "people"),
        lambda: program.ask("GET", "keys"),
        lambda: rosters.put(program, "mv.6", rosters.rows(1, class_id), OLD),
    ):
        with pytest.raises(Refused) as refusal:
            refused()
        assert refusal.value.status == 403
    account = staff.ask("POST", "accounts", "find", body={"login": f"{LANE}-officer"})
    staff.ask("POST", "accounts", account["id"], "disabling")
    with pytest.raises(Refused) as refusal:
        program.ask("GET", "session")
    assert refusal.value.slug == "api-key-refused"
