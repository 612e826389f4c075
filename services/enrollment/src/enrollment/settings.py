"""Every variable enrolment reads."""

from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`person_secret` keys the hash that makes person ids; it never changes.

    `unmasking_roles` are the roles that may see phone and numbers in full, for a
    reason that is written down: `staff`, or `staff officer`.
    """

    person_secret: str
    unmasking_roles: str = "staff"
