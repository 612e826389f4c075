"""The player in a browser: what was watched counts, whatever happens to the line, the
session, the page or the service; and the page says how it stands."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Response, Route, expect

from tests import depth
from tests.e2e import watching
from tests.e2e.watching import Course, Watching
from tests.platform.running import Platform, until

pytestmark = pytest.mark.part("chromium")
SECONDS = depth.rounds(75, 660)
CUTS, CUT_SECONDS = depth.rounds(6, 20), depth.rounds(5, 15)
"""A minute with the line cut for half of each ten seconds; in depth ten minutes with
half of each thirty."""
CREDITED = 0.99
"""So much of what was played is counted at least."""
A_LOOK = 0.4
"""Seconds that a start and an end may lose: the player looks ten times a second."""
SEGMENT, REPORT = re.compile(r"/v/.*\.m4s$"), re.compile(r"/reports$")
GRANTS = re.compile(r"/grants$")


@pytest.fixture(scope="module")
def course(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Course:
    return watching.publish(platform, tmp_path_factory.mktemp("course"), SECONDS)


@pytest.fixture
def viewer(browser: Browser, course: Course) -> Iterator[Watching]:
    """A trainee who has seen nothing, in a browser of their own."""
    watched = watching.begin(browser, course, course.trainee())
    yield watched
    watched.context.close()


def abort(route: Route) -> None:
    route.abort()


def test_nothing_of_a_lecture_is_loaded_before_somebody_plays(
    viewer: Watching,
) -> None:
    asked: list[str] = []
    viewer.page.on("request", lambda request: asked.append(request.url))
    viewer.open()
    expect(viewer.page.locator("video")).to_have_attribute("preload", "none")
    viewer.page.wait_for_load_state("networkidle")
    streamed = {url.rpartition("/")[2] for url in asked if "/v/" in url}
    assert streamed == {"poster.jpg"}
    viewer.play()
    assert any(SEGMENT.search(url) for url in asked)


def test_what_is_watched_while_the_line_is_cut_again_and_again_counts(
    viewer: Watching,
) -> None:
    viewer.open()
    viewer.play()
    began = viewer.video("currentTime")
    for _ in range(CUTS):
        viewer.play_for(CUT_SECONDS)
        with viewer.cut_off():
            viewer.play_for(CUT_SECONDS)
    expect(viewer.page.locator("#trouble")).to_be_hidden(timeout=25_000)
    viewer.settle()
    played = viewer.video("currentTime") - began
    assert played >= 2 * CUTS * CUT_SECONDS
    assert viewer.counted() >= CREDITED * played
    assert viewer.refusals() == []


def test_a_page_that_is_loaded_anew_loses_nothing_and_goes_on(
    viewer: Watching,
) -> None:
    viewer.open()
    viewer.play()
    viewer.play_to(4)
    viewer.page.route(REPORT, abort)
    viewer.play_for(3)
    left_at = viewer.video("currentTime")
    viewer.page.reload()
    viewer.page.unroute(REPORT)
    expect(viewer.page.locator("#begin")).to_contain_text("接着放")
    assert abs(viewer.video("currentTime") - left_at) < 1
    viewer.settle()
    assert viewer.counted() >= left_at - A_LOOK


def test_a_page_that_crashes_loses_a_second(viewer: Watching) -> None:
    viewer.open()
    viewer.play()
    viewer.play_to(6)
    left_at = viewer.video("currentTime")
    assert viewer.told == []
    with pytest.raises(Error):
        viewer.page.goto("chrome://crash")
    viewer.page = viewer.context.new_page()
    viewer.open()
    viewer.settle()
    assert viewer.counted() >= left_at - 1.5


def test_what_was_watched_after_the_session_ended_counts_once_signed_in_again(
    viewer: Watching,
) -> None:
    page = viewer.open()
    viewer.play()
    viewer.play_to(3)
    own = viewer.door
    login = own.call("GET", "/api/session", dict[str, Any])["login"]
    own.call("DELETE", "/api/session", dict[str, Any])
    viewer.play_to(12)
    expect(page.locator("#trouble")).to_contain_text("登录已过期", timeout=15_000)
    left_at = viewer.video("currentTime")

    viewer.door = viewer.course.trainee()
    viewer.enter(viewer.door)
    viewer.told.clear()
    viewer.open()
    viewer.play()
    viewer.play_for(1)
    with page.expect_request(REPORT):
        page.locator("video").evaluate("v => v.pause()")
    other_at = viewer.video("currentTime")
    assert other_at < left_at, "else it says nothing"
    assert all(report["end"] <= other_at for report in viewer.told), "only their own"
    assert viewer.waiting() > 0

    viewer.door = own
    viewer.context.clear_cookies()
    page.goto(viewer.course.address())
    page.get_by_label("手机号、邮箱或登录名").fill(login)
    page.get_by_label("密码").fill(watching.chain.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#begin")).to_contain_text("接着放")
    viewer.door.sign_in(login, watching.chain.PASSWORD)
    until(lambda: viewer.counted() >= left_at - A_LOOK, 20)
    assert viewer.refusals() == []


def test_each_rate_is_told_as_it_was_played_and_all_of_it_counts(
    viewer: Watching,
) -> None:
    page = viewer.open()
    page.locator("#speed").select_option("2")
    viewer.play()
    viewer.play_to(8)
    viewer.set("playbackRate", 1.0)
    viewer.play_to(11)
    page.keyboard.press(".")
    viewer.play_to(14)
    viewer.set("playbackRate", 4.0)
    expect(page.locator("#trouble")).to_contain_text("已调回最快的速度")
    assert viewer.video("playbackRate") == 2
    viewer.settle()
    assert {report["speed"] for report in viewer.told} <= {2.0, 1.0, 1.25}
    assert viewer.counted() >= viewer.video("currentTime") - 2 * A_LOOK
    assert viewer.refusals() == []


def test_a_media_service_that_is_killed_costs_no_second(
    viewer: Watching, platform: Platform
) -> None:
    viewer.open()
    viewer.play()
    viewer.play_to(3)
    platform.kill("media")
    viewer.play_for(4)
    viewer.settle()
    assert viewer.counted() >= viewer.video("currentTime") - A_LOOK


def test_one_of_two_tabs_plays_and_what_both_played_in_turn_counts(
    viewer: Watching,
) -> None:
    first = viewer.open()
    viewer.play()
    viewer.play_to(3)
    second = viewer.context.new_page()
    second.goto(viewer.course.address())
    second.locator("#begin").click()
    expect(second.locator("#other")).to_be_visible()
    assert second.locator("video").evaluate("v => v.paused")
    second.locator("video").evaluate("v => { v.currentTime = 20; }")
    second.locator("#take-over").click()
    expect(second.locator("#other")).to_be_hidden()
    expect(first.locator("#other")).to_be_visible(timeout=15_000)
    assert viewer.video("paused")
    viewer.page = second
    viewer.play_to(24)
    viewer.settle()
    assert viewer.counted() >= 3 + 4 - 2 * A_LOOK


def refuse_until_renewed(viewer: Watching) -> list[str]:
    """Segments are refused until there is a new grant; those that were.

    By the answer, not by the token: two grants of one second have the same one.
    """
    refused: list[str] = []
    renewed: list[str] = []

    def notice(answer: Response) -> None:
        if GRANTS.search(answer.url):
            renewed.append(answer.url)

    def refuse(route: Route) -> None:
        if renewed:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=403, json={"type": "x/stream-refused"})

    viewer.page.on("response", notice)
    viewer.page.route(SEGMENT, refuse)
    return refused


def test_an_address_that_is_refused_is_renewed_and_it_plays_on(
    viewer: Watching,
) -> None:
    refused = refuse_until_renewed(viewer)
    page = viewer.open()
    page.locator("#begin").click()
    viewer.play_to(3)
    assert refused
    expect(page.locator("#trouble")).to_be_hidden()
    viewer.settle()
    assert viewer.counted() >= 3 - 2 * A_LOOK


def test_picture_and_sound_that_are_refused_at_once_are_renewed_as_one(
    viewer: Watching,
) -> None:
    grants: list[Route] = []
    refuse_until_renewed(viewer)
    viewer.page.route(GRANTS, lambda route: grants.append(route))
    page = viewer.open()
    heard: set[str] = set()
    page.on("requestfinished", lambda one: heard.add(one.url.rpartition("/")[2]))
    page.locator("#begin").click()
    both = {"360p_00000.m4s", "audio_00000.m4s"}
    until(lambda: page.evaluate("true") and both <= heard and grants, 20)
    grants[0].continue_()
    viewer.play_to(3)
    assert len(grants) == 1
    expect(page.locator("#trouble")).to_be_hidden()


@pytest.mark.parametrize("what", ["master.m3u8", ".m3u8", ".m4s"])
def test_what_does_not_come_at_first_is_waited_for_and_said(
    viewer: Watching, what: str
) -> None:
    files = re.compile(rf"/v/.*{re.escape(what)}$")
    page = viewer.open()
    page.route(files, abort)
    page.locator("#begin").click()
    expect(page.locator("#trouble")).to_contain_text("正在自动重连")
    page.unroute(files)
    viewer.play_to(1)
    expect(page.locator("#trouble")).to_be_hidden()


def test_spoilt_bytes_are_got_over_and_leave_no_gap(viewer: Watching) -> None:
    spoilt: list[str] = []

    def spoil(route: Route) -> None:
        if len(spoilt) < 2:
            spoilt.append(route.request.url)
            route.fulfill(content_type="video/iso.segment", body=bytes(4000))
        else:
            route.continue_()

    viewer.page.route(SEGMENT, spoil)
    page = viewer.open()
    page.locator("#begin").click()
    viewer.play_to(5)
    expect(page.locator("#trouble")).to_be_hidden()
    viewer.settle()
    assert spoilt
    assert viewer.counted() >= 5 - 3 * A_LOOK


def test_a_lecture_that_was_watched_is_marked_at_once_and_leads_on(
    viewer: Watching,
) -> None:
    page = viewer.open("l2")
    page.locator("#speed").select_option("2")
    viewer.play()
    mark = page.locator("[data-lesson=l2] .tag")
    expect(mark).to_have_text("完成", timeout=15_000)
    expect(page.locator("#ended a")).to_have_text("回到课程")
    expect(page.locator("#progress")).to_contain_text("已学完")
    viewer.open("l1")
    viewer.set("currentTime", SECONDS - 1)
    viewer.play()
    expect(page.locator("#ended a")).to_have_text("看下一讲", timeout=10_000)
    page.locator("#ended a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("第 2 讲")


def test_a_gap_is_a_button_that_plays_it(viewer: Watching) -> None:
    page = viewer.open()
    viewer.play()
    viewer.play_for(1)
    viewer.set("currentTime", 30)
    viewer.play_for(2)
    page.locator("video").evaluate("v => v.pause()")
    gap = page.locator("#gap-list button").first
    expect(gap).to_contain_text("00:30")
    gap.click()
    until(lambda: viewer.video("currentTime") < 10, 10)
    until(lambda: not viewer.video("paused"), 5)
    viewer.settle()
    assert viewer.counted() < 10


def test_keys_play_pause_seek_and_change_the_rate(viewer: Watching) -> None:
    page = viewer.open()
    page.locator("body").press(" ")
    until(lambda: not viewer.video("paused"), 10)
    viewer.play_to(0.5)
    page.locator("body").press("k")
    until(lambda: viewer.video("paused"), 5)
    at = viewer.video("currentTime")
    for key, step in (("l", 10), ("ArrowRight", 5), ("ArrowLeft", -5), ("j", -10)):
        page.locator("body").press(key)
        at += step
        assert abs(viewer.video("currentTime") - at) < 0.3, key
    page.locator("body").press(".")
    assert viewer.video("playbackRate") == 1.25
    page.locator("body").press(",")
    assert viewer.video("playbackRate") == 1
    page.locator("body").press("?")
    expect(page.locator("#keys dl")).to_be_visible()


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize(("width", "height"), [(360, 740), (740, 360), (1200, 900)])
def test_the_picture_fits_the_window_and_nothing_scrolls_sideways(
    browser: Browser, course: Course, language: str, width: int, height: int
) -> None:
    staff = course.platform.door("jiaowu")
    viewport = {"width": width, "height": height}
    seen = watching.begin(browser, course, staff, locale=language, viewport=viewport)
    page = seen.open()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture = page.locator("video").bounding_box()
    assert picture is not None
    assert picture["y"] + picture["height"] <= height
    assert picture["width"] <= width
    position = page.locator("nav").first.evaluate("n => getComputedStyle(n).position")
    assert (position == "fixed") is (width < 500)
    seen.context.close()


def test_staff_watch_and_report_nothing(browser: Browser, course: Course) -> None:
    seen = watching.begin(browser, course, course.platform.door("jiaowu"))
    asked: list[str] = []
    seen.page.on("request", lambda request: asked.append(request.url))
    seen.open()
    seen.play()
    seen.play_for(2)
    assert not [url for url in asked if url.endswith(("/starts", "/reports"))]
    assert seen.waiting() == 0
    seen.context.close()
