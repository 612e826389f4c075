"""The mixes of embedded and real parts that the platform is proven on."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.parts.mongo import OLD_WIRE, running_engine
from tests.parts.rabbitmq import running_broker
from tests.parts.s3 import running_server
from tests.platform.running import Platform, running

MIXES: Mapping[str, tuple[str, ...]] = {
    "embedded": (),
    "rabbitmq": ("rabbitmq",),
    "real": ("rabbitmq", "mongo", "s3"),
}


def params(*names: str) -> list[object]:
    """These mixes as a fixture's params, marked with the parts they need."""
    return [
        pytest.param(name, marks=[pytest.mark.part(part) for part in MIXES[name]])
        for name in names
    ]


@contextmanager
def started(mix: str, folder: Path) -> Iterator[dict[str, str]]:
    """Start a mix's real parts; the variables that name them to the platform."""
    environ: dict[str, str] = {}
    with ExitStack() as stack:
        for part in MIXES[mix]:
            if part == "rabbitmq":
                broker = stack.enter_context(running_broker(folder / part))
                environ["AMQP_URL"] = broker.url
            elif part == "mongo":
                engine = stack.enter_context(running_engine(folder / part))
                environ["MONGO_URL"] = engine.url
                environ["PYTHONPATH"] = str(OLD_WIRE)
            else:
                server = stack.enter_context(running_server(folder / part))
                public = f"http://127.0.0.1:{server.port}"
                environ["S3_URL"] = f"{server.url}?public={public}"
        yield environ


@contextmanager
def running_on(mix: str, folder: Path) -> Iterator[Platform]:
    """A platform with its demo on a mix."""
    with started(mix, folder) as environ, running(folder / "home", environ) as platform:
        yield platform
