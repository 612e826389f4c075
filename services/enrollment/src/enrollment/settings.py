"""Every variable enrolment reads."""

from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`person_secret` keys the hash that makes person ids; it never changes.

    `unmasking_roles` are the roles that may see phone and numbers in full, for a
    reason that is written down: `staff`, or `staff officer`.

    `webhook_networks` are networks of our own, such as `10.1.0.0/16`, that webhooks of
    branches may lead into all the same, with blanks or commas between; else none.
    """

    person_secret: str
    unmasking_roles: str = "staff"
    webhook_networks: str = ""
