"""Refusals of media: which rule said no."""

from media.domain.caption_faults import CaptionFaults
from media.domain.file_faults import FAULTS
from media.domain.picture_faults import FAULTS as PICTURE_FAULTS


class Refusal(Exception):
    """A rule said no. `slug` is stable, the message says what to do."""

    slug = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.members: dict[str, object] = {}


class UnknownUpload(Refusal):
    """No upload has this id."""

    slug = "unknown-upload"


class UnknownLecture(Refusal):
    """No lecture has this id, or it has no such edition."""

    slug = "unknown-lecture"


class WrongPart(Refusal):
    """The part does not belong to the upload, or has the wrong size."""

    slug = "wrong-part"


class PartsMissing(Refusal):
    """The upload is not whole."""

    slug = "parts-missing"


class PartsThroughHere(Refusal):
    """No client reaches the object store: parts come through this service."""

    slug = "parts-through-here"


class UploadAccepted(Refusal):
    """The upload has become a lecture: it can be given up no more."""

    slug = "upload-accepted"


class TooManyUploads(Refusal):
    """The account has as many uploads open as it may."""

    slug = "too-many-uploads"


class UploadQuota(Refusal):
    """The bytes of the open uploads, the account's or all, would be too many."""

    slug = "upload-quota"


class NoRoom(Refusal):
    """The object store has no room for the file and what is made of it."""

    slug = "no-room"


class LectureShown(Refusal):
    """A published course shows the lecture: it cannot be deleted."""

    slug = "lecture-shown"


class SourceGone(Refusal):
    """The file that a lecture would be made of is not there any more."""

    slug = "source-gone"


class NoLecture(Refusal):
    """The bytes are no lecture; `code` says why, as in FAULTS."""

    slug = "no-lecture"

    def __init__(self, code: str) -> None:
        super().__init__(FAULTS[code])
        self.code = code
        self.members = {"reason": code}


class NotReady(Refusal):
    """The lecture is not transcoded yet."""

    slug = "not-ready"


class NotEnrolled(Refusal):
    """The person has no seat in a class whose course shows the lecture."""

    slug = "not-enrolled"

    def __init__(self) -> None:
        super().__init__("您还没有被录取到含有这一讲的班级：请联系所在单位报名")


class StreamRefused(Refusal):
    """The stream token is expired, forged or another's."""

    slug = "stream-refused"


class CaptionsRefused(Refusal):
    """A captions file with faults: the first of them, each with code and line."""

    slug = "captions-refused"

    def __init__(self, faults: CaptionFaults) -> None:
        first, count = faults.first[0], len(faults.first) + faults.more
        place = f"第 {first.line} 行：" if first.line else ""
        others = f"（共 {count} 处）" if count > 1 else ""
        super().__init__(f"{place}{first.detail}{others}")
        self.faults = faults
        self.members = {
            "faults": [
                {"line": fault.line, "code": fault.code, "detail": fault.detail}
                for fault in faults.first
            ],
            "more": faults.more,
        }


class LanguageRefused(Refusal):
    """The language of captions is no tag as BCP 47 has them."""

    slug = "language-refused"

    def __init__(self) -> None:
        super().__init__("语言代码不对：请写成 zh-CN、en 这样")


class TooManyLanguages(Refusal):
    """The lecture has captions in as many languages as it may."""

    slug = "too-many-languages"


class UnknownCaptions(Refusal):
    """The lecture has no captions in this language."""

    slug = "unknown-captions"


class EditConflict(Refusal):
    """Somebody else changed it since it was read."""

    slug = "edit-conflict"

    def __init__(self, version: int) -> None:
        super().__init__("别人刚刚改过：请重新打开，看过新的内容后再改")
        self.members = {"version": version}


class NoPicture(Refusal):
    """The bytes are no picture of ours; `code` says why, as in PICTURE_FAULTS."""

    slug = "no-picture"

    def __init__(self, code: str) -> None:
        super().__init__(PICTURE_FAULTS[code])
        self.code = code
        self.members = {"reason": code}


class PictureNotMade(Refusal):
    """The picture could not be made, for no fault of the file."""

    slug = "picture-not-made"


class UnknownPicture(Refusal):
    """No picture has this id, or it has no such size."""

    slug = "unknown-picture"
