"""Uploads: begin, fill, complete, check."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from media.domain.errors import NoLecture, UnknownUpload, WrongPart
from media.domain.lecture import Edition
from media.domain.upload import CHECKING, Upload, check_first_bytes
from media.usecases.ports import Editions, Probe, Uploads


class TakeUpload:
    """Takes files in. Nothing long happens in a request: checking is work."""

    def __init__(
        self, uploads: Uploads, editions: Editions, probe: Probe, work: Path
    ) -> None:
        self.uploads, self.editions = uploads, editions
        self.probe, self.work = probe, work

    def require(self, id_: str) -> Upload:
        """One upload. Raises UnknownUpload."""
        upload = self.uploads.get(id_)
        if upload is None:
            raise UnknownUpload(f"没有上传 {id_}：请重新开始")
        return upload

    def part(self, id_: str, part: int, content: bytes) -> Upload:
        """Keep a part; sending it again is harmless. Raises WrongPart, NoLecture."""
        upload = self.require(id_)
        wanted = upload.size_of(part)
        if len(content) != wanted:
            raise WrongPart(f"第 {part} 部分应为 {wanted} 字节，收到 {len(content)}")
        if part == 1:
            check_first_bytes(content[:200])
        upload.take(part)
        self.uploads.keep_part(id_, part, content)
        return self.uploads.change(id_, lambda upload: upload.take(part))

    def complete(self, id_: str) -> Upload:
        """All parts are sent: have it checked. Raises PartsMissing."""
        self.require(id_)
        return self.uploads.change(id_, Upload.complete)

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
            self.uploads.assemble(upload, path)
            try:
                edition = self._edition(upload, path)
            except NoLecture as refusal:
                reason = str(refusal)
                self._close(upload.id, lambda held: held.refuse(reason))
                return
            self.editions.keep_source(edition.source, path)
        self.editions.add(edition)
        self._close(upload.id, Upload.accept)

    def _edition(self, upload: Upload, path: Path) -> Edition:
        probed = self.probe.look(path)
        before = self.editions.latest(upload.lecture_id)
        again = before is not None and before.source.endswith(upload.id)
        number = before.number + (0 if again else 1) if before else 1
        return Edition(
            lecture_id=upload.lecture_id,
            number=number,
            title=upload.title,
            source=f"sources/{upload.lecture_id}/{upload.id}",
            seconds=probed.seconds,
            bytes=upload.bytes,
            height=probed.height,
            has_sound=probed.has_sound,
        )

    def _close(self, id_: str, decide: Callable[[Upload], Upload]) -> None:
        self.uploads.change(id_, decide)
        self.uploads.forget_parts(id_)
