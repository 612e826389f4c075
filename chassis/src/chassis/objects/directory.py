"""Objects as files in a directory: the one-machine twin of an S3 bucket."""

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from chassis.objects.port import NoObject

PIECE = 256 * 1024


class DirectoryObjects:
    """Keys are relative paths below one folder."""

    name = "directory"

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def _path(self, key: str) -> Path:
        path = (self.folder / key).resolve()
        if not path.is_relative_to(self.folder) or path == self.folder:
            raise NoObject(key)
        return path

    def put(self, key: str, content: bytes) -> None:
        """Write beside, flush to disk, rename."""
        path = self._path(key)
        part = self._part(path)
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)

    def put_file(self, key: str, path: Path) -> None:
        """Move the file in; across disks it is copied first."""
        target = self._path(key)
        part = self._part(target)
        shutil.move(path, part)
        os.replace(part, target)

    def _part(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")

    def get(self, key: str) -> bytes:
        """All bytes. Raises NoObject."""
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError) as error:
            raise NoObject(key) from error

    def size(self, key: str) -> int:
        """How many bytes. Raises NoObject."""
        path = self._path(key)
        if not path.is_file():
            raise NoObject(key)
        return path.stat().st_size

    def read(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """Some bytes, in pieces. Raises NoObject."""
        path = self._path(key)
        if not path.is_file():
            raise NoObject(key)
        return _pieces(path, start, length)

    def remove(self, prefix: str) -> None:
        """Forget the object, or all under the folder of this name."""
        path = self._path(prefix.rstrip("/"))
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    def is_away(self) -> str | None:
        """The folder is there or it is not."""
        return None if self.folder.is_dir() else f"{self.folder.name} is not there"


def _pieces(path: Path, start: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        left = length
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
