"""A course to watch in a browser, trainees who have seen nothing of it, its page."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from biyong.door import Door
from biyong.upload import upload_lecture
from playwright.sync_api import Browser, BrowserContext, Page

from tests.platform import chain, rosters
from tests.platform.running import Platform, until

DESK = {"width": 1200, "height": 900}
SHORT_SECONDS = 8
numbers = itertools.count(1)


@dataclass(frozen=True)
class Course:
    """A course of two lectures, a longer one as `l1` and a short one as `l2`."""

    platform: Platform
    course_id: str
    class_id: str
    lectures: tuple[str, str]

    def address(self, lesson: str = "l1") -> str:
        return f"{self.platform.url}/learn/{self.course_id}/{lesson}"

    def trainee(self) -> Door:
        """Somebody new with a seat, signed in, once the lectures are made."""
        email = f"watch{next(numbers)}-{self.class_id}@biyong.example"
        (row,) = rosters.rows(1, self.class_id)
        officer = self.platform.door("shi")
        rosters.put(officer, f"{email.partition('@')[0]}.1", [row | {"email": email}])
        door = chain.take_up_invitation(self.platform, email)
        for lecture in self.lectures:
            chain.grant(door, lecture)
        return door

    def watched(self, door: Door, place: int = 0) -> dict[str, Any]:
        """What is counted of one of its lectures."""
        granted = chain.grant(door, self.lectures[place])
        return dict(granted["watch"])


def publish(platform: Platform, folder: Path, seconds: int) -> Course:
    """Upload both lectures, publish the course, open a class of it."""
    staff = platform.door("jiaowu")
    lectures = [
        upload_lecture(
            staff, chain.small_lecture(folder / f"{name}.mp4", length), name,
            lambda _: None,
        )
        for name, length in (("长讲", seconds), ("短讲", SHORT_SECONDS))
    ]  # fmt: skip
    body = {
        "title": "看课", "module": "labour-relations", "summary": "",
        "lessons": [
            {"lesson_id": f"l{place}", "title": f"第 {place} 讲", "lecture_id": id_}
            for place, id_ in enumerate(lectures, 1)
        ],
    }  # fmt: skip
    made = staff.call("POST", "/api/catalog/courses", dict[str, Any], body)
    staff.call("POST", f"/api/catalog/courses/{made['id']}/publication", dict)
    class_id = rosters.open_class(staff, made["id"], 50, "看课班")
    return Course(platform, made["id"], class_id, (lectures[0], lectures[1]))


@dataclass
class Watching:
    """A browser window on a lecture; `told` are the bodies of its reports."""

    course: Course
    door: Door
    context: BrowserContext
    page: Page
    told: list[dict[str, Any]] = field(default_factory=list)

    def enter(self, door: Door) -> None:
        """Be signed in as somebody in this browser."""
        cookie = {"name": "biyong_session", "value": door.token}
        self.context.add_cookies([cookie | {"url": self.course.platform.url}])  # type: ignore[list-item]

    def open(self, lesson: str = "l1") -> Page:
        """Load the lecture's page."""
        self.page.goto(self.course.address(lesson))
        until(lambda: self.page.locator("#begin").is_visible(), 10)
        return self.page

    def play(self) -> None:
        """Press the button over the picture, and wait until it plays."""
        self.page.locator("#begin").click()
        until(lambda: not self.video("paused") and self.video("readyState") > 2, 20)

    def video(self, name: str) -> Any:
        """A property of the video."""
        return self.page.locator("video").evaluate("(v, name) => v[name]", name)

    def play_to(self, second: float, seconds: float = 60) -> None:
        """Wait until it has played to there; what the page shows if it does not."""
        try:
            until(lambda: self.video("currentTime") >= second, seconds)
        except AssertionError as late:
            raise AssertionError(f"{late}: {self.seen()}") from late

    def seen(self) -> dict[str, Any]:
        """The state of the video, and what the page says is wrong."""
        names = ("currentTime", "paused", "readyState", "seeking", "ended")
        trouble = self.page.locator("#trouble").inner_text()
        return {name: self.video(name) for name in names} | {"trouble": trouble}

    def play_for(self, seconds: float) -> None:
        """Let so much of the lecture pass."""
        self.play_to(self.video("currentTime") + seconds, 3 * seconds + 20)

    def set(self, name: str, value: float) -> None:
        """Set a property of the video."""
        self.page.locator("video").evaluate(
            "(v, [name, value]) => { v[name] = value; }", [name, value]
        )

    def waiting(self) -> int:
        """How many stretches this browser keeps for anybody."""
        return int(
            self.page.evaluate(
                "Object.keys(localStorage)"
                ".filter((name) => name.startsWith('biyong.watched.')).length"
            )
        )

    def settle(self) -> None:
        """Pause, and wait until all that was played is answered."""
        self.page.locator("video").evaluate("v => v.pause()")
        until(lambda: not self.waiting(), 30)

    def counted(self) -> float:
        return float(self.course.watched(self.door)["watched"])

    def refusals(self) -> list[str]:
        """What the page says will not count."""
        return self.page.locator("#refused li").all_inner_texts()

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """The line is cut."""
        self.context.set_offline(True)
        try:
            yield
        finally:
            self.context.set_offline(False)


def begin(browser: Browser, course: Course, door: Door, **more: Any) -> Watching:
    """A window of a new browser in which somebody is signed in."""
    context = browser.new_context(**({"locale": "zh-CN", "viewport": DESK} | more))
    watching = Watching(course, door, context, context.new_page())
    watching.enter(door)
    listen(watching, watching.page)
    return watching


def listen(watching: Watching, page: Page) -> None:
    """Note what a page reports."""

    def note(request: Any) -> None:
        if request.url.endswith("/reports"):
            watching.told.append(request.post_data_json)

    page.on("request", note)
