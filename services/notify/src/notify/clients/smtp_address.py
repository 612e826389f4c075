"""Where the mail server is and who may use it, in one address."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

FORM = "smtp[s]://[USER:PASSWORD@]HOST[:PORT][?ca=FILE&starttls=no]"
PORTS = {"smtp": 587, "smtps": 465}  # RFC 6409, RFC 8314
OPTIONS = {"ca", "starttls"}


@dataclass(frozen=True)
class SmtpAddress:
    """A mail server's address.

    `smtps` is TLS from the first byte; `smtp` begins it by STARTTLS, and must, unless
    that is said not to be had (`starttls=no`). `ca` is a file with the authority's
    certificate, empty for those the machine trusts.
    """

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls_at_once: bool = False
    starttls: bool = True
    ca: str = ""

    @classmethod
    def parse_url(cls, url: str) -> "SmtpAddress":
        """The address of a URL. Raises ValueError that does not repeat the password."""
        parts = urlsplit(url)
        options = {
            name: values[-1]
            for name, values in parse_qs(parts.query, keep_blank_values=True).items()
        }
        has_login = bool(parts.username), bool(parts.password)
        if parts.scheme not in PORTS or not parts.hostname or len(set(has_login)) > 1:
            raise ValueError(f"the mail server's address must be {FORM}")
        if unknown := set(options) - OPTIONS:
            raise ValueError(f"the mail server's address: no option {sorted(unknown)}")
        if options.get("starttls", "no") != "no":
            raise ValueError("the mail server's address: starttls can only be 'no'")
        address = cls(
            host=parts.hostname,
            port=_port_of(url) or PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls_at_once=parts.scheme == "smtps",
            starttls=parts.scheme == "smtp" and "starttls" not in options,
            ca=options.get("ca", ""),
        )
        if (
            address.user
            and not address.is_covered
            and not _is_this_machine(address.host)
        ):
            raise ValueError("the mail server's address: a password needs TLS")
        return address

    @property
    def is_covered(self) -> bool:
        """Whether nobody on the way can read the mail along."""
        return self.tls_at_once or self.starttls


def _port_of(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        raise ValueError(f"the mail server's address must be {FORM}") from None


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
