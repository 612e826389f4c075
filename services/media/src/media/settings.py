"""Every variable media reads."""

from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`stream_secret` keys stream tokens. `work_dir` is scratch space."""

    objects_url: str
    stream_secret: str
    work_dir: str
    ffmpeg: str = ""
    preset: str = "veryfast"
