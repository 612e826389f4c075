"""Every variable enrolment reads."""

from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`person_secret` keys the hash that makes person ids; it never changes."""

    person_secret: str
