"""How pages look: as somebody chose, from the first byte, with scripts or without."""

import pytest
from gateway.identity.account import STAFF, TRAINEE
from gateway.pages.look import Look
from gateway.pages.public.courses import CoursePages
from gateway.pages.public.look import LookPages

from tests.unit.gateway.scene import scene
from tests.unit.gateway.test_pages_in_parts import answering


def test_a_look_comes_back_from_its_cookie() -> None:
    look = Look("dark", "largest", "on")
    assert Look.load(look.dump()) == look


@pytest.mark.parametrize(
    "cookie", ["", ".", "...", "red.huge.maybe", "x" * 5000, "; ,"]
)
def test_what_is_no_look_is_the_usual_one(cookie: str) -> None:
    assert Look.load(cookie) == Look()


def test_what_is_known_of_a_cookie_counts() -> None:
    assert Look.load("dark.huge") == Look(theme="dark")


@pytest.mark.parametrize("roles", [(), (TRAINEE,), (STAFF,)])
def test_a_choice_is_kept_beside_those_before_and_leads_back(
    roles: tuple[str, ...],
) -> None:
    made = scene(LookPages(), *roles)
    for name, value in (("theme", "dark"), ("size", "large"), ("elder", "on")):
        back = made.client.post("/look", data={name: value, "next": "/courses?q=a"})
        assert (back.status_code, back.location) == (303, "/courses?q=a")
    kept = made.client.get_cookie("biyong_look")
    assert kept is not None
    assert kept.value == "dark.large.on"


def test_a_wrong_choice_changes_nothing_and_leads_nowhere_else() -> None:
    made = scene(LookPages())
    made.client.set_cookie("biyong_look", "dark.usual.off")
    sent = {"theme": '"><script>', "next": "//elsewhere.example"}
    back = made.client.post("/look", data=sent)
    kept = made.client.get_cookie("biyong_look")
    assert (back.location, kept and kept.value) == ("/", "dark.usual.off")


def test_the_page_comes_as_was_chosen() -> None:
    made = answering(CoursePages())
    usual = made.get("/courses").get_data(as_text=True)
    made.client.set_cookie("biyong_look", "dark.largest.on")
    page = made.get("/courses").get_data(as_text=True)
    head = page[: page.index("<head>")]
    assert 'data-theme="dark" data-size="largest" data-elder="on"' in head
    assert '<meta name="color-scheme" content="dark">' in page
    assert "data-" not in usual[: usual.index("<head>")]
    switches = scene(LookPages())
    switches.client.set_cookie("biyong_look", "dark.largest.on")
    shown = switches.get("/look?next=/courses").get_data(as_text=True)
    assert shown.count('aria-pressed="true"') == 3
    assert 'href="/courses">返回</a>' in shown
