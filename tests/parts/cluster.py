"""Three RabbitMQ nodes as one broker behind one address."""

import random
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.parts.having import PartMissing
from tests.parts.network import HERE, Machine, Network, running_network
from tests.parts.process import HOST
from tests.parts.rabbitmq import Broker, cluster_of, running_names

NODES = 3
CONNECT_SECONDS = 2


@dataclass
class Front:
    """Takes connections to nodes that take them, from a port of its own."""

    nodes: Sequence[Broker]
    port: int
    first: Broker | None = None
    joined: dict[socket.socket, Broker] = field(default_factory=dict)

    def lead_to(self, node: Broker) -> None:
        """Who is connected comes anew, and goes to this one as long as it takes any."""
        self.first = node
        for end in list(self.joined):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def joined_to(self, node: Broker) -> int:
        """How many connections this one has now."""
        return list(self.joined.values()).count(node)

    def lead_to_any(self) -> None:
        """Who comes from now on; who is connected stays where he is."""
        self.first = None

    def serve(self, server: socket.socket) -> None:
        """Until the server is closed."""
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        nodes = random.sample(self.nodes, len(self.nodes))
        for node in sorted(nodes, key=lambda node: node is not self.first):
            try:
                there = (node.machine.address, node.port)
                end = socket.create_connection(there, CONNECT_SECONDS)
            except OSError:
                continue
            end.settimeout(None)
            self.joined[end] = node
            back = threading.Thread(target=_pass_on, args=(end, client), daemon=True)
            back.start()
            _pass_on(client, end)
            del self.joined[end]
            return
        client.close()


@dataclass(frozen=True)
class Cluster:
    """The nodes, each with its own life, and the port that leads to any of them.

    `network`: what joins them, where each has a machine of its own; `together` says
    why they have none.
    """

    nodes: Sequence[Broker]
    front: Front
    network: Network | None
    together: str = ""

    @property
    def port(self) -> int:
        return self.front.port

    @property
    def url(self) -> str:
        """Any node that answers."""
        return self.nodes[0].url_by(self.port)

    @contextmanager
    def losing(self, node: Broker, to_clients: bool) -> Iterator[None]:
        """What this node and the others send each other vanishes; nothing is closed.

        `to_clients`: so does what it and its clients send.
        """
        assert self.network is not None, self.together
        lost, own = node.machine, [self.network.ours] if to_clients else []
        with self.network.cut(lost, [*self.network.others(lost), *own]):
            yield


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """Three nodes that have found each other, stopped at the end.

    Each on a machine of its own where such can be made, else on ports of its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        network, together = None, ""
        machines: Sequence[Machine] = [HERE] * NODES
        try:
            network = stack.enter_context(running_network(folder, NODES))
            machines = network.machines
        except PartMissing as missing:
            together = str(missing)
        nodes = cluster_of(folder, machines)
        stack.enter_context(running_names(nodes[0]))
        stack.callback(_stop, nodes)
        with ThreadPoolExecutor(NODES) as starting:
            list(starting.map(Broker.start, nodes))
        nodes[0].control("await_online_nodes", str(NODES))
        front = stack.enter_context(_front(nodes))
        yield Cluster(nodes, front, network, together)


def _stop(nodes: Sequence[Broker]) -> None:
    with ThreadPoolExecutor(NODES) as stopping:
        list(stopping.map(Broker.stop, nodes))


@contextmanager
def _front(nodes: Sequence[Broker]) -> Iterator[Front]:
    with socket.create_server((HOST, 0)) as server:
        front = Front(nodes, server.getsockname()[1])
        threading.Thread(target=front.serve, args=(server,), daemon=True).start()
        yield front


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    """Until one side ends; then neither goes on."""
    with suppress(OSError):
        while said := source.recv(65_536):
            target.sendall(said)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
