"""What staff are answered: lists by pages, captions by versions."""

import base64
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from chassis.http.app import create_app
from chassis.http.auth import Caller
from chassis.http.cursors import dump_cursor
from chassis.http.problem import install_refusals
from flask import g
from flask.testing import FlaskClient
from media.api.captions import CaptionRoutes
from media.api.making import MakingRoutes
from media.api.uploads import UploadRoutes
from media.domain.errors import Refusal
from media.domain.lecture import Edition
from media.domain.upload import OPEN, Upload
from media.usecases.put_captions import PutCaptions
from media.usecases.receive_upload import ReceiveUpload, UploadLimits
from media.wiring import STATUSES

from tests.unit.media.fakes import (
    Clock,
    FakeEditions,
    FakeTracks,
    FakeUploads,
    an_edition,
)

CAPTIONS = "/lectures/v1/captions/zh-CN"
FILE = {"content": base64.b64encode(b"00:01.000 --> 00:02.000\nx\n").decode()}


class Desk:
    """The doors of staff, and what is behind them."""

    def __init__(self) -> None:
        self.uploads, self.editions = FakeUploads(room=5), FakeEditions()
        self.tracks, self.clock = FakeTracks(), Clock()
        self.editions.put(an_edition())

    def client(self) -> FlaskClient:
        """Staff before the doors."""
        app = create_app("media", None)
        install_refusals(app, Refusal, STATUSES)

        @app.before_request
        def speak_for_staff() -> None:
            g.caller = Caller("gateway", account="anna", roles=frozenset({"staff"}))

        uploads, editions = cast(Any, self.uploads), cast(Any, self.editions)
        tracks = cast(Any, self.tracks)
        take = ReceiveUpload(uploads, UploadLimits(9, 9, 9), self.clock)
        put = PutCaptions(tracks, editions, uploads, self.clock)
        for routes in (
            UploadRoutes(take),
            MakingRoutes(editions, uploads, cast(Any, None), tracks),
            CaptionRoutes(tracks, editions, uploads, put),
        ):
            app.register_blueprint(routes.blueprint())
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = "Bearer shown"
        return client

    def begin(self, id_: str, begun: float, account: str = "anna") -> None:
        """An upload that was begun at this moment."""
        upload = Upload(id_, "v1", "讲", 4, begun=begun, state=OPEN, account=account)
        self.uploads.rows[id_] = upload


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def client(desk: Desk) -> FlaskClient:
    return desk.client()


def pages(
    client: FlaskClient, path: str, between: Callable[[], object] = lambda: None
) -> Iterator[list[dict[str, Any]]]:
    """The pages of a list; something happens between each two."""
    page = client.get(path).json
    yield page["items"]
    while page["next"]:
        between()
        page = client.get(f"{path}&after={page['next']}").json
        yield page["items"]


def slug(problem: dict[str, Any]) -> str:
    return str(problem["type"]).rpartition("/")[2]


def test_uploads_come_by_pages_the_newest_first_whatever_is_begun_meanwhile(
    desk: Desk, client: FlaskClient
) -> None:
    for number, begun in enumerate((1.1, 2.0, 2.0, 2.0, 0.1 + 0.2)):
        desk.begin(f"u{number}", begun)
    desk.begin("other", 9.0, "another")
    names = (f"new{number}" for number in range(9))
    found = pages(
        client, "/uploads?limit=2", lambda: desk.begin(next(names), desk.clock.now)
    )
    listed = [[one["id"] for one in page] for page in found]
    assert listed == [["u3", "u2"], ["u1", "u0"], ["u4"]]


def test_uploads_come_with_the_room_that_is_left(
    desk: Desk, client: FlaskClient
) -> None:
    desk.begin("u1", 1.0)
    (upload,) = client.get("/uploads?of=all").json.pop("items")
    assert (upload["account"], upload["state"], upload["detail"]) == ("anna", OPEN, "")
    assert client.get("/uploads").json["room"] == 5


def test_lectures_come_by_pages_and_none_twice(desk: Desk, client: FlaskClient) -> None:
    for number in range(2, 6):
        desk.editions.put(Edition(f"v{number}", 1, "讲", "sources", 9.0, 4))
    found = pages(client, "/lectures?limit=2")
    ids = [[one["lecture_id"] for one in page] for page in found]
    assert ids == [["v1", "v2"], ["v3", "v4"], ["v5"]]
    assert [*pages(client, "/lectures?limit=200&state=failed")] == [[]]


@pytest.mark.parametrize("path", ["/uploads", "/lectures"])
@pytest.mark.parametrize(
    "cursor",
    ["x1", dump_cursor(()), dump_cursor(("nan", "u1")), dump_cursor(("a", "b", "c"))],
)
def test_a_cursor_that_was_never_given_out_is_refused(
    client: FlaskClient, path: str, cursor: str
) -> None:
    got = client.get(f"{path}?after={cursor}")
    assert (got.status_code, slug(got.json)) == (422, "bad-cursor")


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "state=gone", "of=none"])
def test_a_page_that_no_list_has_is_refused(client: FlaskClient, query: str) -> None:
    path = "/uploads" if query.startswith("of") else "/lectures"
    assert client.get(f"{path}?{query}").status_code == 422


def test_captions_have_a_version_that_an_edit_may_name(client: FlaskClient) -> None:
    first = client.put(CAPTIONS, json=FILE, headers={"If-Match": '"0"'})
    assert (first.status_code, first.headers["ETag"]) == (200, '"1"')
    second = client.put(CAPTIONS, json=FILE, headers={"If-Match": 'W/"1"'})
    assert (second.json["version"], second.json["account"]) == (2, "anna")
    assert client.put(CAPTIONS, json=FILE).json["version"] == 3
    shown = client.get(CAPTIONS)
    assert (shown.headers["ETag"], shown.json["text"][:6]) == ('"3"', "WEBVTT")
    again = client.get(CAPTIONS, headers={"If-None-Match": '"3"'})
    assert again.status_code == 304


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("tag", ['"7"', '"x"', "1", '"0"'])
def test_an_edit_of_other_captions_than_there_are_changes_nothing(
    client: FlaskClient, method: str, tag: str
) -> None:
    client.put(CAPTIONS, json=FILE)
    body = FILE if method == "PUT" else None
    headers = {"If-Match": tag}
    got = client.open(CAPTIONS, method=method, json=body, headers=headers)
    assert (got.status_code, slug(got.json)) == (412, "edit-conflict")
    assert client.get(CAPTIONS).json["version"] == 1


def test_deleted_captions_are_listed_no_more(client: FlaskClient) -> None:
    client.put(CAPTIONS, json=FILE)
    listed = client.get("/lectures/v1/captions").json
    assert ([one["language"] for one in listed["items"]], listed["next"]) == (
        ["zh-CN"],
        "",
    )
    assert client.delete(CAPTIONS).status_code == 200
    assert client.get("/lectures/v1/captions").json["items"] == []
