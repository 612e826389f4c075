"""Folders for work, and what becomes of those whose worker died."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from media.clients.scratch import FolderScratch
from media.usecases.ports import Interrupted

HOLD = """
import sys
from pathlib import Path
from media.clients.scratch import FolderScratch
with FolderScratch(Path(sys.argv[1])).open_folder(0) as folder:
    print(folder.name, flush=True)
    sys.stdin.read()
"""


def test_a_folder_goes_with_what_is_in_it(tmp_path: Path) -> None:
    with FolderScratch(tmp_path).open_folder(1000) as folder:
        (folder / "source").write_bytes(b"film")
        assert folder.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_has_is_not(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        folder = tmp_path / process.stdout.readline().strip()
        (folder / "source").write_bytes(b"film")
        FolderScratch(tmp_path).sweep_folders()
        assert (folder / "source").exists()
        process.kill()
        process.wait()
    FolderScratch(tmp_path).sweep_folders()
    assert not folder.exists()


def test_nothing_of_others_is_swept(tmp_path: Path) -> None:
    (tmp_path / "tmpabc").mkdir()
    (tmp_path / "others.txt").write_text("mine")
    FolderScratch(tmp_path).sweep_folders()
    assert {path.name for path in tmp_path.iterdir()} == {"tmpabc", "others.txt"}


def test_work_begins_with_a_sweep(tmp_path: Path) -> None:
    (tmp_path / "media-work-left").mkdir()
    with FolderScratch(tmp_path).open_folder(0) as folder:
        assert list(tmp_path.iterdir()) == [folder]


def test_without_room_for_it_no_work_begins(tmp_path: Path) -> None:
    with (
        pytest.raises(Interrupted) as interrupted,
        FolderScratch(tmp_path).open_folder(1 << 60),
    ):
        pass
    assert interrupted.value.cause == "no-room"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_in_the_middle_is_no_room(
    tmp_path: Path, number: int
) -> None:
    with (
        pytest.raises(Interrupted) as interrupted,
        FolderScratch(tmp_path).open_folder(0),
    ):
        raise OSError(number, os.strerror(number))
    assert interrupted.value.cause == "no-room"


def test_any_other_fault_of_the_disk_stays_what_it_is(tmp_path: Path) -> None:
    with (
        pytest.raises(OSError, match="error") as raised,
        FolderScratch(tmp_path).open_folder(0),
    ):
        raise OSError(errno.EIO, "input/output error")
    assert raised.value.errno == errno.EIO
