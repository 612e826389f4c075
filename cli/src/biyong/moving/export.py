"""Out of an installation's parts into a folder."""

import datetime
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from chassis.ids import new_id

from biyong.home import Home, Refused
from biyong.moving import documents
from biyong.moving.archive import FORMAT, Archive, Manifest
from biyong.moving.parts import Parts, at_rest
from biyong.plan import parts_given

Progress = Callable[[str], None]


def export(
    home: Home, environ: Mapping[str, str], folder: Path, progress: Progress
) -> Manifest:
    """Write everything that is to be kept, and what it must be. Raises Refused.

    The installation stands still meanwhile and is not changed.
    """
    archive = Archive(folder)
    with at_rest(home, environ) as parts:
        if unsaid := parts.unsaid():
            raise Refused(
                f"{unsaid} documents have facts still to be said: start the platform, "
                "wait until `biyong doctor` finds all well, stop it and try again."
            )
        archive.begin()
        _write_documents(parts, archive, progress)
        _write_objects(parts, archive, progress)
        _write_secrets(home, archive, progress)
        manifest = Manifest(
            format=FORMAT,
            id=new_id(),
            made_at=datetime.datetime.now(datetime.UTC).isoformat("T", "seconds"),
            parts=parts_given(environ).names(),
            files=archive.files,
        )
        archive.close(manifest)
        return manifest


def _write_documents(parts: Parts, archive: Archive, progress: Progress) -> None:
    for database, name in parts.collections():
        progress(f"documents {database}.{name}")
        file = f"documents/{database}/{name}.bson"
        count = documents.write(parts.documents[database][name], archive.place(file))
        if count:
            archive.note(file, count)
        else:
            archive.place(file).unlink()


def _write_objects(parts: Parts, archive: Archive, progress: Progress) -> None:
    for key in parts.objects.every_key():
        progress(f"object {key}")
        file = f"objects/{key}"
        parts.objects.fetch(key, archive.place(file))
        archive.note(file)


def _write_secrets(home: Home, archive: Archive, progress: Progress) -> None:
    for path in sorted(home.secrets.iterdir()):
        progress(f"secret {path.name}")
        file = f"secrets/{path.name}"
        shutil.copyfile(path, archive.place(file))
        archive.place(file).chmod(0o600)
        archive.note(file)
