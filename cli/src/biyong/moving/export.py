"""Out of an installation's parts into a folder."""

import datetime
import shutil
from collections.abc import Mapping
from pathlib import Path

from chassis.ids import new_id

from biyong.home import Home, Refused
from biyong.moving.archive import (
    FORMAT,
    Entry,
    Manifest,
    create_folder,
    create_manifest,
    entry_of,
)
from biyong.moving.parts import at_rest
from biyong.plan import parts_given
from biyong.progress import Progress


def export_home(
    home: Home, environ: Mapping[str, str], folder: Path, progress: Progress
) -> Manifest:
    """Write everything that is to be kept, and what it must be. Raises Refused.

    The installation stands still meanwhile and is not changed.
    """
    files: dict[str, Entry] = {}
    with at_rest(home, environ) as parts:
        if backlog := parts.outbox_backlog():
            raise Refused(
                f"{backlog} documents have facts still to be said: start the platform, "
                "wait until `biyong doctor` finds all well, stop it and try again."
            )
        create_folder(folder)
        for name, write in parts.files():
            progress(name)
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            count = write(path)
            files[name] = entry_of(path, count)
        (folder / "secrets").mkdir(mode=0o700)
        for secret in sorted(home.secrets.iterdir()):
            copy = folder / "secrets" / secret.name
            shutil.copyfile(secret, copy)
            copy.chmod(0o600)
            files[f"secrets/{secret.name}"] = entry_of(copy, 1)
    manifest = Manifest(
        format=FORMAT,
        id=new_id(),
        made_at=datetime.datetime.now(datetime.UTC).isoformat("T", "seconds"),
        parts=parts_given(environ).names(),
        files=files,
    )
    create_manifest(folder, manifest)
    return manifest
