"""Lighthouse on the pages that are seen first, as a phone of middling speed sees them.

Run as `python -m tests.bench.bench_lighthouse`. Needs node 18 or newer with npx and
Chromium. Accessibility is a bar; performance is reported beside the machine's load, for
it measures the processor too. BIYONG_HOME names a demo that runs already.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.parts import chromium
from tests.platform.running import running

LIGHTHOUSE = "lighthouse@12.2.3"
PAGES = ("/", "/courses", "/classes/{open}")
CATEGORIES = ("accessibility", "performance", "best-practices")
FIGURES = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "cumulative-layout-shift",
    "total-byte-weight",
)
WANTED_ACCESSIBILITY, WANTED_PERFORMANCE = 100, 95
SECONDS = 300


def judge_page(address: str, folder: Path) -> dict[str, Any]:
    """What Lighthouse says of a page. Raises CalledProcessError."""
    report = folder / "report.json"
    flags = " ".join(["--headless=new", *chromium.ARGUMENTS])
    command = ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json"]
    command += [f"--output-path={report}", f"--chrome-flags={flags}"]
    command += [f"--only-categories={','.join(CATEGORIES)}"]
    environ = {**os.environ, "CHROME_PATH": str(chromium.install())}
    subprocess.run(command, check=True, timeout=SECONDS, env=environ)
    said: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return said


def judge_all(url: str, demo: Mapping[str, Any]) -> bool:
    """Whether nothing is wanting in accessibility; all figures are written."""
    is_accessible = True
    with tempfile.TemporaryDirectory() as folder:
        for page in PAGES:
            said = judge_page(url + page.format(**demo["classes"]), Path(folder))
            scores = {
                name: round(said["categories"][name]["score"] * 100)
                for name in CATEGORIES
            }
            figures = {name: said["audits"][name]["displayValue"] for name in FIGURES}
            sys.stdout.write(f"{page} {scores} {figures}\n")
            is_accessible &= scores["accessibility"] >= WANTED_ACCESSIBILITY
    load = os.getloadavg()[0]
    sys.stdout.write(
        f"performance wanted: {WANTED_PERFORMANCE}; load {load:.1f} on"
        f" {os.cpu_count()} cores\n"
    )
    return is_accessible


def main() -> int:
    """Exit code 1 where accessibility is wanting."""
    if home := os.environ.get("BIYONG_HOME"):
        told = json.loads((Path(home) / "ready.json").read_text("utf-8"))
        return int(not judge_all(told["url"], told["demo"]))
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "home") as one:
        return int(not judge_all(one.url, one.demo))


if __name__ == "__main__":
    sys.exit(main())
