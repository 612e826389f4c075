"""Connections to an LDAP directory: always under TLS, every answer within a deadline.

The one room that knows ldap3.
"""

import ssl
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import parse_dn

ENTRY = "searchResEntry"
OK = 0
WRONG_CREDENTIALS = 49
NOT_THEM = {WRONG_CREDENTIALS, 19, 32, 48, 50, 53}
"""Result codes by which a directory says that this password opens nothing: it is wrong,
or the entry is locked, gone or may not bind (RFC 4511, A.1)."""
PORTS = {"ldap": 389, "ldaps": 636}
FAULTS = (LDAPException, OSError, ssl.SSLError, struct.error, ValueError)
"""What comes of a directory that is away, cuts a connection or answers nonsense."""


class DirectoryUnreachable(Exception):
    """The directory does not answer, or not as one does; the message says how."""


class _CheckedTls(ldap3.Tls):  # type: ignore[misc,unused-ignore]
    """TLS as Python's own defaults have it, which check the server's name: ldap3 does
    that by a function that Python no longer has."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self.context = context

    def wrap_socket(
        self, connection: ldap3.Connection, do_handshake: Any = True
    ) -> None:
        """The connection's socket speaks TLS from here on. Raises OSError."""
        name = connection.server.host
        connection.socket = self.context.wrap_socket(
            connection.socket, server_hostname=name
        )


@dataclass(frozen=True)
class DirectoryAddress:
    """Where a directory is. `ldap://` turns to TLS by StartTLS before anything is said,
    `ldaps://` begins with it; the certificate is checked in any case.

    Raises ValueError for another address.
    """

    url: str
    ca_file: str = ""
    connect_seconds: int = 1
    answer_seconds: int = 1

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/"):
            raise ValueError(f"{self.url} is no address like ldaps://HOST[:PORT]")

    def create_server(self) -> ldap3.Server:
        """A server that has not been tried: one that was keeps what it found."""
        parts = urlsplit(self.url)
        tls = _CheckedTls(ssl.create_default_context(cafile=self.ca_file or None))
        return ldap3.Server(
            str(parts.hostname),
            port=parts.port or PORTS[parts.scheme],
            use_ssl=parts.scheme == "ldaps",
            tls=tls,
            get_info=ldap3.NONE,
            connect_timeout=self.connect_seconds,
        )


@dataclass(frozen=True)
class DirectoryEntry:
    """An entry: its name in the tree, and its attributes by names in small letters."""

    dn: str
    attributes: Mapping[str, Sequence[bytes]]

    def get_text(self, attribute: str) -> str:
        """The first value of an attribute, or empty. Raises UnicodeDecodeError."""
        values = self.attributes.get(attribute.lower()) or (b"",)
        return values[0].decode().strip()


class DirectoryConnection:
    """One connection, used by one thread at a time."""

    def __init__(self, address: DirectoryAddress) -> None:
        self.connection = ldap3.Connection(
            address.create_server(),
            client_strategy=ldap3.SAFE_SYNC,
            auto_referrals=False,
            read_only=True,
            receive_timeout=address.answer_seconds,
        )
        try:
            self.connection.open(read_server_info=False)
            if not self.connection.server.ssl:
                self.connection.start_tls(read_server_info=False)
        except FAULTS as fault:
            self.close()
            raise DirectoryUnreachable(describe_fault(fault)) from fault

    def bind(self, dn: str, password: str) -> int:
        """The result code of a bind. Raises DirectoryUnreachable, and ValueError for an
        empty name or password: directories let that pass as nobody (RFC 4513, 5.1.2).
        """
        if not dn or not password:
            raise ValueError("no bind without a name and a password")
        try:
            _, result, *_ = self.connection.rebind(
                user=dn, password=password.encode(), read_server_info=False
            )
        except FAULTS as fault:
            raise DirectoryUnreachable(describe_fault(fault)) from fault
        return int(result["result"])

    def find_page(
        self,
        base: str,
        condition: str,
        attributes: Sequence[str],
        *,
        at_once: int,
        cookie: bytes = b"",
    ) -> tuple[list[DirectoryEntry], bytes]:
        """A page of entries below a base, and the cookie of the next, or empty.

        Raises DirectoryUnreachable, also for an answer that is not whole.
        """
        try:
            _, result, response, _ = self.connection.search(
                base,
                condition,
                attributes=list(attributes),
                paged_size=at_once,
                paged_cookie=cookie or None,
                paged_criticality=True,
            )
        except FAULTS as fault:
            raise DirectoryUnreachable(describe_fault(fault)) from fault
        if result["result"] != OK:
            line = f"{result['description']} {result['message']}"
            raise DirectoryUnreachable(f"search below {base}: {line}".strip())
        entries = [_to_entry(row) for row in response or () if row["type"] == ENTRY]
        return entries, _next_cookie(result)

    def find_all(
        self, base: str, condition: str, attributes: Sequence[str], at_once: int
    ) -> Iterator[DirectoryEntry]:
        """All entries below a base, read page by page. Raises DirectoryUnreachable."""
        cookie, is_first = b"", True
        while cookie or is_first:
            entries, cookie = self.find_page(
                base, condition, attributes, at_once=at_once, cookie=cookie
            )
            is_first = False
            yield from entries

    def close(self) -> None:
        """The connection ends, whatever state it is in."""
        with suppress(*FAULTS):
            self.connection.unbind()
        if self.connection.socket is not None:
            self.connection.socket.close()


def write_filter(attribute: str, value: str) -> str:
    """A filter for entries whose attribute has this value, whatever signs are in it."""
    return f"({attribute}={escape_filter_chars(value)})"


def split_dn(dn: str) -> tuple[str, ...]:
    """The parts of an entry's name, the nearest first, in a form that compares.

    Raises ValueError.
    """
    try:
        parts = parse_dn(dn.lower(), escape=False, strip=True)
    except LDAPException as error:
        raise ValueError(f"{dn} is no name of an entry: {error}") from error
    joined: list[str] = []
    together = False
    for name, value, separator in parts:
        part = f"{name}={value}"
        joined[-1:] = [f"{joined[-1]}+{part}"] if together else [*joined[-1:], part]
        together = separator == "+"
    return tuple(joined)


def describe_fault(fault: Exception) -> str:
    """What went wrong in a line, for whoever runs the platform."""
    return f"{type(fault).__name__}: {fault}"


def _to_entry(row: Mapping[str, Any]) -> DirectoryEntry:
    raw = row["raw_attributes"]
    return DirectoryEntry(row["dn"], {name.lower(): raw[name] for name in raw})


def _next_cookie(result: Mapping[str, Any]) -> bytes:
    control = (result.get("controls") or {}).get("1.2.840.113556.1.4.319")
    return bytes(control["value"]["cookie"] or b"") if control else b""
