"""Every variable catalog reads."""

from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """Nothing of its own."""
