"""Captions in a browser: chosen, shown in time, remembered, and nothing that counts."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
from biyong.door import Door, Refused
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e import watching
from tests.e2e.watching import Course, Watching
from tests.platform.running import Platform, until

pytestmark = pytest.mark.part("chromium")
SECONDS = 30
CHINESE = "1\n00:00:02,000 --> 00:00:25,000\n<i>平等</i>协商 & 合同\n"
ENGLISH = "WEBVTT\n\n00:02.000 --> 00:25.000\nCollective bargaining\n"
FAULTLESS = b"00:01.000 --> 00:02.000\nx\n"
A_LOOK = 0.4  # what a start and an end may lose
FILE, SEGMENT = re.compile(r"/v/.*\.vtt"), re.compile(r"/v/.*\.m4s$")
SHOWN = """video => [...video.textTracks].filter(track => track.mode === 'showing')
    .flatMap(track => [...track.activeCues ?? []].map(cue => cue.text))"""


def put_captions(
    staff: Door, lecture: str, language: str, content: bytes, match: str = "*"
) -> dict[str, Any]:
    path = f"/api/media/lectures/{lecture}/captions/{language}"
    body = {"content": base64.b64encode(content).decode()}
    return staff.call("PUT", path, dict[str, Any], body, match=match)


@pytest.fixture(scope="module")
def course(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Course:
    made = watching.publish(platform, tmp_path_factory.mktemp("captioned"), SECONDS)
    staff = platform.door("jiaowu")
    put_captions(staff, made.lectures[0], "zh-CN", CHINESE.encode("gb18030"))
    put_captions(staff, made.lectures[0], "en", ENGLISH.encode())
    return made


@pytest.fixture
def viewer(browser: Browser, course: Course) -> Iterator[Watching]:
    watched = watching.begin(browser, course, course.trainee())
    yield watched
    watched.context.close()


def shown(page: Page) -> list[str]:
    """The cues that stand on the picture now."""
    return list(page.locator("video").evaluate(SHOWN))


def expect_shown(page: Page, *cues: str) -> None:
    until(lambda: shown(page) == list(cues), 10)


def test_captions_are_off_until_a_language_is_chosen_and_shown_in_their_time(
    viewer: Watching,
) -> None:
    asked: list[str] = []
    viewer.page.on("request", lambda request: asked.append(request.url))
    page = viewer.open()
    expect(page.locator("#captions option")).to_have_text(["关", "English", "中文"])
    viewer.play()
    viewer.play_to(2.5)
    assert shown(page) == []
    assert not [url for url in asked if FILE.search(url)]
    page.locator("#captions").select_option(label="中文")
    expect_shown(page, "<i>平等</i>协商 &amp; 合同")
    page.locator("#captions").select_option(label="English")
    expect_shown(page, "Collective bargaining")
    viewer.set("currentTime", 26)
    expect_shown(page)


def test_the_choice_is_remembered_also_off(viewer: Watching) -> None:
    page = viewer.open()
    page.locator("#captions").select_option(label="English")
    page.reload()
    expect(page.locator("#captions")).to_have_value("en")
    viewer.play()
    viewer.play_to(2.5)
    expect_shown(page, "Collective bargaining")
    viewer.open("l2")
    expect(page.locator("#captions")).to_have_count(0)
    viewer.open()
    expect(page.locator("#captions")).to_have_value("en")
    page.locator("#captions").select_option(label="关")
    page.reload()
    expect(page.locator("#captions")).to_have_value("")
    viewer.set("currentTime", 5)
    viewer.play()
    viewer.play_for(1)
    assert shown(page) == []


def test_a_key_switches_them_in_the_language_of_the_page_or_the_last(
    viewer: Watching,
) -> None:
    page = viewer.open()
    for wanted in ("zh-CN", ""):
        page.locator("body").press("c")
        expect(page.locator("#captions")).to_have_value(wanted)
    page.locator("#captions").select_option("en")
    for wanted in ("", "en"):
        page.locator("body").press("c")
        expect(page.locator("#captions")).to_have_value(wanted)


def test_what_is_chosen_in_the_browsers_own_menu_is_followed_and_remembered(
    viewer: Watching,
) -> None:
    page = viewer.open()
    page.locator("video").evaluate("v => { v.textTracks[0].mode = 'showing'; }")
    expect(page.locator("#captions")).to_have_value("en")
    page.reload()
    expect(page.locator("#captions")).to_have_value("en")


def test_what_is_watched_with_captions_counts_as_without(viewer: Watching) -> None:
    page = viewer.open()
    page.locator("#captions").select_option("zh-CN")
    viewer.play()
    viewer.play_to(4)
    viewer.settle()
    played = viewer.video("currentTime")
    assert played - A_LOOK <= viewer.counted() <= played + A_LOOK
    assert viewer.refusals() == []


def test_captions_stay_when_the_stream_is_begun_anew(viewer: Watching) -> None:
    spoilt: list[str] = []

    def spoil(route: Route) -> None:
        if len(spoilt) < 2:
            spoilt.append(route.request.url)
            route.fulfill(content_type="video/iso.segment", body=bytes(4000))
        else:
            route.continue_()

    page = viewer.open()
    page.locator("#captions").select_option("zh-CN")
    until(
        lambda: page.locator("video").evaluate("v => v.textTracks[1].cues?.length"), 10
    )
    page.route(SEGMENT, spoil)
    page.locator("#begin").click()
    viewer.play_to(3)
    assert spoilt
    expect_shown(page, "<i>平等</i>协商 &amp; 合同")


def test_a_file_that_does_not_come_at_first_is_asked_for_again(
    viewer: Watching,
) -> None:
    page = viewer.open()
    page.route(FILE, lambda route: route.abort())
    page.locator("#captions").select_option("zh-CN")
    expect(page.locator("#trouble")).to_contain_text("字幕暂时取不到")
    page.unroute(FILE)
    expect(page.locator("#trouble")).to_be_hidden(timeout=30_000)
    viewer.play()
    viewer.play_to(2.5)
    expect_shown(page, "<i>平等</i>协商 &amp; 合同")


def test_staff_see_faults_by_line_and_replace_only_what_they_saw(
    course: Course,
) -> None:
    staff, lecture = course.platform.door("jiaowu"), course.lectures[1]
    with pytest.raises(Refused) as refused:
        put_captions(staff, lecture, "zh-CN", b"00:01.000 --> 00:00.500\nx\n")
    assert refused.value.slug == "captions-refused"
    made = put_captions(staff, lecture, "zh-CN", CHINESE.replace("25", "05").encode())
    assert (made["version"], made["label"], made["cues"]) == (1, "中文", 1)
    with pytest.raises(Refused) as refused:
        put_captions(staff, lecture, "zh-CN", FAULTLESS, match='"0"')
    assert refused.value.slug == "edit-conflict"
    path = f"/api/media/lectures/{lecture}/captions"
    listed = staff.call("GET", path, dict[str, Any])
    assert [one["language"] for one in listed["items"]] == ["zh-CN"]
    staff.call("DELETE", f"{path}/zh-CN", dict, match="*")
    assert staff.call("GET", path, dict[str, Any])["items"] == []
