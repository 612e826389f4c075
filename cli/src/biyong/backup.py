"""A copy of a whole home on the embedded parts, taken while it runs.

The copy has the shape of a home: `BIYONG_HOME=COPY biyong up` starts it.
"""

import os
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from embedded.backup import copy_together
from embedded.file import Unusable, check_after_crash
from media.objects.directory import UPLOADS

from biyong.home import Home, Refused
from biyong.moving.archive import create_folder
from biyong.plan import parts_given
from biyong.progress import Progress


def back_up(
    home: Home, environ: Mapping[str, str], folder: Path, progress: Progress
) -> int:
    """Copy store, bus, objects, keys and mails; the bytes copied. Raises Refused.

    Objects are never changed in place, so those of the same disk are linked.
    """
    files = (home.store_file, home.bus_file)
    if any(parts_given(environ).is_real()) or not all(file.exists() for file in files):
        raise Refused(
            f"{home.folder} is not wholly on embedded parts: back up the real ones by "
            "their own tools, or stop the platform and use `biyong export`."
        )
    create_folder(folder)
    copy = Home(folder)
    try:
        check_after_crash(home.store_file)
        copy_together(
            {home.store_file: copy.store_file, home.bus_file: copy.bus_file},
            lambda done, total: progress(f"store and bus: {done} of {total} pages"),
        )
        for name in ("objects", "mails", "secrets"):
            progress(name)
            _copy_tree(home.folder / name, folder / name)
        demo = home.folder / "demo.json"
        if demo.exists():
            shutil.copy2(demo, folder / demo.name)
    except (sqlite3.Error, OSError, Unusable) as error:
        raise Refused(f"The backup broke off and is of no use: {error}.") from error
    copy.secrets.chmod(0o700)
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def _copy_tree(source: Path, target: Path) -> None:
    passing = shutil.ignore_patterns(UPLOADS, "*.part")
    shutil.copytree(source, target, copy_function=_link_or_copy, ignore=passing)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
