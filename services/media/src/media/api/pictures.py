"""/pictures: a picture for a course comes in, and goes out to everybody."""

from chassis.http.auth import require_roles
from chassis.http.body import json_response
from chassis.http.body_limits import LARGE, limit_body
from chassis.http.idempotency import idempotent
from chassis.http.routing import Routes, get, post
from flask import Response, request

from media.api.shapes import show_picture
from media.domain.errors import UnknownPicture
from media.usecases.add_picture import add_picture
from media.usecases.picture_ports import PictureMaker, Pictures

FOREVER = "public, max-age=31536000, immutable"
"""A year: under an id there is never another picture."""


class PictureRoutes(Routes):
    """Routes for pictures."""

    name = "pictures"

    def __init__(self, pictures: Pictures, maker: PictureMaker) -> None:
        self.pictures, self.maker = pictures, maker

    @post("/pictures")
    @require_roles("staff")
    @idempotent
    @limit_body(LARGE)
    def post_picture(self) -> Response:
        """The body is a JPEG, PNG or WebP file; its own bytes say which."""
        id_ = add_picture(self.pictures, self.maker, request.get_data())
        return json_response(show_picture(id_), 201)

    @get("/pictures/<id_>/<int:width>")
    @require_roles("visitor", "trainee", "officer", "staff", "operator")
    def show_picture(self, id_: str, width: int) -> Response:
        content = self.pictures.get(id_, width)
        if content is None:
            raise UnknownPicture("没有这张图片")
        answer = Response(content, content_type="image/jpeg")
        answer.headers["Cache-Control"] = FOREVER
        return answer
