"""From a folder into an installation's parts, each compared with what was exported."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pymongo.errors import BulkWriteError

from biyong.home import Home, Refused
from biyong.moving.archive import Entry, Manifest, entry_of, find_faults, load_manifest
from biyong.moving.documents import load_batches
from biyong.moving.parts import Parts, at_rest
from biyong.progress import Progress

DUPLICATE = 11000
MOST_SHOWN = 5
"""Faults in one line; the first ones tell of what kind they are."""
MARK = "biyong_import"
"""A database with one document while an import is under way: which archive's."""


def take_in(
    home: Home, environ: Mapping[str, str], folder: Path, progress: Progress
) -> Manifest:
    """Put an archive into empty parts and compare everything. Raises Refused.

    The archive is checked before anything is touched. An import that was broken off
    goes on when it is asked for again.
    """
    manifest = load_manifest(folder)
    progress("checking the archive")
    if faults := [fault for fault in find_faults(folder, manifest) if fault]:
        shown = "; ".join(faults[:MOST_SHOWN])
        raise Refused(f"{folder}: {shown}. Nothing is changed.")
    with at_rest(home, environ) as parts:
        _require_room(parts, manifest)
        for name in manifest.names("secrets"):
            part = home.secrets / f".{name}.part"
            part.touch(mode=0o600)
            shutil.copyfile(folder / "secrets" / name, part)
            os.replace(part, home.secrets / name)
        _put_documents(parts, folder, manifest, progress)
        with tempfile.TemporaryDirectory(dir=home.work) as work:
            copy = Path(work) / "copy"
            for key in manifest.names("objects"):
                progress(f"objects/{key}")
                shutil.copyfile(folder / "objects" / key, copy)
                parts.objects.put_file(key, copy)
            _compare_counts(parts, manifest, copy, progress)
        parts.documents.drop_database(MARK)
    return manifest


def _require_room(parts: Parts, manifest: Manifest) -> None:
    """Nothing may be there, unless from this import when it was broken off."""
    marks = parts.documents[MARK]["under_way"]
    if mark := marks.find_one({}):
        if mark["_id"] != manifest.id:
            raise Refused(
                f"An import of another archive ({mark['_id']}) is under way: finish "
                "that one, or empty the parts."
            )
        return
    if name := next(parts.files(), ("",))[0]:
        raise Refused(
            f"The parts are not empty ({name}): import into new ones. Nothing is "
            "changed."
        )
    marks.insert_one({"_id": manifest.id})


def _put_documents(
    parts: Parts, folder: Path, manifest: Manifest, progress: Progress
) -> None:
    for name in manifest.names("documents"):
        progress(f"documents/{name}")
        database, _, collection = name.removesuffix(".bson").partition("/")
        rows = parts.documents[database][collection]
        for batch in load_batches(folder / "documents" / name):
            try:
                rows.insert_many(batch, ordered=False)
            except BulkWriteError as error:
                if any(e["code"] != DUPLICATE for e in error.details["writeErrors"]):
                    raise


def _compare_counts(
    parts: Parts, manifest: Manifest, copy: Path, progress: Progress
) -> None:
    """Export everything again, into nothing, and compare. Raises Refused."""
    there: dict[str, Entry] = {}
    for name, write in parts.files():
        progress(f"comparing {name}")
        copy.unlink(missing_ok=True)
        there[name] = entry_of(copy, write(copy))
    wanted = {n: e for n, e in manifest.files.items() if not n.startswith("secrets/")}
    if there != wanted:
        names = sorted(n for n in {*there, *wanted} if there.get(n) != wanted.get(n))
        raise Refused(
            "What was put in is not what was exported: "
            f"{'; '.join(names[:MOST_SHOWN])}. Do not start the platform on it; "
            "empty the parts and import again."
        )
