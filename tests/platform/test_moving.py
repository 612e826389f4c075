"""An installation moves from embedded parts to real ones and back, whole."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from biyong.door import Door

from tests.platform import chain, mixes, rosters
from tests.platform.running import Platform, running, until


def biyong(
    home: Path, environ: Mapping[str, str], *words: str
) -> subprocess.CompletedProcess[str]:
    """The command as an operator types it."""
    return subprocess.run(
        [sys.executable, "-m", "biyong", *words],
        env={**os.environ, **environ, "BIYONG_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def well(
    home: Path, environ: Mapping[str, str], *words: str
) -> subprocess.CompletedProcess[str]:
    done = biyong(home, environ, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def earn_certificate(platform: Platform, folder: Path) -> str:
    """One person's way through the chain; the certificate's number."""
    course = chain.publish_course(platform, folder)
    officer = platform.door("shi")
    [row] = rosters.rows(1, course.class_id)
    rosters.put(officer, "move.1", [{**row, "email": "move@biyong.example"}])
    trainee = chain.take_up_invitation(platform, "move@biyong.example")
    ticket = chain.grant(trainee, course.lecture_id)
    chain.watch_to_the_end(trainee, ticket)
    return str(chain.certificate(trainee)["number"])


def verified(url: str, number: str) -> dict[str, Any]:
    path = f"/api/learning/certificates/{number}"
    return Door(url).call("GET", path, dict[str, Any])


def files_of(archive: Path) -> dict[str, bytes]:
    """Every file of an archive but the manifest."""
    return {
        path.relative_to(archive).as_posix(): path.read_bytes()
        for path in archive.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A stopped trial installation on embedded parts, a certificate, a password."""
    home = tmp_path_factory.mktemp("trial") / "home"
    with running(home) as platform:
        number = earn_certificate(platform, home.parent)
        password = platform.demo["password"]
        refused = biyong(home, {}, "export", str(home.parent / "early"))
        assert refused.returncode == 2
        assert "already runs" in refused.stderr
        backup(platform, number)
        until(lambda: is_quiet(platform), 60)
    return home, number, password


def is_quiet(platform: Platform) -> bool:
    """Whether nothing is under way: then it may be exported once it is stopped."""
    return biyong(platform.home, {}, "doctor").stdout.count("under way") == 0


def backup(platform: Platform, number: str) -> None:
    """Taken while it runs, checked, and started beside the one it was taken from."""
    copy = platform.home.parent / "backup"
    made = well(platform.home, {}, "store", "backup", str(copy))
    assert "keep it safe" in made.stdout
    again = biyong(platform.home, {}, "store", "backup", str(copy))
    assert again.returncode == 2
    assert "is not empty" in again.stderr
    assert well(copy, {}, "store", "check").stdout.count("well") == 2
    assert "MiB" in well(platform.home, {}, "store", "compact").stdout
    with running(copy, demo=False) as restored:
        assert verified(restored.url, number)["genuine"]


@pytest.mark.part("mongo")
@pytest.mark.part("rabbitmq")
@pytest.mark.part("s3")
def test_what_was_exported_is_what_is_there_on_real_parts_and_back_again(
    trial: tuple[Path, str, str], tmp_path: Path
) -> None:
    home, number, password = trial
    out, back = tmp_path / "out", tmp_path / "back"
    said = well(home, {}, "export", str(out)).stdout
    assert "documents" in said
    assert (out.stat().st_mode & 0o077) == 0, "it holds the keys"
    with mixes.started("real", tmp_path / "parts") as environ:
        real = tmp_path / "real"
        well(real, environ, "import", str(out))
        full = biyong(tmp_path / "other", environ, "import", str(out))
        assert full.returncode == 2
        assert "not empty" in full.stderr
        well(real, environ, "export", str(back))
        assert files_of(back) == files_of(out)
        with running(real, environ, demo=False) as platform:
            assert verified(platform.url, number)["genuine"]
            officer = Door(platform.url)
            officer.sign_in("shi", password)
            assert rosters.receipt(officer, "move.1")
    again = tmp_path / "again"
    well(again, {}, "import", str(back))
    with running(again, demo=False) as platform:
        assert verified(platform.url, number)["genuine"]


@pytest.mark.parametrize("harm", ["changed", "missing", "added", "newer", "cut"])
def test_an_archive_that_is_not_whole_is_refused_and_changes_nothing(
    trial: tuple[Path, str, str], tmp_path: Path, harm: str
) -> None:
    home, _, _ = trial
    out = tmp_path / "out"
    well(home, {}, "export", str(out))
    victim = out / "documents/enrollment/people.bson"
    if harm == "changed":
        victim.write_bytes(victim.read_bytes().replace(b"name", b"mane", 1))
    elif harm == "missing":
        victim.unlink()
    elif harm == "added":
        (out / "objects" / "strange").write_bytes(b"?")
    elif harm == "newer":
        manifest = out / "manifest.json"
        text = manifest.read_text().replace('"format": 1', '"format": 2')
        manifest.write_text(text)
    else:
        (out / "manifest.json").write_text('{"format": 1, ')
    new = tmp_path / "new"
    refused = biyong(new, {}, "import", str(out))
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert not (new / "store.db").exists()
