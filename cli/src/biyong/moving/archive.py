"""The folder an installation is moved in: its files, and what they must be.

manifest.json              what made it, and of every file below: its SHA-256,
                           its bytes and, of documents, how many there are
documents/DB/NAME.bson     the documents of a collection, by id
objects/KEY                every object
secrets/NAME               the keys; without them nothing else is of use
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from biyong.home import Refused

FORMAT = 1
MANIFEST = "manifest.json"
PIECE = 1 << 20


class Entry(msgspec.Struct, frozen=True):
    """A file of the archive. `count` is the number of documents, 1 for others."""

    sha256: str
    bytes: int
    count: int = 1


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an archive holds. `parts` names the parts it was taken from."""

    format: int
    id: str
    made_at: str
    parts: dict[str, str]
    files: dict[str, Entry]

    def counts(self) -> dict[str, int]:
        """How many documents, objects and secrets there are."""
        found: dict[str, int] = {}
        for name, entry in self.files.items():
            kind = name.partition("/")[0]
            found[kind] = found.get(kind, 0) + entry.count
        return found


@dataclass
class Archive:
    """An archive's folder."""

    folder: Path
    files: dict[str, Entry] = field(default_factory=dict)

    def begin(self) -> None:
        """Make the folder, for us alone. Raises Refused if something is there."""
        if self.folder.exists() and any(self.folder.iterdir()):
            raise Refused(f"{self.folder} is not empty: name a new folder.")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)

    def place(self, name: str) -> Path:
        """Where a file of this name belongs."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def note(self, name: str, count: int = 1) -> None:
        """Take a file that lies in its place into the manifest."""
        path = self.folder / name
        self.files[name] = Entry(sha256_of(path), path.stat().st_size, count)

    def close(self, manifest: Manifest) -> None:
        """Write the manifest last: a folder without one is no archive."""
        path = self.folder / MANIFEST
        part = path.with_suffix(".part")
        part.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        os.replace(part, path)

    def read(self) -> Manifest:
        """The manifest. Raises Refused for what is no archive of ours."""
        try:
            said = (self.folder / MANIFEST).read_bytes()
            form = json.loads(said)["format"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Refused(
                f"{self.folder} holds no whole archive: {MANIFEST} cannot be read."
            ) from error
        if form != FORMAT:
            raise Refused(
                f"{self.folder} has format {form}, this Biyong reads {FORMAT}: import "
                "it with the version that exported it."
            )
        try:
            return msgspec.json.decode(said, type=Manifest)
        except msgspec.DecodeError as error:
            raise Refused(f"{self.folder}/{MANIFEST}: {error}.") from error

    def faults(self, manifest: Manifest) -> Iterator[str]:
        """Files that are missing, changed, or not in the manifest, as it looks."""
        for name, entry in manifest.files.items():
            path = self.folder / name
            if not path.is_file():
                yield f"{name} is missing"
            elif sha256_of(path) != entry.sha256:
                yield f"{name} is not what was exported"
            else:
                yield ""
        there = {p.relative_to(self.folder).as_posix() for p in self._below()}
        yield from (
            f"{name} is not of this archive"
            for name in sorted(there - set(manifest.files) - {MANIFEST})
        )

    def _below(self) -> Iterator[Path]:
        return (path for path in self.folder.rglob("*") if path.is_file())


def sha256_of(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
