"""Which ffmpeg is used: the one that is named, or the one installed with media."""

import sys
from pathlib import Path

import pytest
from chassis.errors import Incompatible
from media.clients.program import find_ffmpeg, version_of


def program(folder: Path, name: str, says: str) -> Path:
    """A program of this name that says this."""
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_a_stranger_on_the_path_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "ffmpeg", "ffmpeg version 4.1-old")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "ffmpeg"))
    assert not find_ffmpeg("").startswith(str(tmp_path))


def test_the_one_that_is_named_is_taken_and_says_its_version(tmp_path: Path) -> None:
    named = program(tmp_path, "ours", "ffmpeg version 8.0-ours Copyright")
    assert find_ffmpeg(str(named)) == str(named)
    assert version_of(str(named)) == "8.0-ours"


def test_the_installed_one_runs() -> None:
    assert version_of(find_ffmpeg("")) != ""


def test_a_name_without_a_program_is_told(tmp_path: Path) -> None:
    with pytest.raises(Incompatible):
        find_ffmpeg(str(tmp_path / "nothing"))


def test_another_program_is_no_ffmpeg(tmp_path: Path) -> None:
    with pytest.raises(Incompatible):
        version_of(str(program(tmp_path, "other", "vlc version 3")))
    with pytest.raises(Incompatible):
        version_of(sys.executable)
