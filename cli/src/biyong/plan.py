"""Which processes make up the platform, and what each is told."""

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from chassis.settings import SettingsError, value_of
from embedded.supervisor import Program, free_ports
from media.objects.s3_address import S3Address

from biyong.home import Home, Refused

GIVEN_BACK_BYTES = 4 << 20
"""What the gateway frees in larger blocks goes back to the system: glibc would keep the
19 MiB of each thread that hashes passwords."""
SCHEMES = {
    "MONGO_URL": ("mongodb://", "mongodb+srv://"),
    "AMQP_URL": ("amqp://", "amqps://"),
    "S3_URL": ("http://", "https://"),
}
SERVICES = ("catalog", "enrollment", "media", "learning", "notify")


@dataclass(frozen=True)
class Plan:
    """The programs, the gateway's address, the parts in use by name, and whether mails
    lie in files that the gateway shows."""

    url: str
    programs: tuple[Program, ...]
    parts: dict[str, str]
    has_tray: bool = False


@dataclass(frozen=True)
class Given:
    """The addresses of real parts; an empty one means the embedded part."""

    mongo: str
    amqp: str
    s3: str

    def is_real(self) -> tuple[str, str, str]:
        """The addresses, empty for embedded parts."""
        return self.mongo, self.amqp, self.s3

    def names(self) -> dict[str, str]:
        """What each part is."""
        return {
            "store": "MongoDB" if self.mongo else "embedded store",
            "bus": "RabbitMQ" if self.amqp else "embedded bus",
            "objects": "S3" if self.s3 else "directory",
        }


def plan_processes(home: Home, environ: Mapping[str, str]) -> Plan:
    """Lay out one platform on this machine. Raises Refused."""
    gateway_port = _gateway_port(environ)
    ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
    url = f"http://127.0.0.1:{gateway_port}"
    given = parts_given(environ)
    shared = {
        "MONGO_URL": given.mongo or store_url(f"unix://{home.store_socket}"),
        "BUS_URL": given.amqp or f"sqlite://{home.bus_file}",
        "KEYS_FILE": str(home.keys_file),
        "PYTHONUNBUFFERED": "1",
        **{f"{n.upper()}_URL": f"http://127.0.0.1:{p}" for n, p in ports.items()},
    }
    settings = _settings_of_each(home, url, given.s3 or f"file://{home.objects}")
    has_tray = not value_of("SMTP_URL", environ)
    if has_tray:
        settings["gateway"]["MESSAGE_TRAY"] = "true"
    programs = [] if given.mongo else [store_program(home)]
    programs += [
        _plan_service(home, name, ports[name], shared | settings.get(name, {}), stage=1)
        for name in SERVICES
    ]
    programs.append(
        _plan_service(
            home, "gateway", gateway_port, shared | settings["gateway"], stage=2
        )
    )
    return Plan(url, tuple(programs), given.names(), has_tray)


def parts_given(environ: Mapping[str, str]) -> Given:
    """The addresses of real parts, from variables or files. Raises Refused."""
    try:
        addresses = {name: value_of(name, environ) or "" for name in SCHEMES}
        if addresses["S3_URL"]:
            S3Address.of(addresses["S3_URL"])
    except (SettingsError, ValueError) as error:
        raise Refused(f"{error}.") from error
    for name, schemes in SCHEMES.items():
        if addresses[name] and not addresses[name].startswith(schemes):
            raise Refused(f"{name} must begin with {' or '.join(schemes)}.")
    return Given(*addresses.values())


def _settings_of_each(home: Home, url: str, objects: str) -> dict[str, dict[str, str]]:
    return {
        "enrollment": {"PERSON_SECRET": home.secret("person")},
        "media": {
            "STREAM_SECRET": home.secret("stream"),
            "OBJECTS_URL": objects,
            "WORK_DIR": str(home.work),
        },
        "learning": {
            "CERTIFICATE_KEYS_FILE": str(home.certificate_keys_file),
            "CERTIFICATE_SECRET": home.secret("certificate"),
        },
        "notify": {"MAIL_DIR": str(home.mails), "PUBLIC_URL": url},
        "gateway": {
            "PUBLIC_URL": url,
            "OPERATOR_PASSWORD": home.secret("operator"),
            "THREADS": "24",
            "MALLOC_MMAP_THRESHOLD_": str(GIVEN_BACK_BYTES),
        },
    }


def store_program(home: Home) -> Program:
    """The embedded store as a process, on a socket that nobody else reaches."""
    place = str(home.store_socket)
    command = [sys.executable, "-m", "embedded.store", str(home.store_file), place]
    log = home.logs / "store.log"
    return Program("store", command, {}, f"unix://{place}", log, stage=0)


def store_url(health: str) -> str:
    """The embedded store's address for a driver, from its health address."""
    place = quote(health.removeprefix("unix://"), safe="")
    return f"mongodb://{place}/?directConnection=true"


def _plan_service(
    home: Home, name: str, port: int, settings: Mapping[str, str], stage: int
) -> Program:
    environment = {"PORT": str(port), "KEY_FILE": str(home.key_file(name)), **settings}
    return Program(
        name,
        [sys.executable, "-m", name, "all"],
        environment,
        f"http://127.0.0.1:{port}/readyz",
        home.logs / f"{name}.log",
        stage,
    )


def _gateway_port(environ: Mapping[str, str]) -> int:
    port = environ.get("BIYONG_PORT", "8080")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Refused(f"BIYONG_PORT is '{port}'; set it to a port from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise Refused(
                f"Port {port} cannot be used ({reason}); set BIYONG_PORT to another."
            ) from error
    return int(port)
