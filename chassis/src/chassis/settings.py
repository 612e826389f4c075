"""The environment, read once into a frozen struct."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

import msgspec

T = TypeVar("T", bound=msgspec.Struct)
ALIKE = 0.85
"""So alike, at least, are a name and the same with a letter or two wrong: METRICS_TOKEN
and METRIC_TOKEN 0.96. Of settings of different members no two are above 0.8."""
SERVICES = ("catalog", "enrollment", "media", "learning", "notify")


HttpAddress = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(https?://[^/?#\s]+(/\S*)?)?$", description="like http://HOST:PORT"
    ),
]
"""Where something is asked over HTTP. What must be there is not empty either."""


class SettingsError(ValueError):
    """The environment lacks or misspells variables; the message names them all."""


def load_settings(shape: type[T], environ: Mapping[str, str]) -> T:
    """Fill `shape` from variables named like its fields in capitals.

    Raises SettingsError that names every missing and every unreadable variable.
    """
    faults: list[str] = []
    values: dict[str, object] = {}
    for field in msgspec.structs.fields(shape):
        name = field.name.upper()
        try:
            said = value_of(name, environ)
            if field.required and said == "":
                faults.append(f"{name} is empty")
            elif said is not None:
                values[field.name] = msgspec.convert(said, field.type, strict=False)
            elif field.required:
                faults.append(f"{name} is missing")
        except msgspec.ValidationError as error:
            faults.append(f"{name}: {_rule_of(field.type) or error}")
        except SettingsError as error:
            faults.append(str(error))
    if faults:
        raise SettingsError("; ".join(faults))
    return shape(**values)


def _rule_of(kind: Any) -> str:
    """What a type says about itself in words, or nothing."""
    said = [getattr(meta, "description", "") for meta in get_args(kind)[1:]]
    return f"it must be {said[0]}" if said and said[0] else ""


def find_misspelt(
    shape: type[msgspec.Struct], environ: Mapping[str, str]
) -> dict[str, str]:
    """Variables that nobody reads, each with the one that is probably meant.

    Only told, since what is set for all members may be another's.
    """
    names = {field.name.upper() for field in msgspec.structs.fields(shape)}
    known = names | {f"{name}_FILE" for name in names}
    found = {}
    for written in sorted(environ.keys() - known):
        near = difflib.get_close_matches(written, known - environ.keys(), 1, ALIKE)
        if near:
            found[written] = near[0]
    return found


def value_of(name: str, environ: Mapping[str, str]) -> str | None:
    """A variable's value, or the text of the file that `NAME_FILE` names, or None.

    So a secret need not stand in the environment. Raises SettingsError when the file
    cannot be read.
    """
    if name in environ:
        return environ[name]
    file = environ.get(f"{name}_FILE")
    if file is None:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        line = f"{file} cannot be read by user {os.getuid()}: {why}"
        raise SettingsError(f"{name}_FILE: {line}") from error


class CommonSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What every service reads. Addresses decide which parts are used.

    `bus_url`: amqp://… for RabbitMQ, sqlite:///FILE for the embedded bus.
    Every service is asked by its own address, which all others are given.
    `keys_file`: public keys of all services (a JWK set); `key_file`: own private key.
    `connections`, and of them `connections_per_address`, are carried at once.
    `trusted_proxies`: addresses and networks whose X-Forwarded-… is believed.
    `metrics_token` opens /metrics to whoever bears it.
    Under gunicorn `web_workers` processes have `threads` each, and one that is silent
    for `web_timeout_seconds` is replaced. A connection is kept alive for
    `keep_alive_seconds`. Told to stop, a process that serves requests shows itself not
    ready for `drain_pause_seconds`, as long as a balancer needs to see it; then what
    runs has `grace_seconds` to end.
    """

    port: Annotated[int, msgspec.Meta(ge=0, le=65535)]
    host: str = "127.0.0.1"
    mongo_url: str
    bus_url: str
    catalog_url: HttpAddress
    enrollment_url: HttpAddress
    media_url: HttpAddress
    learning_url: HttpAddress
    notify_url: HttpAddress
    keys_file: str
    key_file: str
    threads: Annotated[int, msgspec.Meta(ge=1)] = 8
    web_workers: Annotated[int, msgspec.Meta(ge=1)] = 2
    web_timeout_seconds: Annotated[int, msgspec.Meta(ge=1)] = 30
    keep_alive_seconds: Annotated[int, msgspec.Meta(ge=1)] = 75
    drain_pause_seconds: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    grace_seconds: Annotated[float, msgspec.Meta(ge=0)] = 8.0
    connections: Annotated[int, msgspec.Meta(ge=64)] = 2048
    connections_per_address: Annotated[int, msgspec.Meta(ge=8)] = 512
    trusted_proxies: str = ""
    metrics_token: str = ""

    def address_of(self, service: str) -> str:
        """Where one of the SERVICES is asked over HTTP."""
        address: str = getattr(self, f"{service}_url")
        return address


class TraceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where spans go, in OpenTelemetry's own variables; nowhere without an endpoint.

    The endpoint is the base address of a collector that takes OTLP over HTTP; the
    sampler's argument is the share of traces that is recorded.
    """

    otel_exporter_otlp_endpoint: HttpAddress = ""
    otel_exporter_otlp_headers: str = ""
    otel_traces_sampler_arg: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    otel_sdk_disabled: bool = False
