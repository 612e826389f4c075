"""On a machine with other users: none of them reads the trial's data or asks its store.

The tests become another user in a process of their own, which only root may do; that
every file is closed to others is seen by anybody.
"""

import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from biyong.plan import store_url
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.platform.running import Platform, running

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")


@pytest.fixture(scope="module")
def open_place() -> Iterator[Path]:
    """A folder that every user of the machine may enter."""
    place = Path(tempfile.mkdtemp(dir=tempfile.gettempdir()))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def platform(open_place: Path) -> Iterator[Platform]:
    """On a home that lies open, started with umask 022."""
    home = open_place / "home"
    home.mkdir(mode=0o755)
    (home / "logs").mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        with running(home, demo=False) as started:
            yield started
    finally:
        os.umask(before)


def as_nobody(act: Callable[[], object]) -> bool:
    """Whether another user may do this."""
    child = os.fork()
    if child == 0:
        code = 2
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            act()
            code = 0
        except (OSError, PyMongoError):
            code = 1
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, 1}
    return code == 0


def socket_of(platform: Platform) -> str:
    return platform.health("store").removeprefix("unix://")


def connect(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(path)


def test_nothing_in_the_home_is_open_to_others(platform: Platform) -> None:
    paths = [platform.home, *platform.home.rglob("*")]
    names = {path.name for path in paths}
    assert {"store.db", "bus.db", "store.sock", "notify.log", "mails"} <= names
    for path in (platform.home, *(p for p in paths if not p.is_dir())):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_store_listens_nowhere_but_on_its_socket(platform: Platform) -> None:
    pid = platform.pid("store")
    own = {os.readlink(f) for f in Path(f"/proc/{pid}/fd").iterdir() if f.is_symlink()}
    inodes = {name.removeprefix("socket:[").rstrip("]") for name in own}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            assert fields[9] not in inodes, "the store has a port"


def test_the_owner_still_reads_and_asks(platform: Platform) -> None:
    with platform.store() as store:
        assert store["gateway"]["accounts"].find_one({"login": "operator"})
    assert (platform.home / "logs" / "notify.log").read_text()


@as_root
def test_another_user_reads_no_file_of_the_home(
    platform: Platform, open_place: Path
) -> None:
    shown = open_place / "shown"
    shown.write_text("for all")
    shown.chmod(0o644)
    assert as_nobody(shown.read_bytes), "so such a user reads what is open"
    assert not as_nobody(lambda: os.listdir(platform.home))
    for path in platform.home.rglob("*"):
        if path.is_file():
            assert not as_nobody(path.read_bytes), path


@as_root
def test_another_user_does_not_reach_the_store(platform: Platform) -> None:
    path = socket_of(platform)
    connect(path)
    assert not as_nobody(lambda: connect(path))

    def ask() -> None:
        client: MongoClient[dict[str, Any]] = MongoClient(
            store_url(f"unix://{path}"), serverSelectionTimeoutMS=500
        )
        client["gateway"]["accounts"].find_one()

    assert not as_nobody(ask)


def test_a_home_whose_path_is_too_long_for_a_socket_has_it_elsewhere(
    open_place: Path,
) -> None:
    deep = open_place / ("d" * 60) / ("e" * 60) / "home"
    with running(deep, demo=False) as platform:
        place = Path(socket_of(platform))
        assert not place.is_relative_to(deep)
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
        with platform.store() as store:
            assert store["gateway"]["accounts"].find_one({"login": "operator"})
    shutil.rmtree(place.parent)
