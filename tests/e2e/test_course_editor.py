"""A course from nothing to published by pages: with a mouse, by keyboard, by two."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.teaching import (
    PART,
    PART_SIZE,
    SECONDS,
    Teacher,
    course_of,
    draft_of,
    enter,
    large_video,
    make_course,
    publish_from_nothing,
    titles,
)
from tests.platform import chain
from tests.platform.running import Platform

pytestmark = pytest.mark.part("chromium")
CUTS = 5
ENDS = ("", "/lessons/a", "/publication", "/versions")
"""Of the addresses of a course's pages."""


@pytest.fixture
def teacher(page: Page, platform: Platform) -> Teacher:
    return enter(page, platform)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("videos")
    return chain.small_lecture(folder / "lecture.mp4", SECONDS)


def test_from_nothing_to_a_published_course_in_few_actions(
    teacher: Teacher, platform: Platform, video: Path
) -> None:
    publish_from_nothing(teacher, platform, video)


def test_a_course_is_made_and_ordered_by_keyboard_alone(
    teacher: Teacher, platform: Platform
) -> None:
    page = teacher.page
    teacher.open("/staff/courses/new")
    page.keyboard.type("键盘课")  # the first field has the focus
    teacher.press("Tab", "ArrowDown", "Tab", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("键盘课")
    for title in ("甲讲", "乙讲", "丙讲"):
        teacher.button("加一讲").focus()
        teacher.press("Enter")
        page.keyboard.type(title)
    teacher.button("上移").last.focus()
    teacher.press("Enter", "Enter")
    expect(page.locator("[data-told]")).to_contain_text("第 1 位，共 3 讲")
    focused = page.evaluate(
        "document.activeElement.closest('[data-lesson]')"
        ".querySelector('[name=lesson_title]').value"
    )
    assert focused == "丙讲"
    page.get_by_label("第 1 讲的名称").focus()
    teacher.press("Enter")  # in any field of a form it is saved
    expect(page.locator(".done")).to_be_visible()
    assert titles(platform, course_of(page)) == ["丙讲", "甲讲", "乙讲"]


def test_lessons_are_dragged_and_a_removed_one_can_come_back(
    teacher: Teacher, platform: Platform
) -> None:
    course = make_course(platform)
    teacher.open(f"/staff/courses/{course}")
    page, grips = teacher.page, teacher.page.locator("[data-lesson] [data-grip]")
    grips.last.evaluate("grip => grip.scrollIntoView({ block: 'center' })")
    first, last = grips.first.bounding_box(), grips.last.bounding_box()
    assert first
    assert last
    page.mouse.move(last["x"] + 5, last["y"] + 5)
    page.mouse.down()
    page.mouse.move(first["x"] + 5, first["y"] - 10, steps=8)
    page.mouse.up()
    expect(page.locator("[data-unsaved]")).not_to_be_empty()
    teacher.click(teacher.button("删去这一讲").first)
    teacher.click(teacher.button("撤销删除"))
    teacher.click(teacher.button("删去这一讲").last)
    teacher.click(teacher.button("保存"))
    expect(page.locator(".done")).to_be_visible()
    assert titles(platform, course) == ["乙讲"]


def test_who_leaves_with_unsaved_changes_is_asked(
    teacher: Teacher, platform: Platform
) -> None:
    teacher.open(f"/staff/courses/{make_course(platform)}")
    asked: list[str] = []
    teacher.page.on(
        "dialog", lambda dialog: (asked.append(dialog.type), dialog.accept())
    )
    teacher.click(teacher.link("版本"))
    assert asked == []
    teacher.page.go_back()
    teacher.fill("主讲", "王芳")
    teacher.click(teacher.link("版本"))
    expect(teacher.page).to_have_url(re.compile("/versions$"))
    assert asked == ["beforeunload"]


def test_two_teachers_at_once_lose_nothing(
    browser: Browser, platform: Platform
) -> None:
    course = make_course(platform)
    contexts = [browser.new_context(locale="zh-CN") for _ in range(2)]
    teacher, other = (enter(context.new_page(), platform) for context in contexts)
    for one in (teacher, other):
        one.open(f"/staff/courses/{course}")
    other.fill("主讲", "对方写的")
    other.fill("第 1 讲的名称", "对方改的甲讲")
    other.click(other.button("保存"))
    expect(other.page.locator(".done")).to_be_visible()
    teacher.fill("课程名称", "我改的名称")
    teacher.fill("第 2 讲的名称", "我改的乙讲")
    with teacher.page.expect_response(lambda answer: answer.status == 412):
        teacher.click(teacher.button("保存"))
    expect(teacher.page.get_by_text("对方改的甲讲").first).to_be_visible()
    teacher.click(teacher.button("按所选的保存"))
    expect(teacher.page.locator(".done")).to_be_visible()
    merged = draft_of(platform, course)
    assert (merged["title"], merged["teacher"]) == ("我改的名称", "对方写的")
    assert titles(platform, course) == ["对方改的甲讲", "我改的乙讲"]
    for context in contexts:
        context.close()


def test_an_upload_cut_five_times_ends_whole(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    course = make_course(platform)
    file = large_video(tmp_path)
    context = browser.new_context(locale="zh-CN")
    teacher = enter(context.new_page(), platform)
    cuts = iter(range(CUTS))

    def cut(route: Route) -> None:
        if next(cuts, None) is None:
            route.continue_()
        else:
            route.abort("connectionreset")

    context.route(PART, cut)
    teacher.open(f"/staff/courses/{course}/lessons/a")
    teacher.page.locator("#video-file").set_input_files(file)
    teacher.click(teacher.button("开始上传"))
    expect(teacher.page.get_by_text("文件已经传完")).to_be_visible(timeout=120_000)
    lesson = draft_of(platform, course)["lessons"][0]
    staff = platform.door("jiaowu")
    uploads = staff.call("GET", "/api/media/uploads", dict[str, Any])["items"]
    sent = next(one for one in uploads if one["lecture_id"] == lesson["lecture_id"])
    assert sent["bytes"] == file.stat().st_size
    assert sent["state"] in ("checking", "accepted")
    context.close()


def test_an_upload_goes_on_after_the_page_was_loaded_anew(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    course = make_course(platform)
    file = large_video(tmp_path)
    context = browser.new_context(locale="zh-CN")
    teacher = enter(context.new_page(), platform)
    page, sent = teacher.page, list[str]()

    def cut_after_one(route: Route) -> None:
        sent.append(route.request.url.rpartition("/")[2])
        if sent == ["1"]:
            route.continue_()
        else:
            route.abort("connectionreset")

    context.route(PART, cut_after_one)
    page.on("dialog", lambda dialog: dialog.accept())
    teacher.open(f"/staff/courses/{course}/lessons/a")
    page.locator("#video-file").set_input_files(file)
    teacher.click(teacher.button("开始上传"))
    expect(page.get_by_text("网络不通")).to_be_visible(timeout=60_000)
    teacher.click(teacher.button("暂停"))
    context.unroute(PART)
    page.on("request", lambda asked: PART.search(asked.url) and sent.append("more"))
    page.reload()
    expect(page.get_by_text("请再选同一个文件")).to_be_visible()
    wrong = tmp_path / "other.mp4"
    wrong.write_bytes(b"x" * 100)
    page.locator("#video-file").set_input_files(wrong)
    expect(page.get_by_text("不是上次没传完的那个文件")).to_be_visible()
    page.locator("#video-file").set_input_files(file)
    teacher.click(teacher.button("接着传"))
    expect(page.get_by_text("文件已经传完")).to_be_visible(timeout=60_000)
    parts = -(-file.stat().st_size // PART_SIZE)
    assert (sent.count("1"), sent.count("more")) == (1, parts - 1)
    context.close()


def test_a_file_that_is_no_video_is_refused_at_its_first_part(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    file = tmp_path / "zeros.mp4"
    file.write_bytes(bytes(10 * 1024 * 1024))
    context = browser.new_context(locale="en-US")
    teacher = enter(context.new_page(), platform)
    teacher.open(f"/staff/courses/{make_course(platform)}/lessons/a")
    teacher.page.locator("#video-file").set_input_files(file)
    teacher.click(teacher.button("Upload"))
    status = teacher.page.locator("[data-part=status]")
    expect(status).to_contain_text("no video", timeout=30_000)
    expect(teacher.button("Upload")).to_be_disabled()
    context.close()


def test_captions_are_added_with_faults_named_and_deleted(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    context = browser.new_context(locale="zh-CN")
    teacher = enter(context.new_page(), platform)
    staff = platform.door("jiaowu")
    demo = staff.call(
        "GET", f"/api/catalog/drafts/{platform.demo['course_id']}", dict[str, Any]
    )
    video = demo["lessons"][0]["lecture_id"]
    lesson = {"title": "甲讲", "lesson_id": "a", "lecture_id": video}
    course = make_course(platform, lessons=[lesson])
    good, bad = tmp_path / "good.srt", tmp_path / "bad.srt"
    good.write_text("1\n00:00:01,000 --> 00:00:02,000\n你好\n", "utf-8")
    bad.write_text("1\n00:00:01,000 --> 00:00:0x,000\n你好\n", "utf-8")
    teacher.open(f"/staff/courses/{course}/lessons/a")
    page = teacher.page
    for file in (bad, good):
        page.get_by_label("语言", exact=True).select_option("ru")
        page.get_by_label("字幕文件（.srt 或 .vtt）").set_input_files(file)
        teacher.click(teacher.button("加上字幕"))
        if file == bad:
            expect(page.locator(".faults-of-file")).to_contain_text("第 2 行")
    expect(page.locator("#captions strong[lang=ru]")).to_be_visible()
    page.locator("#captions summary").last.click()
    teacher.click(teacher.button("删去").last)
    expect(page.locator("#captions strong[lang=ru]")).to_have_count(0)
    context.close()


def test_it_all_works_without_scripts_but_the_upload(
    browser: Browser, platform: Platform
) -> None:
    course = make_course(platform)
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    teacher = enter(context.new_page(), platform)
    teacher.open(f"/staff/courses/{course}")
    teacher.click(teacher.button("下移").first)
    teacher.click(teacher.button("删去这一讲").first)
    teacher.click(teacher.button("撤销删除"))
    teacher.click(teacher.button("加一讲"))
    teacher.page.get_by_label("第 3 讲的名称").fill("丙讲")
    teacher.click(teacher.button("保存"))
    expect(teacher.page.locator(".done")).to_be_visible()
    assert titles(platform, course) == ["乙讲", "甲讲", "丙讲"]
    teacher.click(teacher.button("视频与字幕").first)
    assert "要用 JavaScript" in teacher.page.content()  # Playwright shows no noscript
    context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_no_page_of_the_editor_scrolls_sideways_on_a_phone(
    browser: Browser, platform: Platform, language: str
) -> None:
    course = make_course(platform)
    context = browser.new_context(
        locale=language, viewport={"width": 360, "height": 740}
    )
    teacher = enter(context.new_page(), platform)
    for path in ("", "/new", *(f"/{course}{end}" for end in ENDS)):
        teacher.open(f"/staff/courses{path}")
        width = teacher.page.evaluate("() => document.documentElement.scrollWidth")
        assert width <= 360, path
        assert "%(" not in teacher.page.inner_text("body"), path
    context.close()
