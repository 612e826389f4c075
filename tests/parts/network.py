"""Machines of their own as network namespaces on one switch, and cables that lose all.

Each namespace is held by a process that ends with us, and its cables with it: nothing
stays behind. A cut cable breaks no connection: what is sent to the other side goes to
an address that nobody has, in both directions, until it is healed.
"""

import os
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.parts import having
from tests.parts.having import PartMissing
from tests.parts.process import HOST, Processes, wait_until

NOWHERE = "02:00:00:00:00:00"
"""An Ethernet address that no interface has."""
CABLE, SWITCH = "eth0", "switch"
OURS = 254
"""The last number of this machine's own address on the switch."""
LOOK_SECONDS = 10


@dataclass(frozen=True)
class Machine:
    """One end of a cable: a namespace, or this machine itself (`holder` 0)."""

    address: str
    cable: str
    holder: int = 0

    def command(self, *arguments: str) -> list[str]:
        """A command as it is run there."""
        if not self.holder:
            return list(arguments)
        return ["nsenter", f"--net=/proc/{self.holder}/ns/net", *arguments]

    def lose(self, other: "Machine") -> None:
        """Let whatever is sent from here to there vanish."""
        nowhere = ["lladdr", NOWHERE, "dev", self.cable, "nud", "permanent"]
        _run(self.command("ip", "neigh", "replace", other.address, *nowhere))

    def find(self, other: "Machine") -> None:
        """Let it arrive again."""
        _run(self.command("ip", "neigh", "del", other.address, "dev", self.cable))


HERE = Machine(HOST, "lo")
"""This machine, to itself."""


@dataclass(frozen=True)
class Network:
    """Machines on one switch, and this one among them."""

    machines: Sequence[Machine]
    ours: Machine

    @contextmanager
    def cut(self, machine: Machine, off: Collection[Machine]) -> Iterator[None]:
        """One machine hears nothing of these others, nor they of it."""
        for other in off:
            machine.lose(other)
            other.lose(machine)
        try:
            yield
        finally:
            for other in off:
                machine.find(other)
                other.find(machine)

    def others(self, machine: Machine) -> list[Machine]:
        """All machines but this one and ours."""
        return [other for other in self.machines if other is not machine]


@contextmanager
def running_network(folder: Path, count: int) -> Iterator[Network]:
    """So many machines on one switch. Raises PartMissing where that cannot be."""
    having.require_programs("machines of their own", "ip")
    having.run("make a network of its own (root's right)", "unshare", "--net", "true")
    holders = Processes(folder / "network.log", [])
    try:
        yield _cabled([_hold(holders) for _ in range(count + 1)])
    finally:
        holders.stop()


def _hold(holders: Processes) -> int:
    """Start a process that does nothing in a namespace of its own; its number."""
    own = os.readlink("/proc/self/ns/net")
    holders.launch(["unshare", "--net", "sleep", "infinity"], lambda: True)
    holder = holders.running[-1].pid
    there = Path(f"/proc/{holder}/ns/net")
    if not wait_until(lambda: os.readlink(there) != own, LOOK_SECONDS):
        raise PartMissing("unshare --net makes no network of its own here")
    return holder


def _cabled(holders: Sequence[int]) -> Network:
    """The first holder's namespace becomes the switch."""
    switch = Machine("", SWITCH, holders[0])
    _run(switch.command("ip", "link", "add", SWITCH, "type", "bridge"))
    _run(switch.command("ip", "link", "set", SWITCH, "up"))
    net = _unused_net()
    ours = Machine(f"{net}.{OURS}", f"by{secrets.token_hex(4)}")
    machines = [
        Machine(f"{net}.{number}", CABLE, holder)
        for number, holder in enumerate(holders[1:], 1)
    ]
    for number, machine in enumerate([ours, *machines]):
        _plug_in(machine, switch, f"port{number}")
    return Network(machines, ours)


def _plug_in(machine: Machine, switch: Machine, port: str) -> None:
    there = ["peer", "name", port, "netns", str(switch.holder)]
    cable = machine.cable
    _run(machine.command("ip", "link", "add", cable, "type", "veth", *there))
    _run(switch.command("ip", "link", "set", port, "master", SWITCH, "up"))
    address = f"{machine.address}/24"
    _run(machine.command("ip", "address", "add", address, "dev", cable))
    for name in (cable, "lo"):
        _run(machine.command("ip", "link", "set", name, "up"))


def _unused_net() -> str:
    """Of those kept for trials of networks, one that this machine has no way to."""
    taken = _run(["ip", "-4", "route", "show", "table", "all"]).split()
    free = [
        net
        for net in (f"198.{high}.{low}" for high in (18, 19) for low in range(256))
        if not any(word.startswith(f"{net}.") for word in taken)
    ]
    if not free:
        raise PartMissing("all networks kept for trials are taken on this machine")
    return secrets.choice(free)


def _run(command: Sequence[str]) -> str:
    return having.run(" ".join(command), *command)
