"""Uploads: begin, fill, complete, give up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from media.domain.errors import (
    NoRoom,
    PartsThroughHere,
    TooManyUploads,
    UnknownUpload,
    UploadQuota,
    WrongPart,
)
from media.domain.upload import (
    HEAD_BYTES,
    OPEN,
    PlaceInUploads,
    Upload,
    check_first_bytes,
)
from media.usecases.ports import Uploads

LONGEST_OPEN_SECONDS = 7 * 24 * 3600.0
"""Whoever goes on with a file does so within a week; its parts take room until then."""
CLOSED_AT_ONCE = 50  # uploads of a round; the next follows at once
KEPT_FREE = 256 * 1024**2
"""What is left to everything else on the disk of the objects; what is made of a lecture
comes to less than a tenth of what is uploaded, and is made while there is room. Beside
it the largest file must fit once more: whoever works on one copies it first, and only a
store on a disk of this machine, where the copies lie too, says what room it has."""


@dataclass(frozen=True)
class UploadLimits:
    """How many uploads an account may have open, and bytes of all that are open."""

    uploads: int
    bytes: int
    bytes_of_all: int


class ReceiveUpload:
    """Takes files in. Nothing long happens in a request: checking is work."""

    def __init__(
        self, uploads: Uploads, limits: UploadLimits, now: Callable[[], float]
    ) -> None:
        self.uploads, self.limits, self.now = uploads, limits, now

    def begin_upload(self, new: Upload) -> Upload:
        """A new upload, open for its parts.

        Looked at again once it is there: of several begun in one moment too few may
        stay, never too many. Raises TooManyUploads, UploadQuota, NoRoom.
        """
        new = replace(new, begun=self.now())
        self._require_allowed(new, self.uploads.find_unfinished())
        upload = replace(new, ticket=self.uploads.open_parts(new.source))
        self.uploads.create(upload)
        others = [
            other for other in self.uploads.find_unfinished() if other.id != upload.id
        ]
        try:
            self._require_allowed(upload, others)
        except (TooManyUploads, UploadQuota, NoRoom):
            self.give_up(upload.id)
            raise
        return upload

    def _require_allowed(self, new: Upload, others: Sequence[Upload]) -> None:
        of_account = [other for other in others if other.account == new.account]
        if len(of_account) >= self.limits.uploads:
            raise TooManyUploads(
                f"同时最多 {self.limits.uploads} 个上传：请先传完或放弃已开始的上传"
            )
        _require_below(self.limits.bytes, new, of_account, "您")
        _require_below(self.limits.bytes_of_all, new, others, "所有人")
        self._require_room(new, others)

    def _require_room(self, new: Upload, others: Sequence[Upload]) -> None:
        """The disk must be able to take all that is to come, this, and one copy."""
        room = self.uploads.free_bytes()
        if room is None:
            return
        copy = max(upload.bytes for upload in (new, *others))
        left = room - new.bytes - copy - KEPT_FREE
        if left >= sum(other.bytes for other in others):
            return
        coming = sum(self._bytes_to_come(other) for other in others)
        if left < coming:
            raise NoRoom("存储空间不够放下这个文件：请删除不用的讲座，或联系运维扩容")

    def _bytes_to_come(self, upload: Upload) -> int:
        if upload.state != OPEN:
            return 0
        return upload.bytes - sum(self.uploads.find_stored_parts(upload).values())

    def require_upload(self, id_: str) -> Upload:
        """The upload with this id. Raises UnknownUpload."""
        upload = self.uploads.get(id_)
        if upload is None:
            raise UnknownUpload(f"没有上传 {id_}：请重新开始")
        return upload

    def find_newest(
        self, account: str | None, limit: int, behind: PlaceInUploads | None = None
    ) -> list[Upload]:
        """Uploads of an account, or of all, those begun last first, behind a place."""
        return self.uploads.find_newest(account, limit, behind)

    def free_bytes(self) -> int | None:
        """The bytes that the object store can still take, or None: it does not say."""
        return self.uploads.free_bytes()

    def receive_part(self, id_: str, part: int, content: BinaryIO, size: int) -> Upload:
        """Receive a part of so many bytes; sending it again is harmless.

        Raises WrongPart, NoLecture.
        """
        upload = self.require_upload(id_)
        wanted = upload.size_of(part)
        if size != wanted:
            raise WrongPart(f"第 {part} 部分应为 {wanted} 字节，收到 {size}")
        if part == 1:
            check_first_bytes(content.read(HEAD_BYTES))
            content.seek(0)
        self.uploads.store_part(upload.require_open(), part, content, size)
        return upload

    def get_part_address(self, id_: str, part: int) -> str:
        """Where to send a part without us. Raises PartsThroughHere, WrongPart."""
        upload = self.require_upload(id_).require_open()
        upload.size_of(part)
        address = self.uploads.part_address(upload, part)
        if address is None:
            raise PartsThroughHere("对象存储不对外：请把各部分发到这里")
        return address

    def stored_parts(self, upload: Upload) -> list[int]:
        """Which parts have come."""
        return sorted(self.uploads.find_stored_parts(upload))

    def complete_upload(self, id_: str) -> Upload:
        """Have an upload checked: all parts are sent. Raises PartsMissing."""
        parts = self.uploads.find_stored_parts(self.require_upload(id_))
        return self.uploads.change(
            id_, lambda upload: upload.complete(parts, self.now())
        )

    def give_up(self, id_: str) -> Upload:
        """End it; its bytes go. Again is harmless. Raises UploadAccepted."""
        self.require_upload(id_)
        return self.uploads.change(id_, lambda upload: upload.give_up(self.now()))

    def close_stale(self) -> bool:
        """End uploads that nobody goes on with; whether there were any."""
        stale = self.uploads.find_stale(
            self.now() - LONGEST_OPEN_SECONDS, CLOSED_AT_ONCE
        )
        for upload in stale:
            self.uploads.change(upload.id, lambda stored: stored.lapse(self.now()))
        return bool(stale)


def _require_below(
    limit: int, new: Upload, others: Sequence[Upload], whose: str
) -> None:
    """Raises UploadQuota."""
    bytes_ = new.bytes + sum(other.bytes for other in others)
    if bytes_ > limit:
        raise UploadQuota(
            f"{whose}未传完的文件合计不能超过 {limit // 1024**3} GiB："
            "请先传完或放弃已开始的上传"
        )
