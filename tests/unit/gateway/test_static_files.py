"""Static files: kept for ever under one address, never mixed, packed for the way."""

import gzip
import re

import pytest
from flask.testing import FlaskClient
from gateway.api.static_files import StaticRoutes
from gateway.pages.public.account import AccountPages
from gateway.static_files import load_static_files, module_paths, static_path

from tests.unit.gateway.nobody import shown_to_nobody

PACKED = {"Accept-Encoding": "gzip"}
FIRST_VISIT, REPEATED = 60_000, 12_000
"""Bytes on the way for a page without player: the first time, and then again."""


@pytest.fixture
def client() -> FlaskClient:
    return shown_to_nobody(StaticRoutes(), AccountPages(None))  # type: ignore[arg-type]


def test_an_address_with_the_version_is_good_for_ever(client: FlaskClient) -> None:
    for name, file in load_static_files().items():
        answer = client.get(file.path)
        assert answer.data == file.content, name
        assert "immutable" in answer.headers["Cache-Control"]
        assert "charset" in answer.content_type or not name.endswith((".js", ".css"))


@pytest.mark.parametrize("path", ["biyong.css", "0123456789ab/biyong.css"])
def test_other_addresses_are_asked_for_again(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/static/{path}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, no-cache"
    again = client.get(
        f"/static/{path}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_condition_of_who_writes_changes_nothing(client: FlaskClient) -> None:
    answer = client.get("/static/biyong.css", headers={"If-Match": '"another"'})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["gone.css", "../settings.py", "a/../biyong.css"])
def test_nothing_else_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_packed_bytes_are_the_same_file(client: FlaskClient) -> None:
    path = static_path("vendor/hls.min.js")
    plain, packed = client.get(path), client.get(path, headers=PACKED)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    refused = client.get(path, headers={"Accept-Encoding": "gzip;q=0"})
    assert refused.data == plain.data


def test_modules_of_the_player_share_one_version() -> None:
    paths = module_paths("player", "page.js")
    assert paths[0].endswith("/player/page.js")
    assert len({path.split("/")[2] for path in paths}) == 1
    assert len(paths) > 5


def test_a_page_costs_little_and_again_almost_nothing(client: FlaskClient) -> None:
    page = client.get("/sign-in", headers=PACKED)
    assert page.headers["Content-Encoding"] == "gzip"
    text = gzip.decompress(page.data).decode()
    paths = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))
    files = {path: client.get(path, headers=PACKED) for path in paths}
    assert all("immutable" in file.headers["Cache-Control"] for file in files.values())
    first = len(page.data) + sum(len(file.data) for file in files.values())
    assert first < FIRST_VISIT
    assert len(page.data) < REPEATED
