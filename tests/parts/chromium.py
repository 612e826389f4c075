"""Chromium with Chinese fonts, from the machine or from Debian's packages."""

import shutil
import subprocess
from pathlib import Path

from tests.parts import having

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
PACKAGES = ("chromium", "fonts-noto-cjk")


def install() -> Path:
    """The browser's program. Raises PartMissing."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found and _has_chinese_font():
        return Path(found)
    having.packages("chromium", *PACKAGES)
    return Path(shutil.which("chromium") or "/usr/bin/chromium")


def _has_chinese_font() -> bool:
    fonts = shutil.which("fc-list")
    if not fonts:
        return False
    listed = subprocess.run([fonts, ":lang=zh"], capture_output=True, check=False)
    return bool(listed.stdout.strip())
