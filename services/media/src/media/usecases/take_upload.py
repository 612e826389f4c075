"""Uploads: begin, fill, complete, check."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from media.domain.errors import (
    NoLecture,
    PartsThroughHere,
    UnknownUpload,
    WrongPart,
)
from media.domain.lecture import Edition
from media.domain.upload import CHECKING, HEAD_BYTES, REFUSED, Upload, check_first_bytes
from media.usecases.ports import Editions, Probe, Uploads

LONGEST_OPEN_SECONDS = 7 * 24 * 3600.0
CLOSED_AT_ONCE = 50
LAPSED = "lapsed"


class TakeUpload:
    """Takes files in. Nothing long happens in a request: checking is work."""

    def __init__(
        self,
        uploads: Uploads,
        editions: Editions,
        probe: Probe,
        work: Path,
        now: Callable[[], float],
    ) -> None:
        self.uploads, self.editions = uploads, editions
        self.probe, self.work, self.now = probe, work, now

    def begin(self, id_: str, lecture_id: str, title: str, size: int) -> Upload:
        """A new upload of so many bytes, open for its parts."""
        upload = Upload(id_, lecture_id, title, size, begun=self.now())
        ticket = self.uploads.open_parts(upload.source)
        upload = replace(upload, ticket=ticket)
        self.uploads.add(upload)
        return upload

    def require(self, id_: str) -> Upload:
        """One upload. Raises UnknownUpload."""
        upload = self.uploads.get(id_)
        if upload is None:
            raise UnknownUpload(f"没有上传 {id_}：请重新开始")
        return upload

    def part(self, id_: str, part: int, content: BinaryIO, size: int) -> Upload:
        """Keep a part of so many bytes; sending it again is harmless.

        Raises WrongPart, NoLecture.
        """
        upload = self.require(id_)
        wanted = upload.size_of(part)
        if size != wanted:
            raise WrongPart(f"第 {part} 部分应为 {wanted} 字节，收到 {size}")
        if part == 1:
            check_first_bytes(content.read(HEAD_BYTES))
            content.seek(0)
        self.uploads.keep_part(upload.require_open(), part, content, size)
        return upload

    def address(self, id_: str, part: int) -> str:
        """Where to send a part without us. Raises PartsThroughHere, WrongPart."""
        upload = self.require(id_).require_open()
        upload.size_of(part)
        found = self.uploads.part_address(upload, part)
        if found is None:
            raise PartsThroughHere("对象存储不对外：请把各部分发到这里")
        return found

    def kept_parts(self, upload: Upload) -> list[int]:
        """Which parts have come."""
        return sorted(self.uploads.kept_parts(upload))

    def complete(self, id_: str) -> Upload:
        """All parts are sent: have it checked. Raises PartsMissing."""
        kept = self.uploads.kept_parts(self.require(id_))
        return self.uploads.change(id_, lambda upload: upload.complete(kept))

    def close_stale(self) -> bool:
        """End uploads that nobody goes on with; whether there were any."""
        stale = self.uploads.stale(self.now() - LONGEST_OPEN_SECONDS, CLOSED_AT_ONCE)
        for upload in stale:
            self._end(upload.id, lambda held: held.lapse(LAPSED))
        return bool(stale)

    def check_next(self) -> bool:
        """Check one upload that waits; whether there was one."""
        id_ = self.uploads.claim()
        if id_ is None:
            return False
        upload = self.require(id_)
        if upload.state == CHECKING:
            self._check(upload)
        return True

    def _check(self, upload: Upload) -> None:
        with TemporaryDirectory(dir=self.work) as folder:
            path = Path(folder) / "upload"
            try:
                self.uploads.assemble(upload, path)
                edition = self._edition(upload, path)
            except NoLecture as refusal:
                reason = refusal.code
                self._end(upload.id, lambda held: held.refuse(reason))
                return
        self.editions.add(edition)
        self.uploads.change(upload.id, Upload.accept)

    def _end(self, id_: str, decide: Callable[[Upload], Upload | None]) -> None:
        """Refuse it, and forget its bytes if it is refused now."""
        ended = self.uploads.change(id_, decide)
        if ended.state == REFUSED:
            self.uploads.forget(ended)

    def _edition(self, upload: Upload, path: Path) -> Edition:
        probed = self.probe.look(path)
        before = self.editions.latest(upload.lecture_id)
        again = before is not None and before.source.endswith(upload.id)
        number = before.number + (0 if again else 1) if before else 1
        return Edition(
            lecture_id=upload.lecture_id,
            number=number,
            title=upload.title,
            source=upload.source,
            seconds=probed.seconds,
            bytes=upload.bytes,
            probed=probed,
        )
