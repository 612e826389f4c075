"""Chromium with Chinese fonts, from the machine or from Debian's packages."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.parts.rabbitmq import PartMissing

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
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise PartMissing(
            "install chromium and fonts-noto-cjk, or run as root on Debian"
        )
    quiet = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    for command in (["update"], ["install", "-y", *PACKAGES]):
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=quiet, capture_output=True, check=False
        )
        if done.returncode:
            raise PartMissing(f"apt-get {command[0]}: {done.stderr.decode()[-200:]}")
    return Path(shutil.which("chromium") or "/usr/bin/chromium")


def _has_chinese_font() -> bool:
    fonts = shutil.which("fc-list")
    if not fonts:
        return False
    listed = subprocess.run([fonts, ":lang=zh"], capture_output=True, check=False)
    return bool(listed.stdout.strip())
