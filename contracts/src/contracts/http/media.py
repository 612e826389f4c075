"""What media is asked and answers of captions of lectures and pictures of courses."""

from contracts.http.shape import Answer, Line, Page, Shape


class CaptionsIn(Shape):
    """A .srt or .vtt file as its bytes are, base64 in JSON: whichever its encoding is.

    Without a label it is called as its language calls itself.
    """

    content: bytes
    label: Line = ""


class CaptionsOut(Answer):
    """Captions in one language: how many cues, and at which second the last begins.

    `changed` is in epoch seconds, `account` who did. `warnings` are codes: `behind-end`
    where they go on behind the end of their lecture.
    """

    lecture_id: str
    language: str
    label: str
    cues: int
    last_start: float
    changed: float
    account: str
    version: int
    warnings: list[str]


class CaptionsTextOut(CaptionsOut):
    """The same with the WebVTT text that viewers get."""

    text: str


class CaptionsPage(Page[CaptionsOut]):
    """Captions of a lecture by language; all are on the first page."""


class GrantedCaptionsOut(Answer):
    """Captions as a player gets them, and where."""

    language: str
    label: str
    address: str


class PictureSizeOut(Answer):
    """A size of a picture, and where pages get it."""

    width: int
    height: int
    address: str


class PictureOut(Answer):
    """A picture by its id, with the sides of its largest size; the smallest first."""

    id: str
    width: int
    height: int
    sizes: list[PictureSizeOut]
