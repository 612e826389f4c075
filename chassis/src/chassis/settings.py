"""The environment, read once into a frozen struct."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


class SettingsError(Exception):
    """The environment lacks or misspells variables; the message names them all."""


def read(shape: type[T], environ: Mapping[str, str]) -> T:
    """Fill `shape` from variables named like its fields in capitals.

    Raises SettingsError that names every missing and every unreadable variable.
    """
    faults: list[str] = []
    values: dict[str, object] = {}
    for field in msgspec.structs.fields(shape):
        name = field.name.upper()
        if name not in environ:
            if field.required:
                faults.append(f"{name} is missing")
            continue
        try:
            values[field.name] = msgspec.convert(
                environ[name], field.type, strict=False
            )
        except msgspec.ValidationError as error:
            faults.append(f"{name}: {error}")
    if faults:
        raise SettingsError("; ".join(faults))
    return shape(**values)


class CommonSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What every service reads. Addresses decide which parts are used.

    `bus_url`: amqp://… for RabbitMQ, sqlite:///FILE for the embedded bus.
    `keys_file`: public keys of all services (a JWK set); `key_file`: own private key.
    """

    port: int
    host: str = "127.0.0.1"
    mongo_url: str
    bus_url: str
    keys_file: str
    key_file: str
    threads: int = 8
