"""/pictures: a picture for a course comes in, and goes out to everybody."""

from chassis.http.auth import require_roles
from chassis.http.body_limits import LARGE, limit_body
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, get, post
from contracts.http.media import PictureOut, PictureSizeOut
from flask import Response, request

from media.domain.errors import UnknownPicture
from media.domain.picture_sizes import LARGEST, SIZES
from media.usecases.add_picture import add_picture
from media.usecases.picture_ports import PictureMaker, Pictures

TAKEN = ("image/jpeg", "image/png", "image/webp", "application/octet-stream")
FOREVER = "public, max-age=31536000, immutable"
"""A year: under an id there is never another picture."""


class PictureRoutes(Routes):
    """Routes for pictures."""

    name = "pictures"

    def __init__(self, pictures: Pictures, maker: PictureMaker) -> None:
        self.pictures, self.maker = pictures, maker

    @post("/pictures", status=201, takes=TAKEN)
    @require_roles("staff")
    @idempotent
    @limit_body(LARGE)
    def post_picture(self) -> PictureOut:
        """The body is a JPEG, PNG or WebP file; its own bytes say which."""
        return _show_picture(add_picture(self.pictures, self.maker, request.get_data()))

    @get("/pictures/<id_>/<int:width>", answers="image/jpeg")
    @require_roles("visitor", "trainee", "officer", "staff", "operator")
    def show_picture(self, id_: str, width: int) -> Response:
        """A picture in one of its widths, to everybody."""
        content = self.pictures.get(id_, width)
        if content is None:
            raise UnknownPicture("没有这张图片")
        answer = Response(content, content_type="image/jpeg")
        answer.headers["Cache-Control"] = FOREVER
        return answer


def _show_picture(id_: str) -> PictureOut:
    """A picture in every size."""
    sizes = [
        PictureSizeOut.of(size, address=f"/pictures/{id_}/{size.width}")
        for size in SIZES
    ]
    return PictureOut.of(LARGEST, id=id_, sizes=sizes)
