"""Where the demo's known password may be: on a machine that others do not reach."""

import ipaddress
from urllib.parse import urlsplit

from biyong.demo import PASSWORD
from biyong.faults import Fault


class OpenToOthers(Fault):
    """The demo's password is known, and others than this machine reach the platform."""


def require_own_machine(*addresses: str) -> None:
    """Refuse the demo's known password where others can sign in with it.

    Each address is a URL that people use or one the gateway listens on; empty ones say
    nothing. Raises OpenToOthers.
    """
    for address in addresses:
        host = urlsplit(address).hostname if "//" in address else address
        if address and not _is_own_machine(host or ""):
            raise OpenToOthers(
                f"the demo's accounts have the known password {PASSWORD}, and others "
                f"reach {address}: leave the demo out, or say --known-password if they "
                "may sign in with it"
            )


def _is_own_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
