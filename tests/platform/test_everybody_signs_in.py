"""Every trainee of the demo gets in, also the 197 without an address."""

import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from biyong.door import Door

from tests.platform.running import Platform

PASSWORD = "learn with joy 7"
TRAINEES, WITH_PASSWORD = 200, 3


def print_sheet(platform: Platform, out: Path) -> str:
    """What the command says that writes the codes of all below the root."""
    own = {
        "BIYONG_URL": platform.url,
        "BIYONG_LOGIN": "shi",
        "BIYONG_PASSWORD": platform.demo["password"],
    }
    command = [sys.executable, "-m", "biyong", "people", "codes", "beijing"]
    done = subprocess.run(
        [*command, "--out", str(out)],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def activate(platform: Platform, code: str) -> dict[str, Any]:
    """The session that begins with a code and a first password."""
    body = {"code": code, "password": PASSWORD}
    return Door(platform.url).call("POST", "/api/activations", dict[str, Any], body)


def test_all_trainees_of_the_demo_sign_in_by_password_or_sheet(
    platform: Platform, tmp_path: Path
) -> None:
    out = tmp_path / "codes.csv"
    said = print_sheet(platform, out)
    assert out.stat().st_mode & 0o077 == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        slips = list(csv.DictReader(file))
    demo = [slip for slip in slips if slip["member_no"][:3] in {"BE-", "DO-", "JI-"}]
    with_password = {
        one["login"] for one in platform.demo["logins"] if one["role"] == "trainee"
    }
    assert (len(demo), len(with_password)) == (
        TRAINEES - WITH_PASSWORD,
        WITH_PASSWORD,
    )
    sessions = [activate(platform, slip["code"]) for slip in demo]
    for slip, session in zip(demo, sessions, strict=True):
        assert (session["login"], session["name"]) == (slip["login"], slip["name"])
    for slip in demo[:3]:
        Door(platform.url).sign_in(slip["login"], PASSWORD)
    for login in with_password:
        platform.door(login)
    assert "already-active" in said
