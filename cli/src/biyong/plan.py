"""Which processes make up the platform, and what each is told."""

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from embedded.supervisor import Program, free_ports

from biyong.home import Home, Refused

SERVICES = ("catalog", "enrollment", "media", "learning", "notify")


@dataclass(frozen=True)
class Plan:
    """The programs, the gateway's address, and the parts in use by name."""

    url: str
    programs: tuple[Program, ...]
    parts: dict[str, str]
    addresses: dict[str, str]


def plan(home: Home, environ: Mapping[str, str]) -> Plan:
    """Lay out one platform on this machine. Raises Refused."""
    gateway_port = _gateway_port(environ)
    store_port, *service_ports = free_ports(1 + len(SERVICES))
    ports = dict(zip(SERVICES, service_ports, strict=True))
    addresses = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    url = f"http://127.0.0.1:{gateway_port}"
    mongo = environ.get("MONGO_URL", "")
    amqp = environ.get("AMQP_URL", "")
    shared = {
        "MONGO_URL": mongo
        or f"mongodb://127.0.0.1:{store_port}/?directConnection=true",
        "BUS_URL": amqp or f"sqlite://{home.bus_file}",
        "KEYS_FILE": str(home.keys_file),
        "PYTHONUNBUFFERED": "1",
        **{f"{name.upper()}_URL": address for name, address in addresses.items()},
    }
    own = _own_settings(home, url)
    programs = [] if mongo else [_store(home, store_port)]
    programs += [
        _service(home, name, ports[name], shared | own.get(name, {}), stage=1)
        for name in SERVICES
    ]
    programs.append(
        _service(home, "gateway", gateway_port, shared | own["gateway"], stage=2)
    )
    parts = {
        "store": "MongoDB" if mongo else "embedded store",
        "bus": "RabbitMQ" if amqp else "embedded bus",
        "objects": "directory",
    }
    return Plan(url, tuple(programs), parts, addresses)


def _own_settings(home: Home, url: str) -> dict[str, dict[str, str]]:
    return {
        "enrollment": {"PERSON_SECRET": home.secret("person")},
        "media": {
            "STREAM_SECRET": home.secret("stream"),
            "OBJECTS_URL": f"file://{home.objects}",
            "WORK_DIR": str(home.work),
        },
        "learning": {"CERTIFICATE_KEYS_FILE": str(home.certificate_keys_file)},
        "notify": {"MAIL_DIR": str(home.mails), "PUBLIC_URL": url},
        "gateway": {
            "PUBLIC_URL": url,
            "OPERATOR_PASSWORD": home.secret("operator"),
            "THREADS": "24",
        },
    }


def _store(home: Home, port: int) -> Program:
    command = [sys.executable, "-m", "embedded.store", str(home.store_file), str(port)]
    log = home.logs / "store.log"
    return Program("store", command, {}, f"tcp://127.0.0.1:{port}", log, stage=0)


def _service(
    home: Home, name: str, port: int, settings: Mapping[str, str], stage: int
) -> Program:
    environment = {
        "PORT": str(port),
        "KEY_FILE": str(home.key_file(name)),
        **settings,
    }
    return Program(
        name,
        [sys.executable, "-m", name, "all"],
        environment,
        f"http://127.0.0.1:{port}/readyz",
        home.logs / f"{name}.log",
        stage,
    )


def _gateway_port(environ: Mapping[str, str]) -> int:
    said = environ.get("BIYONG_PORT", "8080")
    if not said.isdecimal() or not 0 < int(said) < 65536:
        raise Refused(f"BIYONG_PORT is '{said}'; set it to a port from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(said)))
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise Refused(
                f"Port {said} cannot be used ({reason}); set BIYONG_PORT to another."
            ) from error
    return int(said)
