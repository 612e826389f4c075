"""The client of media: lectures, their uploads and captions, pictures."""

from dataclasses import dataclass

from contracts.http.media import (
    CaptionsIn,
    CaptionsOut,
    CaptionsTextOut,
    DeletedLectureOut,
    DropOffOut,
    GrantOut,
    LectureOut,
    LecturesQuery,
    MakingOut,
    PartAddressOut,
    PictureOut,
    UploadIn,
    UploadPartsOut,
    UploadsOut,
    UploadsQuery,
    WatchedOut,
    WatchingQuery,
)
from contracts.http.shape import Page

from gateway.clients.caller import ServiceCaller


@dataclass(frozen=True)
class MediaClient:
    """Questions to media."""

    ask: ServiceCaller

    def show_lecture(self, lecture_id: str) -> LectureOut:
        """How far a lecture is that the visitor may watch. Raises Problem 404."""
        return self.ask.get(LectureOut, "lectures", lecture_id)

    def post_grant(self, lecture_id: str) -> GrantOut:
        """The visitor may stream a lecture; asked within the time of the page.

        Raises Problem 403, 404, 409 while it is not ready.
        """
        path, left = ("lectures", lecture_id, "grants"), self.ask.deadline
        return self.ask.send("POST", GrantOut, *path, seconds=left.seconds_left())

    def find_watched(self, lecture_ids: list[str]) -> dict[str, WatchedOut]:
        """How far the visitor is in these lectures; those not begun are not there."""
        if not lecture_ids:
            return {}
        query = WatchingQuery(lecture_ids=lecture_ids)
        found = self.ask.get(list[WatchedOut], "watching", query=query)
        return {watched.lecture_id: watched for watched in found}

    def list_lectures(self, asked: LecturesQuery) -> Page[MakingOut]:
        """A page of lectures, as far as the making of each is."""
        return self.ask.get(Page[MakingOut], "lectures", query=asked)

    def show_drop_off(self, lecture_id: str) -> DropOffOut:
        """Where people stop watching a lecture. Raises Problem 404, 409."""
        return self.ask.get(DropOffOut, "lectures", lecture_id, "drop-off")

    def show_making(self, lecture_id: str) -> MakingOut:
        """How far the making of a lecture is. Raises Problem 404."""
        return self.ask.get(MakingOut, "lectures", lecture_id, "making")

    def post_cancellation(self, lecture_id: str) -> MakingOut:
        """Nobody goes on making a lecture."""
        path = ("lectures", lecture_id, "cancellation")
        return self.ask.send("POST", MakingOut, *path)

    def post_retry(self, lecture_id: str) -> MakingOut:
        """Make a lecture again that failed, or at once where it waits."""
        return self.ask.send("POST", MakingOut, "lectures", lecture_id, "retry")

    def remove_lecture(self, lecture_id: str) -> DeletedLectureOut:
        """A lecture is deleted with all its files."""
        return self.ask.send("DELETE", DeletedLectureOut, "lectures", lecture_id)

    def list_uploads(self, asked: UploadsQuery) -> UploadsOut:
        """A page of uploads, those begun last first."""
        return self.ask.get(UploadsOut, "uploads", query=asked)

    def show_upload(self, upload_id: str) -> UploadPartsOut:
        """An upload, and which of its parts have come. Raises Problem 404."""
        return self.ask.get(UploadPartsOut, "uploads", upload_id)

    def post_upload(self, asked: UploadIn, key: str = "") -> UploadPartsOut:
        """Begin an upload; under the same key again it is the same one."""
        return self.ask.send("POST", UploadPartsOut, "uploads", body=asked, key=key)

    def show_part_address(self, upload_id: str, part: int) -> PartAddressOut:
        """Where the object store takes a part itself. Raises Problem 404 if it does
        not."""
        path = ("uploads", upload_id, "parts", str(part), "address")
        return self.ask.get(PartAddressOut, *path)

    def post_completion(self, upload_id: str) -> UploadPartsOut:
        """All parts have come: have the file checked."""
        path = ("uploads", upload_id, "completion")
        return self.ask.send("POST", UploadPartsOut, *path)

    def give_up(self, upload_id: str) -> UploadPartsOut:
        """An upload ends that nobody goes on with."""
        return self.ask.send("DELETE", UploadPartsOut, "uploads", upload_id)

    def list_captions(self, lecture_id: str) -> Page[CaptionsOut]:
        """All captions of a lecture, by language."""
        return self.ask.get(Page[CaptionsOut], "lectures", lecture_id, "captions")

    def show_captions(self, lecture_id: str, language: str) -> CaptionsTextOut:
        """Captions with their text. Raises Problem 404."""
        path = ("lectures", lecture_id, "captions", language)
        return self.ask.get(CaptionsTextOut, *path)

    def put_captions(
        self,
        lecture_id: str,
        language: str,
        asked: CaptionsIn,
        version: int | None = None,
    ) -> CaptionsTextOut:
        """Put captions, or replace those of this version; 0 stands for none.

        Raises Problem 412 where they are of another one, 422 with every fault.
        """
        path = ("lectures", lecture_id, "captions", language)
        return self.ask.send("PUT", CaptionsTextOut, *path, body=asked, version=version)

    def remove_captions(
        self, lecture_id: str, language: str, version: int | None = None
    ) -> CaptionsOut:
        """Captions are deleted, if they are of this version. Raises Problem 412."""
        path = ("lectures", lecture_id, "captions", language)
        return self.ask.send("DELETE", CaptionsOut, *path, version=version)

    def post_picture(self, content: bytes, key: str = "") -> PictureOut:
        """Add a JPEG, PNG or WebP file as a picture. Raises Problem 422."""
        return self.ask.send("POST", PictureOut, "pictures", raw=content, key=key)
