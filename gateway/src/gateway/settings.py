"""Every variable the gateway reads."""

from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`operator_password` opens the first account, `operator`, on an empty store.

    `public_url` says what the site is called and whether it stands behind TLS;
    `allowed_hosts` are further names, each with its port, that it may be asked by.
    """

    public_url: str
    allowed_hosts: str = ""
    operator_password: str
