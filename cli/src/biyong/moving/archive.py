"""The folder an installation is moved in: its files, and what they must be.

manifest.json              what made it, and of every file below: its SHA-256,
                           its bytes and, of documents, how many there are
documents/DB/NAME.bson     the documents of a collection, by id
objects/KEY                every object
secrets/NAME               the keys; without them nothing else is of use
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from biyong import keys
from biyong.home import Refused

FORMAT = 1
MANIFEST = "manifest.json"


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
        counts = Counter[str]()
        for name, entry in self.files.items():
            counts[name.partition("/")[0]] += entry.count
        return dict(counts)

    def names(self, kind: str) -> list[str]:
        """The files of one kind, without the kind."""
        start = f"{kind}/"
        return [n.removeprefix(start) for n in self.files if n.startswith(start)]


def create_folder(folder: Path) -> None:
    """Make the folder, for us alone. Raises Refused if something is there."""
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty: name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def create_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest last: a folder without one is no archive."""
    text = msgspec.json.format(msgspec.json.encode(manifest)).decode()
    keys.write_file(folder / MANIFEST, text)


def load_manifest(folder: Path) -> Manifest:
    """The manifest. Raises Refused for what is no archive of ours."""
    try:
        text = (folder / MANIFEST).read_bytes()
        manifest = msgspec.json.decode(text, type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise Refused(
            f"{folder} holds no whole archive of ours: {MANIFEST} cannot be read "
            f"({error})."
        ) from error
    if manifest.format != FORMAT:
        raise Refused(
            f"{folder} has format {manifest.format}, this Biyong reads {FORMAT}: "
            "import it with the version that exported it."
        )
    return manifest


def find_faults(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Files that are missing, changed, or not in the manifest; "" for a good one."""
    for name, entry in manifest.files.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif entry_of(path, entry.count) != entry:
            yield f"{name} is not what was exported"
        else:
            yield ""
    paths = (path for path in folder.rglob("*") if path.is_file())
    there = {path.relative_to(folder).as_posix() for path in paths}
    for name in sorted(there - set(manifest.files) - {MANIFEST}):
        yield f"{name} is not of this archive"


def entry_of(path: Path, count: int) -> Entry:
    """What a manifest holds of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Entry(digest, path.stat().st_size, count)
