"""A real RabbitMQ broker for the tests, with ports and data of its own.

A `rabbitmq-server` 4 on the PATH is used as it is. Without one, and for 3.10, root
on Debian bootstraps a tree that has one into the cache of parts. The broker then
runs in that tree, with mounts that no other process sees and that end with it.
"""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from chassis.broker.rabbitmq.branch_accounts import BranchAccounts, user_of
from chassis.broker.rabbitmq.management import Management, ManagementAddress

from tests.parts import having
from tests.parts.certificates import Certificates
from tests.parts.having import PartMissing
from tests.parts.network import HERE, Machine
from tests.parts.process import HOST, Processes, accepts, free_ports

PACKAGES = "rabbitmq-server,ca-certificates"
CONTROL_SECONDS = 30

TREE_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
INSIDE = Path("/mnt")
"""Where the tree sees the broker's folder."""

ENTER = """
mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" &&
mount --bind "$2" "$1$3" && tree="$1" && shift 3 && exec chroot "$tree" "$@"
"""

GUEST = ("guest", "guest")
CONFIG = """\
listeners.tcp.own = {host}:{port}
disk_free_limit.absolute = 10MB
management.tcp.ip = {host}
management.tcp.port = {management_port}
"""
PLUGINS = "[rabbitmq_management].\n"
"""As in the image that is deployed: accounts of branches are made by its interface."""
TLS = """\
listeners.ssl.own = {host}:{port}
ssl_options.cacertfile = {folder}/ca.pem
ssl_options.certfile = {folder}/server.pem
ssl_options.keyfile = {folder}/server.key
"""
APART = "loopback_users = none\n"
"""What a broker on a machine of its own adds: `guest` comes from another one."""
MEMBER = """\
cluster_formation.peer_discovery_backend = classic_config
cluster_partition_handling = pause_minority
"""
TICK_SECONDS = 8
"""How soon, give or take a quarter, nodes take one that is silent for gone."""
DISTRIBUTION = "-kernel inet_dist_use_interface {{{address}}} -start_epmd false"


@dataclass(frozen=True)
class Release:
    """A release of RabbitMQ and the Debian suite that ships it."""

    version: str
    suite: str

    @property
    def tree(self) -> str:
        return f"rabbitmq-{self.version}"

    @property
    def scripts(self) -> str:
        return f"usr/lib/rabbitmq/lib/rabbitmq_server-{self.version}.*/sbin"


FOUR = Release("4", "trixie")
THREE = Release("3.10", "bookworm")


@dataclass(frozen=True)
class _Place:
    """Where a broker runs: its scripts, the tree they are in if any, its folder."""

    scripts: Path
    tree: Path | None
    folder: Path
    port: int
    tls_port: int
    distribution_port: int
    names_port: int
    management_port: int
    node: str = "biyong"
    has_own_names: bool = True
    machine: Machine = HERE

    @property
    def host(self) -> str:
        return self.machine.address

    def command(self, program: str, *arguments: str) -> list[str]:
        if self.tree is None:
            return self.machine.command(program, *arguments)
        enter = ["unshare", "--mount", "sh", "-c", ENTER, "enter"]
        seen = [str(self.tree), str(self.folder), str(INSIDE)]
        return self.machine.command(*enter, *seen, program, *arguments)

    def script(self, name: str, *arguments: str) -> list[str]:
        scripts = self.scripts
        if self.tree is not None:
            scripts = Path("/") / scripts.relative_to(self.tree)
        return self.command(str(scripts / name), *arguments)

    @property
    def more(self) -> str:
        """What else Erlang is told: a member of a cluster soon misses the others."""
        return "" if self.machine is HERE else f"-kernel net_ticktime {TICK_SECONDS}"

    @property
    def home(self) -> Path:
        """The broker's folder as the broker sees it."""
        return self.folder if self.tree is None else INSIDE

    def environment(self) -> dict[str, str]:
        """Nothing of the machine's own broker: neither settings, cookie nor names."""
        home = self.home
        spoken = DISTRIBUTION.format(address=self.host.replace(".", ","))
        return {
            "PATH": having.search_path() if self.tree is None else TREE_PATH,
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "ERL_EPMD_ADDRESS": self.host,
            "ERL_EPMD_PORT": str(self.names_port),
            "ERL_CRASH_DUMP": str(home / "erl_crash.dump"),
            "RABBITMQ_NODENAME": f"{self.node}@{self.host}",
            "RABBITMQ_USE_LONGNAME": "true",
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{spoken} {self.more}",
            "RABBITMQ_CTL_ERL_ARGS": spoken,
            "RABBITMQ_CONF_ENV_FILE": str(home / "environment.conf"),
            "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
            "RABBITMQ_CONFIG_FILES": str(home / "conf.d"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(home / "data"),
            "RABBITMQ_PID_FILE": str(home / "pid"),
            "RABBITMQ_LOG_BASE": str(home),
            "RABBITMQ_LOGS": "-",
        }

    def launch_names(self, processes: Processes) -> None:
        """Start epmd, where Erlang's nodes find each other."""
        names = ["-address", self.host, "-port", str(self.names_port)]
        processes.launch(
            self.command("epmd", *names),
            lambda: accepts(self.names_port, self.host),
            self.environment(),
        )

    def control(self, *arguments: str) -> str:
        """Run rabbitmqctl; what it wrote."""
        done = subprocess.run(
            self.script("rabbitmqctl", "--timeout", str(CONTROL_SECONDS), *arguments),
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said = done.stdout.decode(errors="replace")
        if done.returncode:
            raise RuntimeError(f"rabbitmqctl {arguments[0]} failed: {said}")
        return said


@dataclass
class Broker:
    """A broker of one node; it keeps ports and data when it is started again."""

    url: str
    tls_url: str
    port: int
    _place: _Place = field(repr=False)
    _processes: Processes = field(repr=False)
    administrator: tuple[str, str] = GUEST

    @property
    def machine(self) -> Machine:
        """On which it runs."""
        return self._place.machine

    def url_by(self, port: int) -> str:
        """The address for who comes by another port, behind which this broker is."""
        return _url("amqp", "guest", "guest", port)

    @property
    def management_url(self) -> str:
        """Where accounts are made, as the administrator."""
        place = self._place
        return _url("http", *self.administrator, place.management_port, place.host)

    def add_branch(self, branch: str, password: str) -> str:
        """Make a branch's account as operators do, with this password; the address
        under which it may send and hear."""
        address = ManagementAddress.of(self.management_url)
        accounts = BranchAccounts(Management(address), lambda: password)
        accounts.create_account(branch)
        return _url("amqp", user_of(branch), password, self.port)

    def add_user(self, user: str, password: str, *permissions: str) -> str:
        """Make a user with these rights to configure, write and read; its address."""
        self._place.control("add_user", user, password)
        self._place.control("set_permissions", user, *permissions)
        return _url("amqp", user, password, self.port)

    def url_of(self, user: str, password: str) -> str:
        """The address for an account."""
        return _url("amqp", user, password, self.port)

    def tls_url_of(self, url: str) -> str:
        """The address of the same account through TLS."""
        address = url.replace("amqp://", "amqps://", 1)
        return address.replace(f":{self.port}", f":{self._place.tls_port}")

    def control(self, *arguments: str) -> str:
        """Run rabbitmqctl; what it wrote."""
        return self._place.control(*arguments)

    def start(self) -> None:
        """Start, and wait until the broker speaks AMQP."""
        if self._processes.running:
            raise RuntimeError("the broker has been started already")
        place = self._place
        if place.has_own_names:
            place.launch_names(self._processes)
        self._processes.launch(
            place.script("rabbitmq-server"),
            lambda: _speaks_amqp(place.host, self.port),
            place.environment(),
        )

    def freeze(self) -> None:
        """Let it neither work nor end."""
        self._processes.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._processes.signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill -9 every process; back when none of the ports answers any longer.

        RabbitMQ 4.0 writes the names of its quorum queues down up to a second late:
        one that was declared just before the kill is lost, with what it confirmed.
        """
        self._processes.kill()

    def wipe(self) -> None:
        """Kill, forget everything, start empty."""
        self.kill()
        shutil.rmtree(self._place.folder / "data")
        self.start()

    def stop(self) -> None:
        """Stop in order, by force where that takes too long; nothing stays behind."""
        self._processes.stop()


@contextmanager
def running_broker(
    folder: Path,
    release: Release = FOUR,
    certificates: Certificates | None = None,
    definitions: str = "",
    administrator: tuple[str, str] = GUEST,
) -> Iterator[Broker]:
    """A broker with its settings, data and log in a folder, stopped at the end.

    With definitions it has the accounts that they name, and no other: one of them is
    the administrator.
    """
    broker = _prepared(folder, install(release), certificates, definitions)
    broker.administrator = administrator
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


def install(release: Release = FOUR) -> Path:
    """The folder of the broker's scripts; installs them where there are none yet."""
    found = _on_path(release)
    if found is not None:
        return found
    having.run("enter a tree of its own (root's right)", "unshare", "-m", "true")
    tree = having.debian_tree(release.tree, release.suite, PACKAGES)
    found = next(iter(sorted(tree.glob(release.scripts))), None)
    if found is None:
        version = release.version
        raise PartMissing(f"{tree} holds no RabbitMQ {version}: remove it to try anew")
    return found


def install_three() -> Path:
    """RabbitMQ 3.10, which distributions still ship."""
    return install(THREE)


def cluster_of(folder: Path, machines: Sequence[Machine]) -> list[Broker]:
    """Nodes of one cluster, one a machine, not started yet.

    A node is killed and started again alone; whoever calls this stops them all.
    Nodes of one machine find each other by what `running_names` runs there.
    """
    scripts = install()
    [names_port] = free_ports(1)
    places = [
        _place(folder / f"biyong{number}", scripts, names_port, machine, number)
        for number, machine in enumerate(machines, 1)
    ]
    config = MEMBER
    for number, place in enumerate(places, 1):
        node = f"cluster_formation.classic_config.nodes.{number}"
        config += f"{node} = {place.node}@{place.host}\n"
    for place in places:
        cookie = place.folder / ".erlang.cookie"
        cookie.write_text("CHAOS", encoding="ascii")
        cookie.chmod(0o400)
    return [_configured(place, config) for place in places]


@contextmanager
def running_names(node: Broker) -> Iterator[None]:
    """What the nodes of one machine find each other by; outlives each of them."""
    place = node._place
    log = place.folder.parent / "names.log"
    processes = Processes(log, [place.names_port], place.host)
    try:
        if not place.has_own_names:
            place.launch_names(processes)
        yield
    finally:
        processes.stop()


def _prepared(
    folder: Path, scripts: Path, certificates: Certificates | None, definitions: str
) -> Broker:
    """A broker that is ready to start."""
    [names_port] = free_ports(1)
    place = _place(folder, scripts, names_port)
    config = ""
    if certificates is not None:
        certificates.copy_to(folder)
        config = TLS.format(host=HOST, port=place.tls_port, folder=place.home)
    if definitions:
        (folder / "definitions.json").write_text(definitions, encoding="utf-8")
        config += f"load_definitions = {place.home}/definitions.json\n"
    return _configured(place, config)


def _place(
    folder: Path,
    scripts: Path,
    names_port: int,
    machine: Machine = HERE,
    number: int = 0,
) -> _Place:
    """`number`: which one of a cluster it is; 0 of none."""
    folder.mkdir(parents=True, exist_ok=True)
    tree = next((p for p in scripts.parents if p.parent == having.cache()), None)
    port, tls_port, distribution_port, management_port = free_ports(4)
    place = _Place(
        scripts,
        tree,
        folder.resolve(),
        port,
        tls_port,
        distribution_port,
        names_port,
        management_port,
    )
    if not number:
        return place
    is_alone = machine is not HERE
    return replace(
        place, node=f"biyong{number}", has_own_names=is_alone, machine=machine
    )


def _configured(place: _Place, config: str) -> Broker:
    folder, host = place.folder, place.host
    own = CONFIG.format(
        host=host, port=place.port, management_port=place.management_port
    )
    if place.machine is not HERE:
        own += APART
    (folder / "rabbitmq.conf").write_text(own + config, encoding="utf-8")
    (folder / "plugins").write_text(PLUGINS, encoding="utf-8")
    ports = [place.port, place.tls_port, place.distribution_port]
    ports.append(place.management_port)
    if place.has_own_names:
        ports.append(place.names_port)
    return Broker(
        _url("amqp", "guest", "guest", place.port, host),
        _url("amqps", "guest", "guest", place.tls_port, host),
        place.port,
        place,
        Processes(folder / "broker.log", ports, host),
    )


def _on_path(release: Release) -> Path | None:
    """The folder of the scripts of such a RabbitMQ that the machine itself has."""
    server = having.find("rabbitmq-server")
    if server is None or having.find("epmd") is None:
        return None
    # A packaged one on the PATH is a wrapper that changes the user and the home;
    # the script itself is linked beside it.
    beside = server.resolve().parent
    scripts = (beside / "rabbitmq-server").resolve().parent
    is_wanted = any((scripts.parent / "plugins").glob(f"rabbit-{release.version}.*"))
    return scripts if is_wanted else None


def _url(scheme: str, user: str, password: str, port: int, host: str = HOST) -> str:
    own = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return f"{scheme}://{own}@{host}:{port}/"


def _speaks_amqp(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1) as wire:
            wire.sendall(b"AMQP\x00\x00\x09\x01")
            return wire.recv(1) == b"\x01"
    except OSError:
        return False
