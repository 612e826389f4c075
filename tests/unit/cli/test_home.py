"""The home belongs to one user, and is closed to all others."""

import os
import stat
from pathlib import Path

import pytest
from biyong.home import LONGEST_SOCKET, Home, Refused

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_home_is_closed(tmp_path: Path) -> None:
    home = Home(tmp_path / "a" / "home")
    home.prepare()
    assert mode(home.folder) == 0o700
    assert mode(home.secrets) == 0o700


def test_an_empty_folder_that_is_open_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    folder.chmod(0o755)
    Home(folder).prepare()
    assert mode(folder) == 0o700


def test_an_open_folder_with_other_things_is_refused_and_stays_open(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "thesis.txt").touch()
    with pytest.raises(Refused, match="other things"):
        Home(folder).prepare()
    assert mode(folder) == 0o755
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_a_folder_that_everybody_writes_to_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    folder.chmod(0o1777)
    with pytest.raises(Refused):
        Home(folder).prepare()
    assert mode(folder) == 0o1777


@as_root
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o700)
    os.chown(folder, 65534, 65534)
    with pytest.raises(Refused, match="somebody else"):
        Home(folder).prepare()


def test_the_sockets_path_is_short_enough_however_deep_the_home_lies(
    tmp_path: Path,
) -> None:
    near, far = Home(tmp_path / "h"), Home(tmp_path / ("学" * 40) / "h")
    assert near.store_socket == near.folder / "store.sock"
    assert len(os.fsencode(far.store_socket)) <= LONGEST_SOCKET
    other = Home(tmp_path / ("学" * 40) / "other")
    assert other.store_socket != far.store_socket


@as_root
def test_a_place_for_the_socket_that_somebody_else_made_first_is_refused(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / ("学" * 40) / "h")
    home.store_socket.parent.mkdir(mode=0o700)
    try:
        os.chown(home.store_socket.parent, 65534, 65534)
        with pytest.raises(Refused, match="somebody else"):
            home.prepare()
    finally:
        home.store_socket.parent.rmdir()
