"""What each service may do on the composition's broker and in its database.

Rendered for RabbitMQ as definitions that it loads when it starts, and for MongoDB as
a script that its image runs on an empty volume. Both may be run again.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from chassis.broker import topology
from chassis.broker.rabbitmq.branch_accounts import hash_password

ADMINISTRATOR, ACCOUNTS = "biyong", "accounts"
"""Who may do all; and who makes accounts of branches and their queues. The broker knows
no smaller right to make accounts than an administrator's tag, so this one reads nothing
of what the services say, and has a password that is changed alone."""
BRANCHES, ROSTERS = "biyong.branches", "enrollment.rosters"
DEFAULT_EXCHANGE = "amq.default"
"""How RabbitMQ calls the exchange that leads to every queue by its name: plumbing
speaks by it, so what comes that way is judged by the account it names."""
RECEIPTS = r"branch\.[a-z0-9-]+\.receipts"
EXCHANGES = {
    topology.EXCHANGE: "topic",
    topology.PARKED_EXCHANGE: "direct",
    topology.RECEIPTS: "direct",
    BRANCHES: "topic",
}
LASTING = {"durable": True, "auto_delete": False, "internal": False, "arguments": {}}
ENROLLMENT, VHOST = "enrollment", "/"
Rights = dict[str, str]


def broker_rights(service: str) -> Rights:
    """What a service may configure, write and read: its own queues, and the way out.

    Enrollment also has the branches' inlet and makes the queues of their receipts.
    """
    queues = [
        *topology.queues_of(service),
        topology.parked_queue(service),
        topology.wake_queue(service),
    ]
    shared = [topology.EXCHANGE, topology.PARKED_EXCHANGE]
    exchanges: list[str] = []
    receipts: list[str] = []
    if service == ENROLLMENT:
        queues += [ROSTERS, topology.parked_queue(ROSTERS)]
        exchanges = [BRANCHES, topology.RECEIPTS]
        receipts = [RECEIPTS]
    ways_out = [*shared, DEFAULT_EXCHANGE, *exchanges[1:]]
    return {
        "configure": _any_of([*queues, *exchanges], receipts),
        "write": _any_of([*queues, *ways_out], receipts),
        "read": _any_of([*queues, *shared, *exchanges]),
    }


def accounts_rights() -> Rights:
    """What is needed to make a queue of receipts, and to bind it."""
    return {
        "configure": _any_of([topology.RECEIPTS], [RECEIPTS]),
        "write": _any_of([], [RECEIPTS]),
        "read": _any_of([topology.RECEIPTS]),
    }


def topic_rights(service: str) -> dict[str, Rights]:
    """Exchange → which routing keys a service may say, and hear.

    It says what begins with its name. Facts name people by opaque ids only, so every
    service may hear all of them.
    """
    rights = {topology.EXCHANGE: {"write": rf"^{re.escape(service)}\.", "read": ".*"}}
    if service == ENROLLMENT:
        rights[BRANCHES] = {"write": "^$", "read": r"^branch\.\*\.roster$"}
    return rights


def broker_definitions(
    passwords: Mapping[str, str], administrators: str, accounts: str
) -> str:
    """RabbitMQ's definitions: accounts, their rights, the exchanges all share."""
    users = [
        _create_account(ADMINISTRATOR, administrators, ["administrator"]),
        _create_account(ACCOUNTS, accounts, ["administrator"]),
    ]
    users += [_create_account(name, word, []) for name, word in passwords.items()]
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    permissions = {ADMINISTRATOR: everything, ACCOUNTS: accounts_rights()}
    permissions |= {name: broker_rights(name) for name in passwords}
    definitions: dict[str, Any] = {
        "vhosts": [{"name": VHOST}],
        "users": users,
        "permissions": [
            {"user": user, "vhost": VHOST, **rights}
            for user, rights in permissions.items()
        ],
        "topic_permissions": [
            {"user": user, "vhost": VHOST, "exchange": exchange, **rights}
            for user in passwords
            for exchange, rights in topic_rights(user).items()
        ],
        "exchanges": [
            {"name": name, "vhost": VHOST, "type": kind, **LASTING}
            for name, kind in EXCHANGES.items()
        ],
    }
    return json.dumps(definitions, indent=1)


def store_users(passwords: Mapping[str, str]) -> str:
    """A script for mongosh: a user for each service, who knows its own database."""
    return "".join(
        _STORE_USER.format(name=json.dumps(name), word=json.dumps(word))
        for name, word in passwords.items()
    )


_STORE_USER = """\
{{
  const name = {name}, own = db.getSiblingDB(name);
  const may = {{ pwd: {word}, roles: [{{ role: "readWrite", db: name }}] }};
  if (own.getUser(name)) own.updateUser(name, may);
  else own.createUser({{ user: name, ...may }});
}}
"""


def _any_of(names: Iterable[str], patterns: Iterable[str] = ()) -> str:
    """A pattern that fits these names whole, and nothing else."""
    return f"^({'|'.join([*map(re.escape, names), *patterns])})$"


def _create_account(name: str, password: str, tags: list[str]) -> dict[str, Any]:
    """The salt follows from the password, which is random, so that the same password
    is rendered the same each time."""
    salt = hashlib.sha256(f"{name} {password}".encode()).digest()[:4]
    return {
        "name": name,
        "password_hash": hash_password(password, salt),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": tags,
    }
