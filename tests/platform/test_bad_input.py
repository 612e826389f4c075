"""Bad input gets a clear error that says what to do, and changes nothing."""

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import urllib3
from biyong.door import Door, Refused
from chassis.inbox.retry_row import PARKED
from embedded.bus.bus import Bus, Message
from media.domain.stream import Grant, token_for

import contracts
from tests.platform import chain, rosters
from tests.platform.running import Platform, until

PART = 8 * 1024 * 1024


def raw(door: Door, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """Send bytes as they are; status and answer."""
    headers = {
        "Authorization": f"Bearer {door.token}", "Content-Type": "application/json",
    }  # fmt: skip
    got = urllib3.request(method, door.url + path, body=body, headers=headers)
    return got.status, json.loads(got.data)


DEEP = b'{"roster_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
ROW = {"row": 2, "name": "张三", "member_no": "X-1", "phone": "13512345678"}


def chunk(**field: Any) -> bytes:
    return json.dumps({"roster_id": "bad", "rows": [{**ROW, **field}]}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"{", b"\xff\xfe{}", DEEP,
        chunk(row=10**30),
        chunk(row=-1),
        chunk(row=float("nan")),
        chunk(__raw__={"$where": "1"}),
        chunk(phone__regex=".*"),
        chunk(**{"$set": {"role": "admin"}}),
        json.dumps({"roster_id": "bad", "rows": []}).encode(),
        json.dumps({"roster_id": {"$gt": ""}, "rows": [ROW]}).encode(),
        json.dumps({"roster_id": "bad", "rows": [ROW] * 201}).encode(),
        json.dumps({"roster_id": "bad", "rows": [ROW, ROW]}).encode(),
    ],
    ids=range(16),
)  # fmt: skip
def test_a_chunk_that_is_none_changes_nothing(platform: Platform, body: bytes) -> None:
    officer = platform.door("shi")
    path = "/api/enrollment/branches/beijing/chunks/bad.1"
    status, said = raw(officer, "PUT", path, body)
    assert 400 <= status < 500, said
    assert said["detail"]
    with pytest.raises(Refused) as refused:
        officer.call("GET", path, dict[str, Any])
    assert refused.value.slug == "unknown-chunk"


def test_what_is_wrong_in_one_row_is_that_rows_outcome(platform: Platform) -> None:
    officer = platform.door("shi")
    good, *others = rosters.rows(6, platform.demo["classes"]["open"])
    good["row"] = 2.0
    wrong: list[dict[str, Any]] = [
        {"name": "nul\0inside"}, {"name": {"$ne": None}}, {"name": "长" * 10_000},
        {"phone": 12345}, {"member_no": None},
    ]  # fmt: skip
    rows = [good, *({**row, **fault} for row, fault in zip(others, wrong, strict=True))]
    rosters.put(officer, "rows.1", rows)
    outcomes = until(lambda: rosters.receipt(officer, "rows.1"), 30)
    assert [(one["row"], one["outcome"]) for one in outcomes] == [
        (2, "enrolled"), *((number, "rejected") for number in range(3, 8)),
    ]  # fmt: skip


def test_a_body_of_ten_megabytes_is_refused(platform: Platform) -> None:
    path = "/api/enrollment/branches/beijing/chunks/bad.1"
    status, said = raw(platform.door("shi"), "PUT", path, b"x" * 10_000_000)
    assert (status, said["title"]) == (413, "too large")


def test_good_rows_go_in_and_bad_ones_say_why(platform: Platform) -> None:
    officer = platform.door("jianguomen")
    class_id = platform.demo["classes"]["open"]
    rows = rosters.rows(7, class_id)
    for row in rows:
        del row["branch_id"]
    rows[1]["member_no"] = ""
    rows[2]["class_id"] = "nosuchclas"
    rows[3]["branch_id"] = "dongcheng"
    rows[4] |= {k: rows[0][k] for k in ("name", "phone", "member_no")}
    rows[5]["phone"] = "12345"
    rosters.put(officer, "mixed.1", rows, "jianguomen")
    outcomes = until(lambda: rosters.receipt(officer, "mixed.1", "jianguomen"), 30)
    said = [(one["outcome"], one.get("reason", "")) for one in outcomes]
    assert said == [
        ("enrolled", ""),
        ("rejected", "member-number-missing"),
        ("rejected", "class-unknown"),
        ("rejected", "not-your-branch"),
        ("rejected", "duplicate-row"),
        ("rejected", "phone-invalid"),
        ("enrolled", ""),
    ]
    assert all(one["detail"] for one in outcomes if one["outcome"] == "rejected")


def test_a_chunk_again_is_the_same_and_another_under_its_key_is_refused(
    platform: Platform,
) -> None:
    officer = platform.door("shi")
    rows = rosters.rows(2, platform.demo["classes"]["open"])
    rosters.put(officer, "again.1", rows)
    first = until(lambda: rosters.receipt(officer, "again.1"), 30)
    assert rosters.put(officer, "again.1", rows)["outcomes"] == first
    with pytest.raises(Refused) as refused:
        rosters.put(officer, "again.1", rosters.rows(2, "other"))
    assert refused.value.slug == "chunk-differs"


def test_a_write_sent_again_under_its_key_is_done_once(platform: Platform) -> None:
    staff = platform.door("jiaowu")
    body = {"title": "只建一次", "module": "policy", "lessons": []}
    made = [
        staff.call("POST", "/api/catalog/courses", dict[str, Any], body, key="once")
        for _ in range(3)
    ]
    assert made[0] == made[1] == made[2]
    other = body | {"title": "另一门"}
    with pytest.raises(Refused) as refused:
        staff.call("POST", "/api/catalog/courses", dict[str, Any], other, key="once")
    assert refused.value.slug == "key-reused"


def test_an_officer_sees_and_sends_nothing_beyond_the_own_branch(
    platform: Platform,
) -> None:
    officer = platform.door("jianguomen")
    for path in (
        "/api/enrollment/branches/beijing/rosters/demo",
        "/api/enrollment/branches/beijing/chunks/demo.1",
        "/api/enrollment/people?branch=dongcheng",
    ):
        with pytest.raises(Refused) as refused:
            officer.call("GET", path, dict[str, Any])
        assert refused.value.status in (403, 404)
    seen = officer.call("GET", "/api/enrollment/people", dict[str, Any])["items"]
    assert {person["branch_id"] for person in seen} == {"jianguomen"}
    assert all("****" in person["phone"] for person in seen)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "no-lecture"),
        (b"", "body-refused"),
    ],
    ids=["playlist", "empty"],
)
def test_what_is_plainly_no_video_is_refused_at_the_door(
    platform: Platform, content: bytes, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        upload(platform.door("jiaowu"), content)
    assert refused.value.slug == reason


def test_a_zip_is_no_video(platform: Platform) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lecture.mp4", b"\0" * 1000)
    with pytest.raises(Refused) as refused:
        upload(platform.door("jiaowu"), packed.getvalue())
    assert refused.value.slug == "no-lecture"


def test_a_video_cut_short_or_with_a_playlist_inside_is_refused(
    platform: Platform, tmp_path: Path
) -> None:
    staff = platform.door("jiaowu")
    whole = chain.small_lecture(tmp_path / "whole.mp4").read_bytes()
    disguised = whole[:32] + b"#EXTM3U\n#EXTINF:1,\n/etc/hostname\n" * 50
    for content in (whole[: len(whole) // 2], disguised):
        state = upload(staff, content)
        assert state["state"] == "refused"
        assert state["reason"]
        path = f"/api/media/lectures/{state['lecture_id']}"
        lecture = staff.call("GET", path, dict[str, Any])
        assert (lecture["state"], lecture["edition"]) == ("refused", 0)
        assert lecture["reason"] == state["reason"]


def upload(staff: Door, content: bytes) -> dict[str, Any]:
    """Upload in one part and wait for the verdict."""
    asked = {"title": "坏文件", "bytes": len(content)}
    begun = staff.call("POST", "/api/media/uploads", dict[str, Any], asked)
    path = f"/api/media/uploads/{begun['id']}"
    staff.call("PUT", f"{path}/parts/1", dict, raw=content)
    staff.call("POST", f"{path}/completion", dict)

    def judged() -> dict[str, Any] | None:
        said = staff.call("GET", path, dict[str, Any])
        return said if said["state"] in ("accepted", "refused") else None

    return dict(until(judged, 60) or {})


def test_stream_tokens_expired_forged_or_of_another_open_nothing(
    platform: Platform,
) -> None:
    trainee, other = (platform.door(platform.trainee(n)) for n in (0, 1))
    course = trainee.call(
        "GET", f"/api/catalog/courses/{platform.demo['course_id']}", dict[str, Any]
    )
    lecture = course["lessons"][0]["lecture_id"]
    own = session_of(trainee)
    ticket = chain.grant(trainee, lecture)
    assert status(trainee, ticket["playlist"]) == 200
    assert status(other, ticket["playlist"]) == 403
    assert status(Door(platform.url), ticket["playlist"]) == 401
    for aside in ("/api/media", "/api/media/lectures/x/../.."):
        assert status(trainee, aside + ticket["playlist"]) == 404

    secret = (platform.home / "secrets" / "stream").read_bytes()
    for grant, wrong in (
        (Grant(int(time.time()) - 1, own, "p", lecture, 1), secret),
        (Grant(int(time.time()) + 99, own, "p", lecture, 1), b"guessed"),
        (Grant(int(time.time()) + 99, own, "p", "otherlecture", 1), secret),
    ):
        path = f"/v/{token_for(wrong, grant)}/{lecture}/1/master.m3u8"
        assert status(trainee, path) == 403
    path = ticket["prefix"] + "/..%2f..%2f1%2fmaster.m3u8"
    assert status(trainee, path) in (403, 404)


def session_of(door: Door) -> str:
    """The session's id, as the gateway derives it from the token."""
    from gateway.identity.tokens import hash_token

    return hash_token(door.token)[:24]


def status(door: Door, path: str) -> int:
    headers = {"Authorization": f"Bearer {door.token}"} if door.token else {}
    return int(urllib3.request("GET", door.url + path, headers=headers).status)


def test_forged_watch_reports_earn_nothing_and_say_why(
    platform: Platform,
) -> None:
    trainee = platform.door(platform.trainee(2))
    path = f"/api/catalog/courses/{platform.demo['course_id']}"
    lecture = trainee.call("GET", path, dict[str, Any])["lessons"][0]["lecture_id"]
    ticket = chain.grant(trainee, lecture)

    def report(**claim: Any) -> dict[str, Any]:
        body = {"token": ticket["token"], "player": "one", "start": 0.0, "end": 2.0}
        return chain.call(trainee, ticket, "reports", body | claim)

    def start(player: str) -> str:
        body = {"token": ticket["token"], "player": player}
        return str(chain.call(trainee, ticket, "starts", body)["reason"])

    assert report()["reason"] == "not-started"
    assert (start("one"), start("two")) == ("", "other-player")
    forged = {
        "not-fetched": {"end": 160.0},
        "outside": {"start": 9000.0, "end": 9002.0},
        "speed-refused": {"speed": 16.0},
    }
    for reason, claim in forged.items():
        verdict = report(**claim)
        assert (verdict["earned"], verdict["reason"]) == (0, reason)
    chain.fetch_segments(trainee, ticket)
    gathered = until(lambda: _is_known(report(end=160.0)), 10)
    assert gathered["reason"] == "time-not-passed"
    assert gathered["counted_to"] < 40
    replayed = until(lambda: replay(report), 10)
    assert replayed["earned"] == 0


def _is_known(verdict: dict[str, Any]) -> dict[str, Any] | None:
    """The verdict, once media knows everywhere what the session got."""
    return None if verdict["reason"] == "not-fetched" else verdict


def replay(report: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """The verdict on a replay, once there was time enough to have played it."""
    verdict = report()
    return verdict if verdict["reason"] == "already-watched" else None


def test_events_that_are_none_are_put_aside_and_others_flow(
    platform: Platform,
) -> None:
    said = contracts.example_of("catalog.class.closed.v1")
    bad = {
        "not JSON": b"not json",
        "CloudEvent": b'{"hello": "world"}',
        "unknown event type": msgspec.json.encode(
            {**said, "type": "catalog.class.vanished.v1"}
        ),
        "bytes": b'"' + b"x" * 300_000 + b'"',
        "data": msgspec.json.encode({**said, "data": {"class_id": {"$ne": 1}}}),
    }
    bus = Bus(platform.home / "bus.db")
    topic = "catalog.class.closed.v1"
    bus.publish([Message(topic, 3, body) for body in bad.values()])

    def reasons() -> list[str] | None:
        with platform.store() as client:
            rows = client["enrollment"]["retry_queue"].find({"state": PARKED})
            why = [row["why"] for row in rows]
        return why if len(why) >= len(bad) else None

    found = until(reasons, 20) or []
    for word in bad:
        assert any(word in why for why in found), (word, found)
    until(lambda: bus.count_waiting("enrollment") == 0, 20)
    bus.close()


def cli(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "biyong", *words],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_second_start_and_a_taken_port_are_told_in_one_line(
    platform: Platform, tmp_path: Path
) -> None:
    port = platform.url.rpartition(":")[2]
    second = cli({"BIYONG_HOME": str(platform.home)}, "up")
    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert platform.url in second.stderr
    taken = cli({"BIYONG_HOME": str(tmp_path / "h"), "BIYONG_PORT": port}, "up")
    assert taken.returncode == 2
    assert taken.stderr.count("\n") == 1
    assert f"Port {port}" in taken.stderr
    wrong = cli({"BIYONG_HOME": str(tmp_path / "h"), "BIYONG_PORT": "http"}, "up")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    nowhere = cli({"BIYONG_HOME": "/dev/null/home"}, "up")
    assert (nowhere.returncode, nowhere.stderr.count("\n")) == (2, 1)
    assert "BIYONG_HOME" in nowhere.stderr
    assert platform.door("shi").token


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("姓名,手机号\n张三,13512345678\n".encode(), "会员号"),
        ("姓名,会员号\n".encode("utf-16"), "手机号"),
        (b"\x81\x20\xff\xff,\x00", "不是表格文件"),
        (b"", "文件是空的"),
    ],
    ids=["columns", "utf-16", "binary", "empty"],
)
def test_an_unreadable_roster_is_refused_whole(
    platform: Platform, tmp_path: Path, content: bytes, word: str
) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(content)
    environ = {"BIYONG_HOME": str(platform.home), "BIYONG_PASSWORD": "biyong-demo"}
    done = cli(environ, "branch", "push", str(path), "--login", "shi")
    assert done.returncode == 2
    assert word in done.stderr
    assert not (tmp_path / "roster.result.csv").exists()


def test_the_doctor_says_the_same_as_ready_json(platform: Platform) -> None:
    done = cli({"BIYONG_HOME": str(platform.home)}, "doctor", "--json")
    assert done.returncode == 0, done.stdout
    said = json.loads(done.stdout)
    assert said["url"] == platform.url
    assert all(process["healthy"] for process in said["processes"])
    assert said["parts"] == platform.said["parts"]


def test_ten_wrong_passwords_close_a_login_for_a_while(platform: Platform) -> None:
    door = Door(platform.url)
    for _ in range(10):
        with pytest.raises(Refused) as refused:
            door.sign_in("nobody-here", "wrong")
        assert refused.value.slug == "sign-in-refused"
    with pytest.raises(Refused) as refused:
        door.sign_in("nobody-here", "wrong")
    assert refused.value.slug == "too-many-tries"


def test_a_service_reached_without_the_gateway_answers_401(
    platform: Platform,
) -> None:
    for name in ("catalog", "enrollment", "media", "learning", "notify"):
        base = platform.health(name).removesuffix("/readyz")
        for path in ("/areas", "/branches", "/uploads/x", "/record", "/notices"):
            got = urllib3.request("GET", base + path)
            assert got.status in (401, 404)
        forged = urllib3.request(
            "GET", f"{base}/metrics", headers={"Authorization": "Bearer a.b.c"}
        )
        assert forged.status == 200
