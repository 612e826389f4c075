"""People take up their accounts, and some ask to join a class."""

import time
from collections.abc import Iterator

from biyong.demo import PASSWORD
from biyong.demo.fill import TRAINEES
from biyong.demo.life.college import College
from biyong.door import Door, Refused

PAGE, CODES_AT_ONCE = 200, 25
"""Members of one answer, and codes: whoever is stopped leaves few printed in vain."""
BREATH_SECONDS = 0.05
"""Between two accounts: a password is hashed for each, and others sign in as well."""
CONSENT = ("account", "consent")


def activate_people(college: College) -> None:
    """All trainees but the newcomers set their password, by a code on paper.

    Raises Refused, Away.
    """
    newcomers = {person.member_no for person in college.newcomers}
    members = {
        member["person_id"]: member["member_no"]
        for member in _list_members(college.staff)
        if member["member_no"] not in newcomers
    }
    ids = sorted(members)
    for start in range(0, len(ids), CODES_AT_ONCE):
        college.demo.tell(f"accounts: {start} of {TRAINEES}")
        asked = {"person_ids": ids[start : start + CODES_AT_ONCE]}
        answer = college.staff.ask("POST", "people", "activation-codes", body=asked)
        for printed in answer["codes"]:
            _activate(college.demo.url, printed["code"])
            time.sleep(BREATH_SECONDS)


def _activate(url: str, code: str) -> None:
    door = Door(url)
    body = {"code": code, "password": PASSWORD}
    door.token = door.ask("POST", "activations", body=body)["token"]
    _agree(door)


def _agree(door: Door) -> None:
    """The person agrees to the notice about data, as whoever learnt for months did."""
    asked = door.ask("GET", *CONSENT)
    agreed = {"version": asked["version"], "is_given": True}
    if asked["version"]:
        door.ask("PUT", *CONSENT, body=agreed)
    door.ask("DELETE", "session")


def _list_members(staff: Door) -> Iterator[dict[str, str]]:
    after = ""
    while True:
        asked = {"limit": str(PAGE), "after": after}
        page = staff.ask("GET", "enrollment", "people", **asked)
        yield from page["items"]
        after = page["next"]
        if not after:
            return


def ask_to_join(college: College) -> None:
    """Some ask their branch for a place; the branch has not answered yet.

    Raises Refused, Away.
    """
    joining = college.data["joining"]
    class_id = college.note(f"class-{joining['class']}")
    for place, number in enumerate(joining["people"]):
        door = Door(college.demo.url)
        door.sign_in(college.trainees[number].phone, PASSWORD)
        why = joining["whys"][place % len(joining["whys"])]
        asked = ("enrollment", "classes", class_id, "requests")
        try:
            door.ask("POST", *asked, body={"why": why})
        except Refused as refused:
            if refused.slug != "request-pending":
                raise
        door.ask("DELETE", "session")
