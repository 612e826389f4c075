"""A course from nothing to published by somebody who has nothing but a keyboard."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.keyboard import Typist
from tests.e2e.teaching import (
    MADE_MS,
    SECONDS,
    course_of,
    draft_of,
    let_in,
    make_course,
    publish_from_nothing,
)
from tests.platform import chain
from tests.platform.running import Platform

pytestmark = pytest.mark.part("chromium")
CAPTIONS = "1\n00:00:01,000 --> 00:00:02,000\n你好\n"
LONG_SECONDS = 120
"""Of a video that is still being made at the next look of its page, two seconds on."""
PICTURE = """() => {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 1280, height: 720 });
  canvas.getContext("2d").fillRect(0, 0, 640, 360);
  return canvas.toDataURL("image/png").split(",")[1];
}"""


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("videos")
    return chain.small_lecture(folder / "lecture.mp4", SECONDS)


@pytest.fixture
def typist(page: Page, platform: Platform) -> Typist:
    return Typist(page, platform.url)


def draw_picture(page: Page, path: Path) -> Path:
    path.write_bytes(base64.b64decode(page.evaluate(PICTURE)))
    return path


def test_from_nothing_to_a_published_course_in_few_actions_by_keyboard(
    typist: Typist, platform: Platform, video: Path
) -> None:
    let_in(typist.page, platform)
    publish_from_nothing(typist, platform, video)


def test_everything_of_a_course_is_done_by_keyboard_alone(
    typist: Typist, platform: Platform, video: Path, tmp_path: Path
) -> None:
    page = typist.page
    picture = draw_picture(page, tmp_path / "picture.png")
    sign_in(typist, platform)
    begin_course(typist)
    fill_course(typist, picture)
    order_lessons(typist)
    send_video(typist, video)
    add_captions(typist, tmp_path / "captions.srt")
    typist.click(typist.link("发布"))
    typist.click(typist.button("发布"))
    expect(page.locator(".done")).to_be_visible()
    made = draft_of(platform, course_of(page))
    assert (made["state"], made["edition"]) == ("published", 1)
    assert (made["title"], made["module"]) == ("键盘课", "labour-relations")
    assert (made["teacher"], made["summary"]) == ("王芳", "全用键盘做的课")
    assert (made["fastest"], made["picture_alt"]) == (1.5, "左上角是黑的")
    assert made["picture"]
    lessons = [(lesson["title"], lesson["kind"]) for lesson in made["lessons"]]
    assert lessons == [("乙讲", "lecture"), ("甲讲", "onsite")]
    assert made["lessons"][0]["lecture"]["state"] == "ready"
    lecture = made["lessons"][0]["lecture_id"]
    path = f"/api/media/lectures/{lecture}/captions"
    (track,) = platform.door("jiaowu").call("GET", path, dict)["items"]
    assert (track["language"], track["label"]) == ("ru", "俄文字幕")


def sign_in(typist: Typist, platform: Platform) -> None:
    typist.open("/")
    typist.click(typist.link("登录").first)
    typist.fill("手机号、邮箱或登录名", "jiaowu")
    typist.fill("密码", platform.demo["password"])
    typist.press("Enter")
    expect(typist.button("退出")).to_be_visible()


def begin_course(typist: Typist) -> None:
    typist.click(typist.link("课程管理"))
    typist.click(typist.link("新建课程"))
    typist.fill("课程名称", "键盘课")
    typist.pick("模块", "labour-relations")
    typist.fill("主讲", "王芳")
    typist.click(typist.button("建好并编辑"))
    expect(typist.page.get_by_role("heading", level=1)).to_have_text("键盘课")


def fill_course(typist: Typist, picture: Path) -> None:
    typist.fill("简介", "全用键盘做的课")
    typist.pick("计学时的最快倍速", "1.5")
    typist.attach(typist.page.get_by_label("换图片"), picture)
    typist.fill("图片说明", "左上角是黑的")
    typist.click(typist.button("保存"))
    expect(typist.page.locator(".done")).to_be_visible()


def order_lessons(typist: Typist) -> None:
    """Two are added and one that is removed again; the second goes up."""
    for n, title in enumerate(("甲讲", "乙讲", "丙讲"), 1):
        typist.click(typist.button("加一讲"))
        typist.fill(f"第 {n} 讲的名称", title)
    typist.pick("第 1 讲的类型", "onsite")
    typist.click(typist.button("删去这一讲").last)
    typist.click(typist.button("撤销删除"))
    typist.click(typist.button("删去这一讲").last)
    typist.click(typist.button("上移").nth(1))
    expect(typist.page.locator("[data-told]")).to_contain_text("第 1 位，共 3 讲")
    typist.see_focus()
    typist.click(typist.button("保存"))
    expect(typist.page.locator(".done")).to_be_visible()


def send_video(typist: Typist, video: Path) -> None:
    """Nobody touches a key from its start until it can be watched."""
    typist.click(typist.button("视频与字幕"))
    typist.attach(typist.page.locator("#video-file"), video, key="Space")
    typist.click(typist.button("开始上传"))
    expect(typist.page.get_by_text("文件已经传完")).to_be_visible(timeout=60_000)
    typist.see_focus()
    expect(typist.page.get_by_text("可以观看")).to_be_visible(timeout=MADE_MS)
    typist.see_focus()


def add_captions(typist: Typist, file: Path) -> None:
    file.write_text(CAPTIONS, "utf-8")
    typist.attach(typist.page.get_by_label("字幕文件（.srt 或 .vtt）"), file)
    typist.pick("语言", "ru")
    typist.fill("在播放器里的名称", "俄文字幕")
    typist.click(typist.button("加上字幕"))
    expect(typist.page.locator("#captions strong[lang=ru]")).to_be_visible()


def test_who_stands_on_what_goes_away_is_not_thrown_out(
    typist: Typist, platform: Platform, tmp_path: Path
) -> None:
    """The button that cancels goes when the video is made, or with the next look."""
    video = chain.small_lecture(tmp_path / "long.mp4", LONG_SECONDS)
    let_in(typist.page, platform)
    typist.open(f"/staff/courses/{make_course(platform)}/lessons/a")
    typist.attach(typist.page.locator("#video-file"), video)
    typist.click(typist.button("开始上传"))
    typist.reach(typist.button("取消制作"))
    with typist.page.expect_response(lambda answer: answer.url.endswith("/making")):
        typist.see_focus()
    expect(typist.button("取消制作")).to_be_focused()
    expect(typist.page.get_by_text("可以观看")).to_be_visible(timeout=MADE_MS)
    typist.see_focus()
