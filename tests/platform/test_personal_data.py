"""A person's own data on a whole platform: consent, a copy, and deletion everywhere."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import urllib3
from biyong.door import Door, Refused
from biyong.home import home_of
from biyong.mails import invitation_to

from tests.platform import chain, rosters
from tests.platform.running import Platform, running, until

EMAIL = "weg@biyong.example"
ID_NUMBER = "11010519491231002X"
AT_ONCE = {"DELETION_DAYS": "0"}
"""Nobody waits a week for a test."""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("personal") / "home"
    with running(folder, AT_ONCE) as started:
        yield started


@pytest.fixture(scope="module")
def row(platform: Platform) -> dict[str, Any]:
    """Somebody with all that a row can say, whose name is nobody else's."""
    course_id = platform.demo["course_id"]
    class_id = rosters.open_class(platform.door("jiaowu"), course_id, 9, "删除班")
    [row] = rosters.rows(1, class_id)
    more = {"name": "欧阳忘川", "email": EMAIL, "id_number": ID_NUMBER}
    return row | more | {"phone": "13912340987", "member_no": "WEG-77001"}


@pytest.fixture(scope="module")
def person(platform: Platform, row: dict[str, Any]) -> Door:
    """The session of that person, who was enrolled and took up the account."""
    officer = platform.door("shi")
    rosters.put(officer, "trial.1", [row], dry_run=True)
    until(lambda: rosters.receipt(officer, "trial.1"), 30)
    rosters.put(officer, "weg.1", [row])
    [outcome] = until(lambda: rosters.receipt(officer, "weg.1"), 30)
    assert outcome["outcome"] == "enrolled", outcome
    rosters.put(officer, "weg.2", [row | {"name": "欧阳", "class_id": "nowhere"}])
    until(lambda: rosters.receipt(officer, "weg.2"), 30)
    door = Door(platform.url)
    invitation = until(lambda: invitation_to(platform.home / "mails", EMAIL), 60)
    session = door.accept(str(invitation), chain.PASSWORD)
    with platform.store() as store:
        told = {"person_id": session["person_id"]}
        until(lambda: store["notify"]["notices"].find_one(told), 30)
    return door


def browse(
    door: Door, method: str, path: str, **fields: str
) -> urllib3.BaseHTTPResponse:
    """A page as a browser asks for it."""
    headers = {"Cookie": f"biyong_session={door.token}", "Accept": "text/html"}
    if fields:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    body = urlencode(fields) if fields else None
    return urllib3.request(
        method, door.url + path, headers=headers, body=body, redirect=False
    )


def dump_everything(platform: Platform) -> dict[str, str]:
    """Every document of every service, and every file that is not a log, as text."""
    found = {}
    with platform.store() as store:
        for database in store.list_database_names():
            for name in store[database].list_collection_names():
                for document in store[database][name].find():
                    found[f"{database}.{name}.{document['_id']}"] = repr(document)
    for path in sorted(platform.home.rglob("*")):
        if path.is_file() and "object" in str(path.relative_to(platform.home)):
            found[str(path)] = path.read_bytes().decode("latin-1")
    return found


def find_traces(platform: Platform, row: dict[str, Any]) -> list[str]:
    """Where name, phone, numbers or address of a row stand."""
    names = ("name", "phone", "member_no", "email", "id_number")
    wanted = [str(row[name]) for name in names]
    return [
        f"{place}: {text}"
        for place, content in dump_everything(platform).items()
        for text in wanted
        if text in content
    ]


def biyong(platform: Platform, *arguments: str) -> subprocess.CompletedProcess[str]:
    home = home_of({"BIYONG_HOME": str(platform.home)})
    own = {
        "BIYONG_URL": platform.url,
        "BIYONG_LOGIN": "operator",
        "BIYONG_PASSWORD": home.secret("operator"),
    }
    return subprocess.run(
        [sys.executable, "-m", "biyong", *arguments],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_trainee_is_asked_first_and_again_after_a_no(person: Door) -> None:
    asked = browse(person, "GET", "/record")
    assert asked.headers["Location"] == "/consent?next=/record"
    page = browse(person, "GET", "/consent?next=/record").data.decode()
    version = re.search(r'name="version" value="([^"]+)"', page)
    assert version is not None
    answer = {"version": version[1], "next": "/record"}
    declined = browse(person, "POST", "/consent", decision="decline", **answer)
    assert declined.headers["Location"] == "/consent/declined"
    assert browse(person, "GET", "/").status == 303
    assert browse(person, "GET", "/account/data").status == 200
    for path in ("notify/notices", "enrollment/enrolments", "learning/record"):
        with pytest.raises(Refused) as refused:
            person.call("GET", f"/api/{path}", dict[str, Any])
        assert (refused.value.status, refused.value.slug) == (403, "consent-needed")
    assert person.call("GET", "/api/enrollment/person", dict[str, Any])["name"]
    agreed = browse(person, "POST", "/consent", decision="agree", **answer)
    assert agreed.headers["Location"] == "/record"
    assert browse(person, "GET", "/record").status == 200
    assert person.call("GET", "/api/notify/notices", dict[str, Any])["items"]


def test_people_find_the_contact_of_the_nearest_branch(
    platform: Platform, person: Door
) -> None:
    officer = platform.door("shi")
    path = "/api/enrollment/branches/beijing/contact"
    assert officer.call("GET", path, dict[str, Any])["version"] == 0
    page = browse(officer, "POST", "/contact", phone="010-6512 0000", version="0")
    assert page.headers["Location"] == "/contact?done=1"
    stale = browse(officer, "POST", "/contact", phone="1", version="0")
    assert stale.status == 412
    assert "010-6512 0000" in browse(person, "GET", "/help").data.decode()


def test_numbers_in_full_are_for_who_has_the_right_and_a_reason(
    platform: Platform, person: Door, row: dict[str, Any]
) -> None:
    staff, officer = platform.door("jiaowu"), platform.door("shi")
    found = staff.call(
        "POST", "/api/enrollment/people/find", list[Any], {"phone": row["phone"]}
    )
    person_id = found[0]["person_id"]
    assert row["phone"] not in json.dumps(found)
    path = f"/people/{person_id}/unmasking"
    assert browse(officer, "POST", path, reason="核对").status == 403
    assert row["phone"] not in browse(staff, "GET", path).data.decode()
    shown = browse(staff, "POST", path, reason="来电核对").data.decode()
    assert row["phone"] in shown
    assert ID_NUMBER in shown
    listed = biyong(platform, "audit", "list", "--subject", person_id).stdout
    assert "unmasked" in listed
    assert "来电核对" in listed


def test_the_copy_has_what_every_service_stores(
    person: Door, row: dict[str, Any]
) -> None:
    assert browse(person, "POST", "/account/data", once="x" * 20).status == 303
    copy = until(lambda: _download(person), 30)
    data = json.loads(copy.read("data.json"))
    assert data["enrollment"]["person"][0]["id_number"] == ID_NUMBER
    sent = data["enrollment"]["roster-rows"]
    assert {one["class_id"] for one in sent} == {row["class_id"], "nowhere"}
    assert data["notify"]["notices"][0]["kind"] == "seat-taken"
    assert data["gateway"]["account"][0]["login"] == row["phone"]
    assert "secret" not in data["gateway"]["account"][0]
    assert row["name"] in copy.read("README.html").decode()


def _download(person: Door) -> zipfile.ZipFile | None:
    got = browse(person, "GET", "/account/data.zip")
    return zipfile.ZipFile(io.BytesIO(got.data)) if got.status == 200 else None


def test_who_is_deleted_stands_nowhere_any_more(
    platform: Platform, person: Door, row: dict[str, Any], tmp_path: Path
) -> None:
    assert find_traces(platform, row) != []
    path = "/account/data/deletion"
    wrong = browse(person, "POST", path, password="not-mine", word="删除")
    assert wrong.status == 403
    untyped = browse(person, "POST", path, password=chain.PASSWORD, word="ja")
    assert untyped.status == 422
    asked = browse(person, "POST", path, password=chain.PASSWORD, word="删除")
    follow = asked.headers["Location"]
    report = until(lambda: _report(platform, follow), 60)
    stayed = {one["text"] for one in report["stayed"]}
    assert {"报名和席位", "登录和权限的记录", "谁对您的资料做过什么"} <= stayed
    until(lambda: find_traces(platform, row) == [], 10)
    with pytest.raises(Refused):
        Door(platform.url).sign_in(row["phone"], chain.PASSWORD)
    officer = platform.door("shi")
    again = officer.call(
        "POST", "/api/enrollment/people/find", list[Any], {"phone": row["phone"]}
    )
    assert again == []

    checked = biyong(platform, "audit", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    _come_back(platform, row, report["person_id"])


def _report(platform: Platform, follow: str) -> dict[str, Any] | None:
    got = urllib3.request("GET", f"{platform.url}{follow}/report.json")
    report: dict[str, Any] = got.json()
    return report if report["state"] == "done" else None


def _come_back(platform: Platform, row: dict[str, Any], deleted: str) -> None:
    """The same chunk changes nothing, and another one names a new person."""
    officer = platform.door("shi")
    rosters.put(officer, "weg.1", [row])
    assert find_traces(platform, row) == []
    rosters.put(officer, "neu.1", [row])
    [outcome] = until(lambda: rosters.receipt(officer, "neu.1"), 30)
    assert outcome["outcome"] == "enrolled", outcome
    [found] = officer.call(
        "POST", "/api/enrollment/people/find", list[Any], {"phone": row["phone"]}
    )
    assert found["person_id"] != deleted


def test_staff_delete_by_command_and_read_the_report(
    platform: Platform, row: dict[str, Any]
) -> None:
    officer = platform.door("shi")
    [other] = rosters.rows(1, row["class_id"])
    rosters.put(officer, "other.1", [other])
    until(lambda: rosters.receipt(officer, "other.1"), 30)
    [found] = officer.call(
        "POST", "/api/enrollment/people/find", list[Any], {"phone": other["phone"]}
    )
    asked = biyong(platform, "people", "delete", found["person_id"], "--reason", "去世")
    assert "asked" in asked.stdout, asked.stderr
    report = until(lambda: _has_ended(platform, found["person_id"]), 30)
    assert "enrolments" in report
    assert find_traces(platform, other | {"email": "-" * 9, "id_number": "-" * 9}) == []


def _has_ended(platform: Platform, person_id: str) -> str:
    said = biyong(platform, "people", "deletion-report", person_id).stdout
    return said if "done" in said and "seats" in said else ""


def test_no_collection_was_read_without_an_index(platform: Platform) -> None:
    with platform.store() as store:
        assert store.admin.command("serverStatus")["scans"] == {}
