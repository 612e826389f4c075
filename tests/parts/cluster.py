"""Three RabbitMQ nodes as one broker behind one address."""

import random
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.parts.process import HOST
from tests.parts.rabbitmq import Broker, cluster_of

NODES = 3
CONNECT_SECONDS = 2


@dataclass(frozen=True)
class Cluster:
    """The nodes, each with its own life, and the port that leads to any of them."""

    nodes: Sequence[Broker]
    port: int

    @property
    def url(self) -> str:
        """Any node that answers."""
        return self.nodes[0].url_by(self.port)


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """Three nodes that have found each other, stopped at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    names, nodes = cluster_of(folder, NODES)
    try:
        with ThreadPoolExecutor(NODES) as starting:
            list(starting.map(Broker.start, nodes))
        nodes[0].control("await_online_nodes", str(NODES))
        with _front([node.port for node in nodes]) as port:
            yield Cluster(nodes, port)
    finally:
        with ThreadPoolExecutor(NODES) as stopping:
            list(stopping.map(Broker.stop, nodes))
        names.stop()


@contextmanager
def _front(ports: Sequence[int]) -> Iterator[int]:
    """A port whose connections go to one of these ports that takes them."""
    with socket.create_server((HOST, 0)) as server:
        threading.Thread(target=_serve, args=(server, ports), daemon=True).start()
        yield server.getsockname()[1]


def _serve(server: socket.socket, ports: Sequence[int]) -> None:
    with suppress(OSError):
        while True:
            client, _ = server.accept()
            threading.Thread(target=_join, args=(client, ports), daemon=True).start()


def _join(client: socket.socket, ports: Sequence[int]) -> None:
    for port in random.sample(ports, len(ports)):
        try:
            node = socket.create_connection((HOST, port), CONNECT_SECONDS)
        except OSError:
            continue
        node.settimeout(None)
        back = threading.Thread(target=_pass_on, args=(node, client), daemon=True)
        back.start()
        _pass_on(client, node)
        return
    client.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    """Until one side ends; then neither goes on."""
    with suppress(OSError):
        while said := source.recv(65_536):
            target.sendall(said)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
