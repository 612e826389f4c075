"""Start, walk and stop: `python -m tests.bench.bench_start`.

The raw baseline of the same run: one bare Python that imports Flask and PyMongo.
"""

import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from playwright.sync_api import Locator, sync_playwright

from tests.bench.measuring import memory_by_name, print_row
from tests.parts import chromium
from tests.platform import chain
from tests.platform.running import Platform, start, until

FRAMES = 5


def raw_seconds() -> float:
    """One Python process with the two largest imports."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import flask, pymongo"], check=True)
    return time.perf_counter() - began


def first_frames(platform: Platform) -> tuple[list[float], float]:
    """Seconds from opening the lecture's page to its first frame; most memory, MiB."""
    seconds, most = [], 0.0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium.install()), args=list(chromium.ARGUMENTS)
        )
        page = browser.new_page(locale="zh-CN")
        page.goto(f"{platform.url}/sign-in")
        chain.agree(platform.door(platform.trainee()))
        page.fill("[name=login]", platform.trainee())
        page.fill("[name=password]", platform.demo["password"])
        page.click("form.form button")
        address = f"{platform.url}/learn/{platform.demo['course_id']}/l1"
        page.goto(address)
        page.wait_for_selector("video", timeout=120_000)
        for _ in range(FRAMES):
            began = time.perf_counter()
            page.goto(address, wait_until="commit")
            page.wait_for_selector("video")
            video = page.locator("video")
            until(partial(has_frame, video), 10, every=0.02)
            seconds.append(time.perf_counter() - began)
            video.evaluate("v => v.play()")
            most = max(most, sum(memory_by_name(platform).values()))
        browser.close()
    return sorted(seconds), most


def has_frame(video: Locator) -> bool:
    """Whether a picture is there to be shown."""
    return bool(video.evaluate("v => v.readyState") >= 2)


def main() -> None:
    """Measure and print."""
    raw = raw_seconds()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        began = time.perf_counter()
        platform = start(home)
        first = time.perf_counter() - began
        frames, most = first_frames(platform)
        began = time.perf_counter()
        platform.stop()
        stopped = time.perf_counter() - began
        began = time.perf_counter()
        platform = start(home)
        second = time.perf_counter() - began
        platform.stop()
    print_row("first start with demo to ready, s", f"{first:.1f}", "bar 60 with set-up")
    print_row("  to one bare Python process", f"{first / raw:.0f} x", "")
    print_row("second start to ready, s", f"{second:.1f}", "bar 15")
    line = f"{frames[len(frames) // 2]:.2f} (worst {frames[-1]:.2f})"
    print_row("first frame in Chromium, s", line, "bar 3")
    print_row("most memory in the walk, PSS, MiB", f"{most:.0f}", "bar 1229")
    print_row("Ctrl-C to the last process gone, s", f"{stopped:.1f}", "bar 10")


if __name__ == "__main__":
    main()
