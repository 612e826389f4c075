"""Every variable learning reads."""

from chassis.settings import CommonSettings


class Settings(CommonSettings, frozen=True, kw_only=True):
    """`certificate_keys_file`: a JWK set with private keys; the last one signs.

    Keys are only ever added, so that old certificates stay verifiable.
    `certificate_secret`: keys the hash that makes numbers; it never changes.
    `certificate_details`: print and sign a class's branch and days. A release before
    0.2.0 calls such certificates untrusted: off while one runs, or may again.
    """

    certificate_keys_file: str
    certificate_secret: str
    certificate_details: bool = True
    issuer_name: str = "北京市工会干部学院（演示）"
