"""Toxiproxy: a wire between a client and a part that can be slow, cut or mute."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.parts import having
from tests.parts.process import HOST, Processes, accepts, free_ports

PACKAGE = "github.com/Shopify/toxiproxy/v2/cmd/server@v2.5.0"


@dataclass(frozen=True)
class Wire:
    """One way to a part; clients take `port`."""

    port: int
    _control: int

    def slow(self, milliseconds: int) -> None:
        """Delay every answer."""
        self._spoil("latency", {"latency": milliseconds})

    def cut_after(self, octets: int, stream: str = "downstream") -> None:
        """Close each connection when so many bytes have passed."""
        self._spoil("limit_data", {"bytes": octets}, stream)

    def mute(self) -> None:
        """Let nothing through and close nothing."""
        self._spoil("timeout", {"timeout": 0})

    def heal(self) -> None:
        """As good as new."""
        said = self._ask("GET", "/proxies/wire/toxics")
        for toxic in said:
            self._ask("DELETE", f"/proxies/wire/toxics/{toxic['name']}")

    def _spoil(
        self, kind: str, attributes: dict[str, int], stream: str = "downstream"
    ) -> None:
        body = {"type": kind, "stream": stream, "attributes": attributes}
        self._ask("POST", "/proxies/wire/toxics", body)

    def _ask(self, method: str, path: str, body: object = None) -> list[dict[str, str]]:
        asked = urllib.request.Request(
            f"http://{HOST}:{self._control}{path}",
            data=json.dumps(body).encode() if body else None,
            method=method,
        )
        with urllib.request.urlopen(asked, timeout=5) as answer:
            said = answer.read()
        found = json.loads(said) if said else []
        return found if isinstance(found, list) else [found]


@contextmanager
def wire_to(port: int, folder: Path) -> Iterator[Wire]:
    """A way to a part on this port that can be spoilt."""
    own, control = free_ports(2)
    processes = Processes(folder / "toxiproxy.log", [own, control])
    wire = Wire(own, control)
    try:
        processes.launch(
            [str(install()), "-host", HOST, "-port", str(control)],
            lambda: accepts(control),
        )
        ends = {"listen": f"{HOST}:{own}", "upstream": f"{HOST}:{port}"}
        wire._ask("POST", "/proxies", {"name": "wire", "enabled": True, **ends})
        yield wire
    finally:
        processes.stop()


def install() -> Path:
    """The proxy's program."""
    return having.go_program("toxiproxy-server", PACKAGE)
