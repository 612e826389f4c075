"""An S3 server that is not ours: versitygw over a folder."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.parts import having
from tests.parts.certificates import Certificates
from tests.parts.process import HOST, Processes, accepts, free_ports

PACKAGE = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"
BUCKET = "biyong"


@dataclass
class Server:
    """A running server; it keeps port and objects when it is started again."""

    url: str
    port: int
    folder: Path
    _environ: dict[str, str] = field(repr=False)
    _options: list[str] = field(repr=False)
    _processes: Processes = field(repr=False)

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        at = f"{HOST}:{self.port}"
        command = [str(install()), "--port", at, *self._options]
        command += ["posix", "--data-integrity-etag", str(self.folder)]
        self._processes.launch(command, lambda: accepts(self.port), self._environ)

    def kill(self) -> None:
        """Kill -9."""
        self._processes.kill()

    def stop(self) -> None:
        """Stop in order."""
        self._processes.stop()

    def at(self, port: int) -> str:
        """The address when it is reached through another port."""
        return self.url.replace(f":{self.port}/", f":{port}/")


@contextmanager
def running_server(
    folder: Path, certificates: Certificates | None = None
) -> Iterator[Server]:
    """A server with its objects and log in a folder, stopped at the end."""
    objects = folder / "objects"
    objects.mkdir(parents=True, exist_ok=True)
    [port] = free_ports(1)
    secret = secrets.token_hex(16)
    environ = {**os.environ, "ROOT_ACCESS_KEY": "tests", "ROOT_SECRET_KEY": secret}
    scheme, options = "http", list[str]()
    if certificates is not None:
        scheme = "https"
        options = ["--cert", str(certificates.server), "--key", str(certificates.key)]
    server = Server(
        f"{scheme}://tests:{secret}@{HOST}:{port}/{BUCKET}",
        port,
        objects,
        environ,
        options,
        Processes(folder / "s3.log", [port]),
    )
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(objects, ignore_errors=True)


def install() -> Path:
    """The server's program."""
    return having.go_program("versitygw", PACKAGE)
