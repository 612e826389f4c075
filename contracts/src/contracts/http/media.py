"""What media is asked and answers: uploads, lectures, captions, pictures, watching.

Seconds count from a lecture's beginning, percents are whole, from 0 to 100, and moments
are epoch seconds. `reason` and `cause` are codes, empty where there is nothing to say;
`detail` is a sentence for the code.
"""

from typing import Annotated, Literal

import msgspec

from contracts.http.shape import Answer, Cursor, Id, Ids, Line, Name, Query, Shape

Limit = Annotated[int, msgspec.Meta(ge=1, le=200)]
"""A page that is read and sent whole."""
LARGEST_FILE = 8 * 1024**3
"""Bytes of a lecture file; two hours as cameras write 1080p are 7 GiB."""
Token = Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
"""Longer than any that is given out."""
Seconds = Annotated[float, msgspec.Meta(ge=0, le=50_000)]
"""Of a lecture: the longest has 43,200."""
Ago = Annotated[float, msgspec.Meta(ge=0, le=1e7)]
"""A report may have lain in a browser that nobody opened for weeks."""


class UploadIn(Shape):
    """A file of so many bytes to come; a known lecture gets a new edition.

    `mark` is what the caller knows the file by: after a cut it finds its upload again.
    """

    title: Name
    bytes: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_FILE)]
    lecture_id: Id | None = None
    mark: Id | None = None


class UploadsQuery(Query):
    """A page of the caller's own uploads, or of everybody's, the newest first."""

    of: Literal["own", "all"] = "own"
    after: Cursor = ""
    limit: Limit = 200


class UploadOut(Answer):
    """An upload of so many bytes, begun at a moment by an account.

    `state` is open, checking, accepted or refused. `tries` of its check broke off, the
    last for `cause`.
    """

    id: str
    lecture_id: str
    title: str
    bytes: int
    begun: float
    account: str
    mark: str
    state: str
    reason: str
    detail: str
    tries: int
    cause: str


class UploadPartsOut(UploadOut):
    """An upload with the numbers of its `parts` that have come, from 1 to `count`; each
    has `part_size` bytes, the last one what is left."""

    part_size: int
    count: int
    parts: list[int]


class UploadsOut(Answer):
    """A page of uploads; `room` is how many bytes the object store can still take, or
    null where it does not say."""

    items: list[UploadOut]
    next: str
    room: int | None


class PartAddressOut(Answer):
    """Where a part may be put without passing through here, for some minutes."""

    url: str


class EditionOut(Answer):
    """An edition of a lecture and how far its making is; 0 where none is made yet.

    `state` is that of the edition (waiting, transcoding, ready, failed), or of the
    upload that is to become one (open, checking, accepted, refused).
    """

    lecture_id: str
    edition: int
    title: str
    state: str
    percent: int
    seconds: float
    renditions: list[str]
    reason: str
    detail: str


class LectureOut(EditionOut):
    """A lecture as it stands; `place` is its place among those that wait to be made,
    from 1, or 0 where it does not wait."""

    place: int


class MakingOut(LectureOut):
    """A lecture as staff have it made: `tries` broke off, the last for `cause`, and the
    next may begin at the moment `again_at`."""

    is_worked_on: bool
    tries: int
    cause: str
    again_at: float


class DropOffOut(Answer):
    """How many `watchers` of an edition have watched each of its slices, which are
    equally long and together its `seconds`; of a lecture that very many watch those
    some who are counted stand for all."""

    edition: int
    seconds: float
    watchers: int
    slices: list[int]


class LecturesQuery(Query):
    """A page of the editions in these states, by id; making are those that wait too."""

    state: Literal["all", "making", "failed", "ready"] = "all"
    after: Cursor = ""
    limit: Limit = 200


class DeletedLectureOut(Answer):
    """A lecture that is no more; `state` is deleted."""

    lecture_id: str
    state: str


class WatchRecordOut(Answer):
    """What a person has watched of an edition: so many seconds, to a tenth, and so many
    percent. `covered` and `gaps` are stretches from a second to a second; at `position`
    the person goes on."""

    position: float
    watched: float
    percent: int
    completed: bool
    covered: list[tuple[float, float]]
    gaps: list[tuple[float, float]]


class WatchingQuery(Query):
    """What the person who asks has watched of these lectures."""

    lecture_ids: Ids


class WatchedOut(Answer):
    """How far a person is in a lecture, in its newest edition that the person began.

    `position` is the second where the person goes on; `completed` once any edition is.
    """

    lecture_id: str
    edition: int
    position: float
    percent: int
    completed: bool


class GrantedCaptionsOut(Answer):
    """Captions as a player gets them, and the path where."""

    language: str
    label: str
    address: str


class GrantOut(EditionOut):
    """Where a session may stream a lecture until the moment `expires`: paths below
    `prefix`. Seconds count when watched at `rate` times the speed at most; a segment
    has `segment_seconds`."""

    prefix: str
    playlist: str
    poster: str
    captions: list[GrantedCaptionsOut]
    token: str
    expires: int
    rate: float
    segment_seconds: float
    watch: WatchRecordOut


class StartIn(Shape):
    """A player begins under a stream token; `take_over` stops another one."""

    token: Token
    player: Id
    position: Seconds = 0.0
    take_over: bool = False


class ReportIn(Shape):
    """A player's claim, in seconds of the lecture.

    `ago` is how many seconds before now, by the player's own clock, it played the end
    of the stretch; `leaving` says that its page is left.
    """

    token: Token
    player: Id
    start: Seconds
    end: Seconds
    speed: Annotated[float, msgspec.Meta(gt=0, le=100)] = 1.0
    ago: Ago = 0.0
    leaving: bool = False


class StartOut(Answer):
    """Whether a player may play, or why not, and what is watched so far."""

    reason: str
    watch: WatchRecordOut


class VerdictOut(Answer):
    """The verdict on a report: `earned` seconds are new, and up to second `counted_to`
    it is settled. What is behind is to be reported again after `retry_after` seconds;
    `missing` numbers segments that the session is not known to have got."""

    earned: float
    counted_to: float
    reason: str
    retry_after: float
    missing: list[int]
    watch: WatchRecordOut


class CaptionsIn(Shape):
    """A .srt or .vtt file as its bytes are, base64 in JSON: whichever its encoding is.

    Without a label it is called as its language calls itself.
    """

    content: bytes
    label: Line = ""


class CaptionsOut(Answer):
    """Captions in one language: how many cues, the last from second `last_start` on.

    An account changed them at the moment `changed`; `warnings` are codes.
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


class PictureSizeOut(Answer):
    """A size of a picture in pixels, and the path where pages get it."""

    width: int
    height: int
    address: str


class PictureOut(Answer):
    """A picture by its id, with the pixels of its largest size; the smallest first."""

    id: str
    width: int
    height: int
    sizes: list[PictureSizeOut]
