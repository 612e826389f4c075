"""What the composition's first start makes: keys, passwords, addresses, owners.

Each container runs as a user of its own, so that it reads what is for it alone.
"""

import os
from pathlib import Path

from biyong import keys

GROUP = 10000
USERS = {
    "catalog": 10001,
    "enrollment": 10002,
    "media": 10003,
    "learning": 10004,
    "notify": 10005,
    "gateway": 10006,
}
SERVER_USER = 999
"""The user of the official images of MongoDB and RabbitMQ."""

OWNERS = {
    **{f"{name}.json": user for name, user in USERS.items()},
    keys.CERTIFICATE_KEYS: USERS["learning"],
    "person": USERS["enrollment"],
    "stream": USERS["media"],
    "operator": USERS["gateway"],
    "s3_url": USERS["media"],
    "mongo_password": SERVER_USER,
    "rabbitmq.conf": SERVER_USER,
}
SHARED = ("mongo_url", "bus_url")
USER = "biyong"
LARGEST_MESSAGE = 1024 * 1024
"""Bytes the broker takes at once: four times the largest event, which the services
refuse with its reason; what is larger costs the broker's memory and nobody's time."""


def make(folder: Path, given: dict[str, Path]) -> None:
    """Make what is not there yet and give everything to whom it is for.

    `given` are folders by the name of the service that may write there.
    """
    keys.make(folder)
    mongo, rabbit, s3 = (
        keys.make_plain(folder / name)
        for name in ("mongo_password", "rabbitmq_password", "s3_secret")
    )
    texts = {
        "rabbitmq.conf": f"default_user = {USER}\ndefault_pass = {rabbit}\n"
        f"max_message_size = {LARGEST_MESSAGE}\n",
        "mongo_url": f"mongodb://{USER}:{mongo}@mongo:27017/?authSource=admin",
        "bus_url": f"amqp://{USER}:{rabbit}@rabbitmq:5672/",
        "s3_url": f"http://{USER}:{s3}@objects:7070/biyong",
    }
    for name, text in texts.items():
        if not (folder / name).exists():
            keys.write(folder / name, text)
    folder.chmod(0o755)
    (folder / keys.PUBLIC_KEYS).chmod(0o444)
    for name, user in OWNERS.items():
        _give(folder / name, user, 0o400)
    for name in SHARED:
        _give(folder / name, 0, 0o440)
    for service, place in given.items():
        _give(place, USERS[service], 0o700)


def _give(path: Path, user: int, mode: int) -> None:
    path.chmod(mode)
    os.chown(path, user, GROUP)
