"""Lecture bytes at the edge: who gets them, in which form, and what is recorded."""

import gzip
import hashlib
import hmac
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from media.domain.stream import Grant, token_for

from tests.edge.conftest import PLAYLIST, SECRET, SEGMENT, Scene, http
from tests.edge.standing_in import CHECKED, Answer, Heard
from tests.parts.process import wait_until

pytestmark = [pytest.mark.part("nginx"), pytest.mark.part("s3")]
BRIEFLY = "max-age=3, stale-while-revalidate=1, stale-if-error=60"


def test_a_segment_comes_as_it_lies_in_the_bucket(scene: Scene) -> None:
    stream = scene.stream()
    for _ in range(2):  # from the bucket, and from the cache
        answer = stream.get()
        assert (answer.status, answer.data) == (200, SEGMENT)
        assert answer.headers["Content-Type"] == "video/iso.segment"
        assert answer.headers["Cache-Control"] == "private, max-age=3600, immutable"
        assert answer.headers["ETag"]
        assert "Content-Encoding" not in answer.headers
        assert [
            name for name in answer.headers if name.lower().startswith("x-amz")
        ] == []


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("v360.m3u8", "application/vnd.apple.mpegurl"),
        ("v360_init.mp4", "video/mp4"),
        ("poster.jpg", "image/jpeg"),
    ],
)
def test_each_file_has_its_type(scene: Scene, file: str, kind: str) -> None:
    answer = scene.stream().get(file)
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)


def test_playlists_come_packed_to_who_takes_them_so(scene: Scene) -> None:
    stream = scene.stream()
    packed = stream.get("v360.m3u8", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(PLAYLIST) / 5
    assert gzip.decompress(packed.data) == PLAYLIST
    assert stream.get("v360.m3u8").data == PLAYLIST
    segment = stream.get(headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in segment.headers


@pytest.mark.parametrize("is_warm", [True, False])
def test_a_range_is_cut_out_of_the_whole(scene: Scene, is_warm: bool) -> None:
    stream = scene.stream()
    if is_warm:
        stream.get()
    part = stream.get(headers={"Range": "bytes=10-19"})
    assert (part.status, part.data) == (206, SEGMENT[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(SEGMENT)}"
    last = stream.get(headers={"Range": "bytes=-5"})
    assert (last.status, last.data) == (206, SEGMENT[-5:])


def test_several_ranges_are_answered_by_the_whole(scene: Scene) -> None:
    answer = scene.stream().get(headers={"Range": "bytes=0-1,5-9"})
    assert (answer.status, answer.data) == (200, SEGMENT)


def test_a_range_behind_the_end_is_refused(scene: Scene) -> None:
    assert scene.stream().get(headers={"Range": "bytes=999999999-"}).status == 416


def test_who_has_a_file_already_is_told_so(scene: Scene) -> None:
    stream = scene.stream()
    tag = stream.get().headers["ETag"]
    assert stream.get(headers={"If-None-Match": tag}).status == 304
    assert stream.get(headers={"If-None-Match": '"other"'}).status == 200


def test_a_head_has_no_body_and_a_post_is_no_way(scene: Scene) -> None:
    stream = scene.stream()
    head = stream.get(method="HEAD")
    assert (head.status, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(SEGMENT))
    assert stream.get(method="POST").status == 405


def test_a_player_of_a_named_origin_may_read_and_no_other(scene: Scene) -> None:
    stream = scene.stream()
    named = stream.get(headers={"Origin": "https://player.example"})
    assert named.headers["Access-Control-Allow-Origin"] == "https://player.example"
    assert "Content-Range" in named.headers["Access-Control-Expose-Headers"]
    asked = stream.get(method="OPTIONS", headers={"Origin": "https://player.example"})
    assert asked.status == 204
    assert "Range" in asked.headers["Access-Control-Allow-Headers"]
    other = stream.get(headers={"Origin": "https://other.example"})
    assert "Access-Control-Allow-Origin" not in other.headers


def test_media_is_asked_once_for_many_files_of_a_session(scene: Scene) -> None:
    stream = scene.stream()
    stream.get("v360.m3u8")
    with ThreadPoolExecutor(8) as viewers:
        answers = list(viewers.map(lambda _: stream.get().status, range(40)))
    assert answers == [200] * 40
    [check] = scene.gateway.checks()
    assert check.path == f"/v/{stream.token}/{stream.lecture}/1/check"
    assert check.headers["cookie"] == f"biyong_session={stream.session}"


def test_of_an_answer_only_how_long_it_holds_is_kept(scene: Scene) -> None:
    """All else would be read again for each segment."""
    said = {**CHECKED, "Content-Security-Policy": "x" * 300, "Vary": "Cookie"}
    scene.gateway.answer = lambda _: (200, said, b"")
    stream = scene.stream()
    assert stream.get().status == 200
    kept = b"".join(
        file.read_bytes()
        for file in (scene.edge.run / "answers").rglob("*")
        if file.is_file() and stream.lecture.encode() in file.read_bytes()
    )
    assert CHECKED["Cache-Control"].encode() in kept
    assert b"Content-Security-Policy" not in kept
    assert b"Vary" not in kept


def test_an_answer_for_one_session_opens_nothing_to_another(scene: Scene) -> None:
    stream = scene.stream()
    assert stream.get().status == 200
    refused = http.request("GET", scene.edge.url + stream.path())
    assert (refused.status, refused.json()["type"].rpartition("/")[2]) == (
        401,
        "sign-in-first",
    )
    bearer = {"Authorization": "Bearer x"}
    assert http.request("GET", scene.edge.url + stream.path(), headers=bearer).status
    assert len(scene.gateway.checks()) == 3  # each asked for itself


def test_what_media_refuses_is_refused_and_nothing_is_recorded(scene: Scene) -> None:
    stream = scene.stream()
    for status in (403, 401):
        scene.gateway.answer = lambda _, status=status: (status, {}, b"{}")
        answer = stream.get()
        assert answer.status == status
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert stream.lines() == []


def forged(scene: Scene) -> list[str]:
    """Paths with tokens that media did not sign, or for something else."""
    stream, other = scene.stream(), scene.stream()
    path, file = stream.path(), "1/v360_00000.m4s"
    ran_out = Grant(int(time.time()) - 5, "s", "wang", stream.lecture, 1)
    old = token_for(SECRET.encode(), ran_out)
    text = f"{int(time.time()) + 99}-s-wang"
    signed = f"{text}/{stream.lecture}/1".encode()
    foreign = hmac.new(b"other", signed, hashlib.sha256).hexdigest()
    return [
        path.replace("-wang-", "-li-"),
        path[:-1],
        f"/v/{stream.token}/{other.lecture}/{file}",
        f"/v/{stream.token}/{stream.lecture}/2/v360_00000.m4s",
        f"/v/{stream.token}/{stream.lecture}/01/v360_00000.m4s",
        f"/v/{old}/{stream.lecture}/{file}",
        f"/v/{text}-{foreign}/{stream.lecture}/{file}",
        f"/v/{text}-{'0' * 64}/{stream.lecture}/{file}",
        f"/v/{stream.token}/{stream.lecture}/1/../1/v360_00000.m4s/x",
        f"/v/{stream.token}/{stream.lecture}/1/..%2f..%2fkeys.json",
        f"/v/{stream.token}/{stream.lecture}/1/check",
        "/v//",
        "/v/x/y/1/v360_00000.m4s",
    ]


def test_what_media_did_not_sign_asks_nobody(scene: Scene) -> None:
    for path in forged(scene):
        answer = http.request("GET", scene.edge.url + path)
        assert answer.status in (403, 404), path
    assert scene.gateway.heard == []


def test_a_session_that_is_lost_is_refused_once_its_answer_is_old(scene: Scene) -> None:
    stream, is_lost = scene.stream(), False

    def answer(asked: Heard) -> Answer:
        if is_lost:
            return 403, {"Cache-Control": "no-store"}, b"{}"
        return 200, {"Cache-Control": BRIEFLY}, b""

    scene.gateway.answer = answer
    assert stream.get().status == 200
    is_lost = True
    assert stream.get().status == 200  # by the answer of just before
    time.sleep(5.5)
    assert stream.get().status == 403


def test_a_player_that_goes_on_waits_for_no_check(scene: Scene) -> None:
    stream = scene.stream()

    def answer_slowly(asked: Heard) -> Answer:
        if len(scene.gateway.checks()) > 1:
            time.sleep(0.7)
        return 200, {"Cache-Control": "max-age=1, stale-while-revalidate=30"}, b""

    scene.gateway.answer = answer_slowly
    assert stream.get().status == 200
    time.sleep(2.2)
    took = []
    for _ in range(5):
        began = time.monotonic()
        assert stream.get().status == 200
        took.append(time.monotonic() - began)
    assert sorted(took)[2] < 0.5, took
    assert len(scene.gateway.checks()) == 2


@pytest.mark.parametrize("answer", [None, (503, {}, b"{}"), (500, {}, b"")])
def test_who_plays_goes_on_while_nobody_can_be_asked(
    scene: Scene, answer: Answer | None
) -> None:
    stream, newcomer = scene.stream(), scene.stream()
    scene.gateway.answer = lambda _: (200, {"Cache-Control": BRIEFLY}, b"")
    assert stream.get().status == 200
    scene.gateway.answer = lambda _: answer
    time.sleep(5.5)
    assert stream.get().status == 200
    refused = newcomer.get()
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
    assert refused.json()["type"].endswith("/service-away")


def test_a_file_that_is_not_there_is_not_found(scene: Scene) -> None:
    stream = scene.stream()
    answer = stream.get("v360_00099.m4s")
    assert answer.status == 404
    assert answer.json()["type"].endswith("/unknown-lecture")


def test_without_the_bucket_cached_bytes_play_on(scene: Scene) -> None:
    stream = scene.stream()
    assert stream.get().status == 200
    scene.s3.kill()
    try:
        assert stream.get().data == SEGMENT
        answer = stream.get("v360.m3u8")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    finally:
        scene.s3.start()
    assert stream.get("v360.m3u8").status == 200


def test_what_was_handed_over_whole_is_recorded_once_each(scene: Scene) -> None:
    stream = scene.stream()
    stream.get()
    stream.get(headers={"Range": "bytes=0-"})
    stream.get(headers={"Range": "bytes=5-"})
    stream.get(method="HEAD")
    stream.get(headers={"If-None-Match": stream.get().headers["ETag"]})
    stream.get("v360.m3u8")
    stream.get("v360_00099.m4s")
    line = {
        "person": "wang", "session": stream.session, "lecture_id": stream.lecture,
        "edition": 1, "segment": "00000",
    }  # fmt: skip
    size = len(SEGMENT)
    ranges = ["", f"bytes 0-{size - 1}/{size}", f"bytes 5-{size - 1}/{size}", ""]
    assert wait_until(lambda: len(stream.lines()) == len(ranges), 5)
    assert stream.lines() == [{**line, "range": range_} for range_ in ranges]


def test_a_download_that_is_broken_off_is_not_recorded(scene: Scene) -> None:
    stream = scene.stream(segment=SEGMENT * 20)
    stream.get("v360.m3u8")
    stream.take_some(200_000)
    assert stream.get().status == 200
    assert wait_until(lambda: len(stream.lines()) == 1, 5)
    assert not wait_until(lambda: len(stream.lines()) > 1, 1)


def test_whose_client_breaks_off_within_a_segment_has_not_got_it(
    direct: Scene,
) -> None:
    stream = direct.stream()
    stream.get("v360.m3u8")
    stream.take_some(100_000)
    assert stream.get().status == 200
    assert wait_until(lambda: len(stream.lines()) == 1, 5)
    assert not wait_until(lambda: len(stream.lines()) > 1, 1)


def test_an_edge_that_is_killed_has_recorded_all_it_served(scene: Scene) -> None:
    stream = scene.stream()
    for _ in range(20):
        assert stream.get().status == 200
    scene.edge.kill()
    try:
        assert len(stream.lines()) == 20
    finally:
        scene.edge.start()
    assert stream.get().status == 200  # and it knows its cache and its ports again
