"""Every variable catalog reads."""

from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`enrollment_url`: who knows the tree of branches."""

    enrollment_url: str
