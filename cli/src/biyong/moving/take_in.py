"""From a folder into an installation's parts, each compared with what was exported."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pymongo.errors import BulkWriteError

from biyong.home import Home, Refused
from biyong.moving import documents
from biyong.moving.archive import Archive, Manifest, sha256_of
from biyong.moving.export import Progress
from biyong.moving.parts import Parts, at_rest

DUPLICATE = 11000
MARK = "biyong_import"
"""A database with one document while an import is under way: which archive's."""


def take_in(
    home: Home, environ: Mapping[str, str], folder: Path, progress: Progress
) -> Manifest:
    """Put an archive into empty parts and compare everything. Raises Refused.

    The archive is checked before anything is touched. An import that was broken off
    goes on when it is asked for again.
    """
    archive = Archive(folder)
    manifest = archive.read()
    _require_whole(archive, manifest, progress)
    with at_rest(home, environ) as parts:
        _require_room(parts, manifest)
        _put_secrets(home, archive, manifest)
        _put_documents(parts, archive, manifest, progress)
        _put_objects(parts, archive, manifest, home.work, progress)
        _compare(parts, manifest, home.work, progress)
        parts.documents.drop_database(MARK)
    return manifest


def _require_whole(archive: Archive, manifest: Manifest, progress: Progress) -> None:
    faults = []
    for fault in archive.faults(manifest):
        progress("checking the archive")
        faults += [fault] if fault else []
    if faults:
        raise Refused(f"{archive.folder}: {'; '.join(faults[:5])}. Nothing is changed.")


def _require_room(parts: Parts, manifest: Manifest) -> None:
    """Nothing may be there, unless from this import when it was broken off."""
    marked = parts.documents[MARK]["under_way"].find_one({})
    if marked is not None:
        if marked["_id"] != manifest.id:
            raise Refused(
                f"An import of another archive ({marked['_id']}) is under way: finish "
                "that one, or empty the parts."
            )
        return
    there = [
        f"{database}.{name}"
        for database, name in parts.collections()
        if parts.documents[database][name].find_one({}, {"_id": 1}) is not None
    ]
    there += [f"object {key}" for key in [next(parts.objects.every_key(), "")] if key]
    if there:
        raise Refused(
            f"The parts are not empty ({', '.join(there[:3])}): import into new ones. "
            "Nothing is changed."
        )
    parts.documents[MARK]["under_way"].insert_one({"_id": manifest.id})


def _put_secrets(home: Home, archive: Archive, manifest: Manifest) -> None:
    for name in _names(manifest, "secrets"):
        target = home.secrets / name
        part = target.with_name(f".{name}.part")
        part.touch(mode=0o600)
        shutil.copyfile(archive.folder / "secrets" / name, part)
        os.replace(part, target)


def _put_documents(
    parts: Parts, archive: Archive, manifest: Manifest, progress: Progress
) -> None:
    for name in _names(manifest, "documents"):
        database, _, collection = name.removesuffix(".bson").partition("/")
        progress(f"documents {database}.{collection}")
        rows = parts.documents[database][collection]
        for batch in documents.batches(archive.folder / "documents" / name):
            try:
                rows.insert_many(batch, ordered=False)
            except BulkWriteError as error:
                if any(e["code"] != DUPLICATE for e in error.details["writeErrors"]):
                    raise


def _put_objects(
    parts: Parts, archive: Archive, manifest: Manifest, work: Path, progress: Progress
) -> None:
    for key in _names(manifest, "objects"):
        progress(f"object {key}")
        with tempfile.TemporaryDirectory(dir=work) as folder:
            copy = Path(folder) / "object"
            shutil.copyfile(archive.folder / "objects" / key, copy)
            parts.objects.put_file(key, copy)


def _compare(parts: Parts, manifest: Manifest, work: Path, progress: Progress) -> None:
    """Read everything back and compare counts and checksums. Raises Refused."""
    faults = []
    for name in _names(manifest, "documents"):
        progress(f"comparing {name}")
        database, _, collection = name.removesuffix(".bson").partition("/")
        digest, count = hashlib.sha256(), 0
        for body in documents.in_order(parts.documents[database][collection]):
            digest.update(body)
            count += 1
        wanted = manifest.files[f"documents/{name}"]
        if (digest.hexdigest(), count) != (wanted.sha256, wanted.count):
            faults.append(f"{database}.{collection}: {count} of {wanted.count}")
    with tempfile.TemporaryDirectory(dir=work) as folder:
        for key in _names(manifest, "objects"):
            progress(f"comparing {key}")
            copy = Path(folder) / "object"
            parts.objects.fetch(key, copy)
            if sha256_of(copy) != manifest.files[f"objects/{key}"].sha256:
                faults.append(f"object {key}")
    if faults:
        raise Refused(
            f"What was put in is not what was exported: {'; '.join(faults[:5])}. Do "
            "not start the platform on it; empty the parts and import again."
        )


def _names(manifest: Manifest, kind: str) -> list[str]:
    """The files of one kind, without the kind."""
    return [
        name.partition("/")[2] for name in manifest.files if name.startswith(f"{kind}/")
    ]
