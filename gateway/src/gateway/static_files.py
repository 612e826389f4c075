"""What pages load beside their text, under addresses that change with the content.

A browser may keep such a file for ever, and never runs modules of before an upgrade
with others of after it. There is no build: everything is read once, at the start.
"""

import functools
import gzip
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".vtt": "text/vtt; charset=utf-8",
    ".webp": "image/webp",
}
PLAIN = "text/plain; charset=utf-8"
TOGETHER = ("editor", "player", "upload")
"""Folders whose modules name each other by relative paths: those of one share a
version."""
VERSION_CHARS = 12
"""Of the digest: enough to tell one upgrade from another."""
SMALLEST_PACKED = 500
"""Bytes: a smaller file travels in one packet anyway."""


@dataclass(frozen=True)
class StaticFile:
    """One file: its bytes, also packed where that makes them fewer, and its version."""

    name: str
    media_type: str
    content: bytes
    packed: bytes | None
    version: str

    @property
    def path(self) -> str:
        """The address that changes with the content."""
        return f"/static/{self.version}/{self.name}"


def find_static_file(path: str) -> tuple[StaticFile | None, bool]:
    """The file at a path below /static, and whether the path names its version.

    Without a version, or with one of another release, it is the file of today.
    """
    known = load_static_files()
    version, _, name = path.partition("/")
    if name in known:
        return known[name], known[name].version == version
    return known.get(path), False


def static_path(name: str) -> str:
    """The address of a file. Raises KeyError for one there is not."""
    return load_static_files()[name].path


def module_paths(folder: str, entry: str) -> tuple[str, ...]:
    """The addresses of all modules of a folder, the one to begin with first."""
    names = [
        name
        for name in load_static_files()
        if name.startswith(f"{folder}/") and name.endswith(".js")
    ]
    names.sort(key=lambda name: (name != f"{folder}/{entry}", name))
    return tuple(static_path(name) for name in names)


@functools.cache
def load_static_files() -> Mapping[str, StaticFile]:
    """Every static file by its name."""
    contents = dict(sorted(_read_folder(files("gateway").joinpath("static"), "")))
    together = {folder: _version_of_folder(contents, folder) for folder in TOGETHER}
    return {
        name: _static_file(
            name, content, together.get(name.partition("/")[0]) or _version_of(content)
        )
        for name, content in contents.items()
    }


def _version_of_folder(contents: Mapping[str, bytes], folder: str) -> str:
    of_folder = (c for name, c in contents.items() if name.startswith(f"{folder}/"))
    return _version_of(b"".join(of_folder))


def _read_folder(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _read_folder(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_bytes()


def _static_file(name: str, content: bytes, version: str) -> StaticFile:
    media_type = MEDIA_TYPES.get(PurePosixPath(name).suffix, PLAIN)
    packed = gzip.compress(content, mtime=0)
    is_worth_it = len(content) >= SMALLEST_PACKED and len(packed) < len(content)
    return StaticFile(
        name, media_type, content, packed if is_worth_it else None, version
    )


def _version_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:VERSION_CHARS]
