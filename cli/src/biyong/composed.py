"""What the composition's first start makes: keys, passwords, addresses, owners.

Each container runs as a user of its own, so that it reads what is for it alone.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from biyong import broker_tls, keys, rights
from biyong.plan import SERVICES

GROUP = 10000
USERS = {name: user for user, name in enumerate((*SERVICES, "gateway"), GROUP + 1)}
EDGE_USER = GROUP + len(USERS) + 1
"""The edge and its feed: they have no database and no account at the broker."""
WRITERS = {**USERS, keys.EDGE: EDGE_USER}
SERVER_USER = 999
"""The user of the official images of MongoDB and RabbitMQ."""

OWNERS = {
    **{f"{name}.json": user for name, user in USERS.items()},
    keys.CERTIFICATE_KEYS: USERS["learning"],
    "person": USERS["enrollment"],
    "stream": USERS["media"],
    "certificate": USERS["learning"],
    "operator": USERS["gateway"],
    "s3_url": USERS["media"],
    f"{keys.EDGE}.json": EDGE_USER,
    "edge_stream": EDGE_USER,
    "edge_s3_url": EDGE_USER,
    "smtp_url": USERS["notify"],
    "sms_key": USERS["notify"],
    "mongo_password": SERVER_USER,
    "mongo-users.js": SERVER_USER,
    "rabbitmq.conf": SERVER_USER,
    "rabbitmq-definitions.json": SERVER_USER,
    broker_tls.CERTIFICATE: SERVER_USER,
    broker_tls.KEY: SERVER_USER,
    "amqp_management_url": USERS["gateway"],
    **{f"{part}_url.{n}": u for n, u in USERS.items() for part in ("mongo", "bus")},
}
ACCOUNTS = "accounts_password"
"""The file of the password by which accounts of branches are made."""
LARGEST_MESSAGE = 1024 * 1024
"""Bytes the broker takes at once: four times the largest event, which the services
refuse with its reason; what is larger costs the broker's memory and nobody's time."""


MANAGEMENT = {"amqp": ("http", 15672), "amqps": ("https", 15671)}
"""How and where the broker's management interface is reached, by how the broker is."""
BROKER_CONFIG = f"""\
load_definitions = /secrets/rabbitmq-definitions.json
max_message_size = {LARGEST_MESSAGE}
listeners.ssl.default = 5671
ssl_options.certfile = /secrets/{broker_tls.CERTIFICATE}
ssl_options.keyfile = /secrets/{broker_tls.KEY}
ssl_options.versions.1 = tlsv1.3
ssl_options.versions.2 = tlsv1.2
"""
"""Of the broker beside us: members speak to it within, programs of branches by TLS."""


@dataclass(frozen=True)
class PartAddresses:
    """Where the parts are, without anybody's account; `objects` with its own, or empty
    for those beside us."""

    mongo: str = "mongodb://mongo:27017/"
    broker: str = "amqp://rabbitmq:5672/"
    objects: str = ""
    branches: str = "localhost"
    """The name or address by which programs of branches reach the broker beside us."""


BESIDE_US = PartAddresses()


def make_files(
    folder: Path,
    given: Sequence[tuple[str, Path]],
    smtp_url: str = "",
    sms_key: str = "",
    branches: str = BESIDE_US.branches,
) -> None:
    """Make what is not there yet and give everything to whom it is for.

    `given` are folders behind the name of the service that may write there. What
    follows from the passwords and from this release is written anew: who may do what.
    """
    make_texts(folder, PartAddresses(branches=branches))
    keys.write_file(folder / "smtp_url", smtp_url)
    keys.write_file(folder / "sms_key", sms_key)
    for name in ("stream", "s3_url"):  # a file has one owner: the edge's are copies
        keys.write_file(folder / f"edge_{name}", (folder / name).read_text())
    folder.chmod(0o755)
    for name in (keys.PUBLIC_KEYS, broker_tls.AUTHORITY):
        (folder / name).chmod(0o444)
    for name, user in OWNERS.items():
        _give_file(folder / name, user, 0o400)
    for service, place in given:
        _give_file(place, WRITERS[service], 0o700)


def make_texts(folder: Path, parts: PartAddresses = BESIDE_US) -> None:
    """Make keys, passwords, addresses and rights, in files that their owner reads."""
    keys.make_keys(folder)
    for name in ("mongo_password", "rabbitmq_password", ACCOUNTS, "s3_secret"):
        keys.make_plain(folder / name)
    broker_tls.make_certificate(folder, parts.branches)
    for name, text in (_find_addresses(folder, parts) | _render_files(folder)).items():
        keys.write_file(folder / name, text)


def _find_addresses(folder: Path, parts: PartAddresses) -> dict[str, str]:
    """Where each service finds its parts, as itself; those that are there stay."""
    addresses = {
        "s3_url": parts.objects or _s3_url(folder),
        "amqp_management_url": _find_management(folder, parts.broker),
    }
    for name in USERS:
        mongo, rabbit = (
            _password_of(folder, "mongo", name),
            _password_of(folder, "bus", name),
        )
        addresses[f"mongo_url.{name}"] = _as_store_user(parts.mongo, name, mongo)
        addresses[f"bus_url.{name}"] = _with_account(
            urlsplit(parts.broker), name, rabbit
        ).geturl()
    return {n: text for n, text in addresses.items() if not (folder / n).exists()}


def _find_management(folder: Path, broker: str) -> str:
    """Where the account that makes branches' accounts reaches the same broker."""
    parts = urlsplit(broker)
    scheme, port = MANAGEMENT[parts.scheme]
    options = dict(parse_qsl(parts.query))
    if vhost := parts.path.removeprefix("/"):
        options["vhost"] = vhost
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    account = f"{rights.ACCOUNTS}:{(folder / ACCOUNTS).read_text()}"
    query = urlencode(options, safe="/")
    return f"{scheme}://{account}@{shown}:{port}/" + (f"?{query}" if query else "")


def _as_store_user(address: str, name: str, password: str) -> str:
    """The store's address for a user, whose account lies in the own database."""
    parts = _with_account(urlsplit(address), name, password)
    query = urlencode({**dict(parse_qsl(parts.query)), "authSource": name}, safe="/")
    return parts._replace(path=parts.path or "/", query=query).geturl()


def _with_account(parts: SplitResult, name: str, password: str) -> SplitResult:
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{name}:{password}@{host}")


def _s3_url(folder: Path) -> str:
    secret = (folder / "s3_secret").read_text()
    return f"http://{rights.ADMINISTRATOR}:{secret}@objects:7070/biyong"


def _render_files(folder: Path) -> dict[str, str]:
    """Who may do what, in the words of the two servers."""
    mongo, rabbit = (
        {name: _password_of(folder, part, name) for name in USERS}
        for part in ("mongo", "bus")
    )
    administrator, accounts = (
        (folder / name).read_text() for name in ("rabbitmq_password", ACCOUNTS)
    )
    return {
        "mongo-users.js": rights.store_users(mongo),
        "rabbitmq-definitions.json": rights.broker_definitions(
            rabbit, administrator, accounts
        ),
        "rabbitmq.conf": BROKER_CONFIG,
    }


def _password_of(folder: Path, part: str, service: str) -> str:
    return keys.make_plain(folder / f"{part}_password.{service}")


def _give_file(path: Path, user: int, mode: int) -> None:
    path.chmod(mode)
    os.chown(path, user, GROUP)
