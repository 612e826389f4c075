"""Every variable learning reads."""

from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`certificate_keys_file`: a JWK set with private keys; the last one signs.

    Keys are only ever added, so that old certificates stay verifiable.
    `certificate_secret`: keys the hash that makes numbers; it never changes.
    """

    certificate_keys_file: str
    certificate_secret: str
    issuer_name: str = "北京市工会干部学院（演示）"
