"""What a browser may keep to be read without a line, and what it is told of it."""

import json
from typing import Any

import pytest
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.offline import SHELL, build_worker
from gateway.pages.public.account import AccountPages
from gateway.pages.public.courses import CoursePages
from gateway.pages.public.home import HomePages
from gateway.pages.public.offline import OfflinePages
from gateway.pages.trainee.inbox import InboxPages
from gateway.pages.trainee.my_classes import MyClassesPages
from gateway.pages.trainee.offline import OwnOfflinePages
from gateway.static_files import find_static_file, static_path

from tests.unit.gateway.scene import scene
from tests.unit.gateway.test_pages_in_parts import answering

COOKIE = "biyong_session"
NAME = "李明"


def test_a_visitors_page_may_be_kept_as_it_is() -> None:
    for pages, path in ((HomePages, "/"), (CoursePages, "/courses/k1")):
        page = answering(pages()).get(path)  # type: ignore[operator]
        assert page.headers["Biyong-Keep"] == "visitor"
        assert page.headers["Biyong-Owner"] == "nobody"
        assert "public" in page.headers["Cache-Control"]


def test_of_who_is_signed_in_the_catalogue_is_kept_as_visitors_see_it() -> None:
    made = answering(CoursePages(), TRAINEE)
    made.client.set_cookie(COOKIE, "s")
    own = made.get("/courses/k1")
    assert own.headers["Biyong-Keep"] == "visitor"
    assert own.headers["Cache-Control"] == "private, no-store"
    assert NAME in own.get_data(as_text=True)
    seen = made.get("/courses/k1", **{"Biyong-As": "visitor"})
    assert "public" in seen.headers["Cache-Control"]
    assert NAME not in seen.get_data(as_text=True)
    assert "Biyong-As" in seen.headers["Vary"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_only_what_is_read_is_answered_as_to_a_visitor(method: str) -> None:
    made = scene(OfflinePages(), TRAINEE)
    made.client.set_cookie(COOKIE, "s")
    asked: Any = {"method": method, "headers": {"Biyong-As": "visitor"}}
    answer = made.client.open("/offline", **asked)
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_own_learning_is_offered_by_the_pages_it_stands_for_alone() -> None:
    for pages, path in ((HomePages, "/"), (MyClassesPages, "/my-classes")):
        made = answering(pages(), TRAINEE)  # type: ignore[operator]
        made.client.set_cookie(COOKIE, "s")
        assert made.get(path).headers["Biyong-Keep"] == "own"
    for role in (OFFICER, STAFF):
        made = answering(HomePages(), role)
        made.client.set_cookie(COOKIE, "s")
        assert "Biyong-Keep" not in made.get("/").headers


@pytest.mark.parametrize(
    ("pages", "path"),
    [(InboxPages, "/inbox"), (OwnOfflinePages, "/offline/own")],
)
def test_what_is_private_otherwise_may_not_be_kept(pages: Any, path: str) -> None:
    made = answering(pages(), TRAINEE)
    made.client.set_cookie(COOKIE, "s")
    page = made.get(path)
    assert "Biyong-Keep" not in page.headers
    assert page.headers["Cache-Control"] == "private, no-store"


def test_own_learning_has_no_name_and_an_end() -> None:
    made = answering(OwnOfflinePages(), TRAINEE)
    made.client.set_cookie(COOKIE, "s")
    page = made.get("/offline/own")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert NAME not in text
    assert f">{NAME[0]}<" not in text
    assert int(page.headers["Biyong-Until"]) > 0


def test_the_owner_changes_with_the_session_and_tells_nothing() -> None:
    made = answering(HomePages(), TRAINEE)
    owners = set()
    for token in ("s", "t"):
        made.client.set_cookie(COOKIE, token)
        owners.add(made.get("/").headers["Biyong-Owner"])
    assert len(owners) == 2
    assert not owners & {"s", "t", "a", "nobody"}


def test_a_form_to_sign_in_with_is_never_kept() -> None:
    made = scene(AccountPages(None))  # type: ignore[arg-type]
    assert "Biyong-Keep" not in made.get("/sign-in").headers


def test_the_manifest_makes_the_site_one_that_is_installed() -> None:
    made = scene(OfflinePages())
    for language, lang in (("zh", "zh-CN"), ("en", "en")):
        answer = made.get("/manifest.webmanifest", language)
        assert answer.mimetype == "application/manifest+json"
        manifest = json.loads(answer.data)
        assert (manifest["lang"], manifest["start_url"]) == (lang, "/")
        sizes = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
        assert {("192x192", "any"), ("512x512", "any")} <= sizes
        for icon in manifest["icons"]:
            file, is_of_version = find_static_file(icon["src"][len("/static/") :])
            assert is_of_version
            assert file is not None
            assert file.content.startswith(b"\x89PNG")
            width = int.from_bytes(file.content[16:20])
            assert f"{width}x{width}" == icon["sizes"]


def test_the_worker_names_the_files_of_this_release() -> None:
    answer = scene(OfflinePages()).get("/worker.js")
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert text == build_worker()
    for name in SHELL:
        assert static_path(name) in text
