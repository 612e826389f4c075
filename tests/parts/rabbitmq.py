"""A real RabbitMQ 4 broker for the tests, with ports and data of its own.

A `rabbitmq-server` 4 on the PATH is used as it is. Without one, root on Debian
bootstraps a tree that has one into the cache of parts. The broker then runs in
that tree, with mounts that no other process sees and that end with it.
"""

import fcntl
import os
import platform
import random
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

HOST = "127.0.0.1"
SUITE, PACKAGES = "trixie", "rabbitmq-server,ca-certificates"
SCRIPTS = "usr/lib/rabbitmq/lib/rabbitmq_server-4.*/sbin"
INSTALL_SECONDS, START_SECONDS, STOP_SECONDS, PORT_SECONDS = 900, 90, 20, 20
CONTROL_SECONDS = 30
LOOK_EVERY_SECONDS = 0.05
PORTS = range(15_000, 32_000)
"""Below those that outgoing connections take: none gets a killed broker's port."""

INSIDE = Path("/mnt")
"""Where the tree sees the broker's folder."""

ENTER = """
mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" &&
mount --bind "$2" "$1$3" && tree="$1" && shift 3 && exec chroot "$tree" "$@"
"""
TIED = 'exec 3<&0; { read -r _ <&3; kill -KILL 0; } & exec "$@" 3<&- </dev/null'
"""Runs a command that ends with us: then the pipe on its input reads its end."""

CONFIG = """\
listeners.tcp.own = {host}:{port}
disk_free_limit.absolute = 10MB
"""
LOOPBACK = "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false"
GRANT = """
User = {user}, Slash = <<"/">>, By = <<"tests">>,
ok = rabbit_auth_backend_internal:add_user(User, {password}, By),
ok = rabbit_auth_backend_internal:set_permissions(
    User, Slash, <<"^$">>, {write}, {read}, By),
ok = rabbit_auth_backend_internal:set_topic_permissions(
    User, Slash, <<"biyong.branches">>, {keys}, <<"^$">>, By).
"""


class PartMissing(Exception):
    """Says why the part cannot be had here and what would make it possible."""


@dataclass(frozen=True)
class _Place:
    """Where a broker runs: its scripts, the tree they are in if any, its folder."""

    scripts: Path
    tree: Path | None
    folder: Path
    port: int
    distribution_port: int
    names_port: int

    def command(self, program: str, *arguments: str) -> list[str]:
        if self.tree is None:
            return [program, *arguments]
        enter = ["unshare", "--mount", "sh", "-c", ENTER, "enter"]
        seen = [str(self.tree), str(self.folder), str(INSIDE)]
        return [*enter, *seen, program, *arguments]

    def script(self, name: str, *arguments: str) -> list[str]:
        scripts = self.scripts
        if self.tree is not None:
            scripts = Path("/") / scripts.relative_to(self.tree)
        return self.command(str(scripts / name), *arguments)

    def environment(self) -> dict[str, str]:
        """Nothing of the machine's own broker: neither settings, cookie nor names."""
        home = self.folder if self.tree is None else INSIDE
        return {
            "PATH": _path(),
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(self.names_port),
            "ERL_CRASH_DUMP": str(home / "erl_crash.dump"),
            "RABBITMQ_NODENAME": f"biyong@{HOST}",
            "RABBITMQ_USE_LONGNAME": "true",
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": LOOPBACK,
            "RABBITMQ_CTL_ERL_ARGS": LOOPBACK,
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

    @property
    def log(self) -> Path:
        return self.folder / "broker.log"

    def launch(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a command in a process group of its own, which ends with us."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                ["sh", "-c", TIED, "tied", *command],
                env=self.environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def control(self, *arguments: str) -> None:
        """Run rabbitmqctl."""
        done = subprocess.run(
            self.script("rabbitmqctl", "--timeout", str(CONTROL_SECONDS), *arguments),
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            said = done.stdout.decode(errors="replace")
            raise RuntimeError(f"rabbitmqctl {arguments[0]} failed: {said}")


@dataclass
class Broker:
    """A broker of one node; it keeps ports and data when it is started again."""

    url: str
    port: int
    _place: _Place = field(repr=False)
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list, repr=False)

    def add_branch(self, branch: str, password: str) -> str:
        """Make a branch's user; the address under which it may send and hear."""
        user, name = f"branch.{branch}", re.escape(branch)
        grant = GRANT.format(
            user=_erlang(user),
            password=_erlang(password),
            write=_erlang(r"^biyong\.branches$"),
            read=_erlang(rf"^branch\.{name}\.receipts$"),
            keys=_erlang(rf"^branch\.{name}\."),
        )
        self._place.control("eval", grant)
        return _url(user, password, self.port)

    def start(self) -> None:
        """Start, and wait until the broker speaks AMQP."""
        if self._processes:
            raise RuntimeError("the broker has been started already")
        place = self._place
        names = ["-address", HOST, "-port", str(place.names_port)]
        self._come_up(place.command("epmd", *names), lambda: _accepts(place.names_port))
        self._come_up(place.script("rabbitmq-server"), lambda: _speaks_amqp(self.port))

    def _come_up(self, command: Sequence[str], is_up: Callable[[], bool]) -> None:
        process = self._place.launch(command)
        self._processes.append(process)
        ends_or_is_up = _wait_until(
            lambda: process.poll() is not None or is_up(), START_SECONDS
        )
        if not ends_or_is_up or process.poll() is not None:
            log = self._place.log
            said = _tail(log.read_bytes())
            raise RuntimeError(f"the broker did not come up; {log} ends: {said}")

    def kill(self) -> None:
        """Kill -9 every process; back when none of the ports answers any longer.

        RabbitMQ 4.0 writes the names of its quorum queues down up to a second late:
        one that was declared just before the kill is lost, with what it confirmed.
        """
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdin:
                process.stdin.close()
        self._processes.clear()
        place = self._place
        ports = [place.port, place.distribution_port, place.names_port]
        if not _wait_until(lambda: not any(map(_accepts, ports)), PORT_SECONDS):
            raise RuntimeError(f"something still answers on one of the ports {ports}")

    def stop(self) -> None:
        """Stop in order, by force where that takes too long; nothing stays behind."""
        try:
            for process in reversed(self._processes):
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_SECONDS)
        finally:
            self.kill()


@contextmanager
def running_broker(folder: Path) -> Iterator[Broker]:
    """A broker with its settings, data and log in a folder, stopped at the end."""
    broker = _prepared(folder, install())
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


def install() -> Path:
    """The folder of the broker's scripts; installs them where there are none yet."""
    found = _on_path()
    if found is not None:
        return found
    _require_root()
    tree = _tree()
    with _alone(tree):
        if not tree.exists():
            _bootstrap(tree)
    found = next(iter(sorted(tree.glob(SCRIPTS))), None)
    if found is None:
        raise PartMissing(f"{tree} holds no RabbitMQ 4: remove it to install anew")
    return found


def _prepared(folder: Path, scripts: Path) -> Broker:
    """A broker that is ready to start."""
    folder.mkdir(parents=True, exist_ok=True)
    tree = _tree()
    place = _Place(
        scripts,
        tree if scripts.is_relative_to(tree) else None,
        folder.resolve(),
        *_free_ports(3),
    )
    config = CONFIG.format(host=HOST, port=place.port)
    (folder / "rabbitmq.conf").write_text(config, encoding="utf-8")
    (folder / "plugins").write_text("[].\n", encoding="utf-8")
    return Broker(_url("guest", "guest", place.port), place.port, place)


def _tree() -> Path:
    said = os.environ.get("BIYONG_PARTS") or "~/.cache/biyong-parts"
    return Path(said).expanduser().resolve() / "rabbitmq-4"


def _on_path() -> Path | None:
    """The folder of the scripts of a RabbitMQ 4 that the machine itself has."""
    server = shutil.which("rabbitmq-server", path=_path())
    if server is None or shutil.which("epmd", path=_path()) is None:
        return None
    # A packaged one on the PATH is a wrapper that changes the user and the home;
    # the script itself is linked beside it.
    beside = Path(server).resolve().parent
    scripts = (beside / "rabbitmq-server").resolve().parent
    is_four = any((scripts.parent / "plugins").glob("rabbit-4.*"))
    return scripts if is_four else None


def _require_root() -> None:
    way = "put a rabbitmq-server 4 and its epmd on the PATH, or run as root on Debian"
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise PartMissing(f"RabbitMQ 4 is not on the PATH and this is not root: {way}")
    if shutil.which("unshare", path=_path()) is None:
        raise PartMissing(f"RabbitMQ 4 is not on the PATH, nor is unshare: {way}")
    _run("enter a tree of its own (root needs CAP_SYS_ADMIN)", "unshare", "-m", "true")


def _bootstrap(tree: Path) -> None:
    """Install a tree; one that was interrupted is begun anew.

    Mounts and processes of the installation end with it, however it ends.
    """
    _require_debian()
    _provide_debootstrap()
    begun = tree.with_name(f"{tree.name}.begun")
    if begun.exists():
        shutil.rmtree(begun)
    apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    fetch = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE]
    _run(f"bootstrap Debian {SUITE}", *apart, *fetch, str(begun), _mirror())
    begun.rename(tree)


def _require_debian() -> None:
    name = "a system without a name"
    with suppress(OSError):
        name = platform.freedesktop_os_release()["ID"]
    if name != "debian":
        way = "put a rabbitmq-server 4 and its epmd on the PATH"
        raise PartMissing(f"RabbitMQ 4 is installed on Debian, not on {name}: {way}")


def _provide_debootstrap() -> None:
    if shutil.which("debootstrap", path=_path()) is None:
        _run("read the package lists", "apt-get", "update")
        _run("install debootstrap", "apt-get", "install", "--yes", "debootstrap")


def _mirror() -> str:
    """Where this machine gets its own packages."""
    said = _run(
        "ask apt for its mirror", "apt-get", "indextargets", "--format", "$(SITE)"
    )
    sites = said.split()
    if not sites:
        raise PartMissing("apt has no package source: give it one of Debian's mirrors")
    return sites[0]


def _run(aim: str, *command: str) -> str:
    """Run a step of the installation; what it wrote."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PATH": _path(), "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PartMissing(f"RabbitMQ 4: no time left to {aim}") from error
    if done.returncode:
        said = _tail(done.stdout + done.stderr)
        raise PartMissing(f"RabbitMQ 4: could not {aim}: {said}")
    return done.stdout.decode(errors="replace")


@contextmanager
def _alone(tree: Path) -> Iterator[None]:
    """One process at a time looks whether the tree is there and installs it."""
    tree.parent.mkdir(parents=True, exist_ok=True)
    with tree.with_name(f"{tree.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _path() -> str:
    """The PATH with the folders of root's tools, which not every shell has."""
    return os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin"


def _tail(output: bytes) -> str:
    return "\n".join(output.decode(errors="replace").splitlines()[-20:])


def _url(user: str, password: str, port: int) -> str:
    return f"amqp://{quote(user, safe='')}:{quote(password, safe='')}@{HOST}:{port}/"


def _erlang(text: str) -> str:
    """A text as an Erlang binary that needs no quoting."""
    return f"<<{','.join(map(str, text.encode()))}>>"


def _free_ports(count: int) -> list[int]:
    """So many loopback ports that nobody listens on now."""
    found: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError(f"no {count} free ports in {PORTS}")


def _wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether it came to hold in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_EVERY_SECONDS)
    return True


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _speaks_amqp(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as wire:
            wire.sendall(b"AMQP\x00\x00\x09\x01")
            return wire.recv(1) == b"\x01"
    except OSError:
        return False
