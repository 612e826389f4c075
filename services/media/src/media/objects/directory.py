"""Objects as files in a directory: the one-machine twin of an S3 bucket."""

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chassis.content import Content

from media.objects.port import BadKey, NoObject, ObjectsUnavailable, check_key

PIECE = 256 * 1024
UPLOADS = ".uploads"
WHOLE, SIZE = "whole", "part_size"
TICKET_BYTES = 12
ABSENT = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


@contextmanager
def _translate_faults() -> Iterator[None]:
    """What a file system says, in the words of the port."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.EISDIR):
            raise BadKey(f"a key is an object or a folder: {error.filename}") from error
        raise ObjectsUnavailable(f"{error.strerror}: {error.filename}") from error


@contextmanager
def _not_joined(ticket: str) -> Iterator[None]:
    """A put whose files go while they are looked at has just become its object."""
    try:
        yield
    except FileNotFoundError as error:
        raise NoObject(f"put in parts {ticket}") from error


class DirectoryObjects:
    """Keys are relative paths below one folder; names with a dot are its own."""

    name = "directory"

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def _path_of(self, key: str) -> Path:
        return self.folder / check_key(key)

    def prepare(self) -> None:
        """Make the folder if it is not there."""
        with _translate_faults():
            self.folder.mkdir(parents=True, exist_ok=True)

    def put(self, key: str, content: bytes) -> None:
        """Write beside, flush to disk, rename."""
        with _translate_faults(), self._write_beside(self._path_of(key)) as part:
            part.write_bytes(content)

    def put_file(self, key: str, path: Path) -> None:
        """Move the file in; across disks it is copied first."""
        with _translate_faults(), self._write_beside(self._path_of(key)) as part:
            shutil.move(path, part)

    @contextmanager
    def _write_beside(self, path: Path) -> Iterator[Path]:
        """A file to fill, which then takes the object's place on the disk."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{secrets.token_hex(8)}.part")
        try:
            yield part
            _flush_file(part)
            os.replace(part, path)
            _flush_file(path.parent)
        finally:
            part.unlink(missing_ok=True)

    def get(self, key: str) -> bytes:
        """All bytes. Raises NoObject."""
        try:
            return self._path_of(key).read_bytes()
        except ABSENT as error:
            raise NoObject(key) from error

    def fetch_file(self, key: str, path: Path) -> None:
        """Copy to a file. Raises NoObject."""
        source = self._open_object(key)
        with _translate_faults():
            shutil.copyfile(source, path)

    def _open_object(self, key: str) -> Path:
        path = self._path_of(key)
        if not path.is_file():
            raise NoObject(key)
        return path

    def get_size(self, key: str) -> int:
        """How many bytes. Raises NoObject."""
        return self._open_object(key).stat().st_size

    def read_range(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """Some bytes, in pieces. Raises NoObject."""
        return _read_pieces(self._open_object(key), start, length)

    def every_key(self) -> Iterator[str]:
        """Every file that is not this store's own."""
        found = []
        for parent, folders, files in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            below = Path(parent).relative_to(self.folder)
            found += [(below / f).as_posix() for f in files if not f.startswith(".")]
        return iter(sorted(found, key=str.encode))

    def remove(self, key: str) -> None:
        """Forget the object, or the folder if the key ends in a slash."""
        path = self._path_of(key.removesuffix("/"))
        with _translate_faults():
            if key.endswith("/"):
                shutil.rmtree(path, ignore_errors=not path.exists())
            elif path.is_file():
                path.unlink()

    # in parts: each is written to its place in one file, and marked when it is there

    def begin_upload(self, key: str, part_size: int) -> str:
        """A folder of its own for the parts."""
        self._path_of(key)
        ticket = secrets.token_hex(TICKET_BYTES)
        with _translate_faults():
            folder = self.folder / UPLOADS / ticket
            folder.mkdir(parents=True)
            (folder / SIZE).write_text(str(part_size))
            (folder / WHOLE).touch()
        return ticket

    def _upload_folder(self, ticket: str) -> Path:
        """The folder of a put; one that has become its object is none any more."""
        folder = self.folder / UPLOADS / ticket
        if len(ticket) != 2 * TICKET_BYTES or not (folder / WHOLE).is_file():
            raise NoObject(f"put in parts {ticket}")
        return folder

    def put_part(self, key: str, ticket: str, number: int, content: Content) -> None:
        """Write the part where it belongs, then note its size.

        What was noted before counts no more from the first byte that is written over.
        """
        self._path_of(key)
        folder = self._upload_folder(ticket)
        with (
            _translate_faults(),
            _not_joined(ticket),
            _lock_alone(folder / f"{number:05d}.lock"),
        ):
            if (folder / f"{number:05d}").exists():
                _note_part(folder, number, "")
            with (folder / WHOLE).open("r+b") as file:
                file.seek((number - 1) * int((folder / SIZE).read_text()))
                for piece in content:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            _note_part(folder, number, str(content.size))

    def part_address(
        self, key: str, ticket: str, number: int, seconds: int
    ) -> str | None:
        """Nobody reaches a directory: parts come through the service."""
        return None

    def find_parts(self, key: str, ticket: str) -> dict[int, int]:
        """The sizes noted."""
        folder = self._upload_folder(ticket)
        with _translate_faults(), _not_joined(ticket):
            marks = sorted(path for path in folder.iterdir() if path.name.isdecimal())
            notes = {int(path.name): path.read_text() for path in marks}
        self._upload_folder(
            ticket
        )  # joined meanwhile: what was read may be a part of them
        return {number: int(noted) for number, noted in notes.items() if noted}

    def complete_upload(self, key: str, ticket: str) -> None:
        """The file is the object: nothing is copied, and one rename decides."""
        path, folder = self._path_of(key), self._upload_folder(ticket)
        with _translate_faults(), _not_joined(ticket):
            _flush_file(folder / WHOLE)
            path.parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder / WHOLE, path)
            _flush_file(path.parent)
        shutil.rmtree(folder, ignore_errors=True)

    def abort_upload(self, key: str, ticket: str) -> None:
        """Remove the folder."""
        with suppress(NoObject):
            shutil.rmtree(self._upload_folder(ticket), ignore_errors=True)

    def is_away(self) -> str | None:
        """The folder is there and can be written, or not."""
        if os.access(self.folder, os.W_OK | os.X_OK):
            return None
        return f"{self.folder.name} is not there or cannot be written"

    def get_free_bytes(self) -> int | None:
        """What the file system leaves to us."""
        with _translate_faults():
            return shutil.disk_usage(self.folder).free


@contextmanager
def _lock_alone(lock: Path) -> Iterator[None]:
    """Nobody else holds this lock meanwhile, in this process or another."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # let go when it is closed
        yield


def _note_part(folder: Path, number: int, size: str) -> None:
    """Note a part's size on the disk; none while it is being written over."""
    mark = folder / f".{number}"
    mark.write_text(size)
    _flush_file(mark)
    mark.replace(folder / f"{number:05d}")
    _flush_file(folder)


def _flush_file(path: Path) -> None:
    """To the disk: a file's bytes, or the names in a folder."""
    held = os.open(path, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _read_pieces(path: Path, start: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        left = length
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
