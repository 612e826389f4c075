"""Every variable media reads."""

from typing import Annotated

import msgspec
from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`stream_secret` keys stream tokens. `work_dir` is scratch space.

    An account has at most so many `uploads_open`, of `upload_gib` together; those of
    all accounts come to `upload_gib_of_all` at most.
    """

    objects_url: str
    stream_secret: str
    work_dir: str
    ffmpeg: str = ""
    preset: str = "veryfast"
    uploads_open: Annotated[int, msgspec.Meta(ge=1)] = 20
    upload_gib: Annotated[int, msgspec.Meta(ge=1)] = 64
    upload_gib_of_all: Annotated[int, msgspec.Meta(ge=1)] = 512
