"""Pages that caches may keep for visitors, and those that they may not."""

from typing import Any

import pytest
from gateway.identity.account import TRAINEE
from gateway.pages.public.account import AccountPages
from gateway.pages.public.certificates import CertificatePages
from gateway.pages.public.courses import CoursePages
from gateway.pages.public.events import EventPages
from gateway.pages.public.home import HomePages
from gateway.pages.shared_pages import DEPENDS_ON, KEPT

from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.test_pages_in_parts import answering

SHARED = [
    (HomePages, "/"),
    (CoursePages, "/courses"),
    (CoursePages, "/courses/k1"),
    (CoursePages, "/classes/c1"),
    (EventPages, "/events"),
]
COOKIE = "biyong_session"


def kept(answer: Any) -> bool:
    return "public" in answer.headers["Cache-Control"] and "ETag" in answer.headers


@pytest.mark.parametrize(("pages", "path"), SHARED)
def test_a_page_for_everybody_is_kept_for_a_while_and_known_again(
    pages: Any, path: str
) -> None:
    made = answering(pages())
    page = made.get(path)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == KEPT
    assert {*DEPENDS_ON} <= {name.strip() for name in page.headers["Vary"].split(",")}
    again = made.get(path, **{"If-None-Match": page.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == KEPT
    assert again.headers["Vary"] == page.headers["Vary"]


@pytest.mark.parametrize(("pages", "path"), SHARED)
def test_languages_and_packings_have_tags_of_their_own(pages: Any, path: str) -> None:
    made = answering(pages())
    made.get(path)
    tags = {
        made.get(path, language, **{"Accept-Encoding": packing}).headers["ETag"]
        for language in ("zh", "en")
        for packing in ("identity", "gzip")
    }
    assert len(tags) == 4
    made.client.set_cookie("biyong_language", "en")
    assert made.get(path).headers["ETag"] == made.get(path, "en").headers["ETag"]


@pytest.mark.parametrize("path", ["/", "/courses"])
def test_what_somebody_signed_in_sees_is_kept_nowhere(path: str) -> None:
    pages = HomePages() if path == "/" else CoursePages()
    made = answering(pages, TRAINEE)
    made.client.set_cookie(COOKIE, "s")
    page = made.get(path)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in page.headers
    assert "Cookie" in page.headers["Vary"]


def test_a_session_that_has_ended_is_not_taken_for_none() -> None:
    made = answering(CoursePages())
    made.client.set_cookie(COOKIE, "ended")
    assert not kept(made.get("/courses"))


def refused(path: str, made: Scene, status: int) -> None:
    page = made.get(path)
    assert page.status_code == status
    assert page.headers["Cache-Control"] == "no-store"
    assert "ETag" not in page.headers


def test_errors_are_not_kept() -> None:
    refused("/courses/unknown", answering(CoursePages()), 404)
    away = answering(CoursePages())
    away.services["catalog"].hangs = True
    refused("/courses/k1", away, 503)


@pytest.mark.parametrize("path", ["/", "/courses"])
def test_a_page_that_lacks_a_part_is_not_kept(path: str) -> None:
    made = answering(HomePages() if path == "/" else CoursePages())
    made.services["catalog"].hangs = True
    refused(path, made, 200)


def test_a_part_of_a_page_is_not_taken_for_the_page() -> None:
    made = answering(CoursePages())
    part = made.get("/courses", **{"HX-Request": "true"})
    assert not kept(part)
    assert "HX-Request" in part.headers["Vary"]


def test_forms_and_certificates_are_not_kept() -> None:
    signing_in = scene(AccountPages(None))  # type: ignore[arg-type]
    assert not kept(signing_in.get("/sign-in"))
    verifying = scene(CertificatePages("http://localhost"))
    assert not kept(verifying.get("/verify"))
    assert not kept(verifying.get("/verify/BY-2026-ABCD-EFGH-JKLM"))


def test_all_visitors_ask_the_catalogue_once_and_members_for_themselves() -> None:
    made = answering(HomePages())
    services = made.client.application.extensions["services"]
    services.shared.fresh_seconds = 60.0
    for _ in range(5):
        made.get("/")
    assert len(made.services["catalog"].asked) == 3
    member = answering(HomePages(), TRAINEE)
    member.client.application.extensions["services"].shared.fresh_seconds = 60.0
    for _ in range(2):
        member.get("/")
    assert member.services["catalog"].asked.count("/areas") == 2
