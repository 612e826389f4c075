"""A real mail server for the tests: Exim from Debian, on loopback, with TLS and login.

Root on Debian bootstraps a tree that has it into the cache of parts. It runs in that
tree, with mounts that no other process sees, and delivers nothing but into a box in
its own folder.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tests.parts import having
from tests.parts.certificates import Certificates
from tests.parts.process import HOST, Processes, accepts, free_ports

SUITE, TREE = "bookworm", "exim-4"
PACKAGES = "exim4-daemon-light,ca-certificates"
USER, PASSWORD = "college", "p@ss:word/1"
ENTER = """
mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" &&
mount --bind "$2" "$1/mnt" && mount --bind "$2" "$1/etc/exim4" &&
exec chroot "$1" exim -bdf
"""

CONFIG = """\
primary_hostname = mail.biyong.example
spool_directory = /mnt/spool
log_file_path = /mnt/%slog
local_interfaces = <; [%HOST%]:%PORT% ; [%HOST%]:%TLS_PORT%
tls_on_connect_ports = %TLS_PORT%
tls_advertise_hosts = *
tls_certificate = /mnt/server.pem
tls_privatekey = /mnt/server.key
exim_user = Debian-exim
exim_group = Debian-exim
never_users =
host_lookup =
rfc1413_hosts =
acl_smtp_mail = check_mail
acl_smtp_rcpt = check_rcpt
acl_smtp_data = check_data

begin acl
check_mail:
  deny !authenticated = *
       message = sign in first
  accept
check_rcpt:
  deny local_parts = nobody
       message = 5.1.1 no such mailbox: $local_part@$domain
  defer local_parts = later
       message = 4.2.1 try again later: $local_part@$domain
  accept
check_data:
  deny condition = ${if match{$h_subject:}{spam}}
       message = 5.7.1 this is refused
  accept

begin routers
own:
  driver = accept
  transport = mailbox

begin transports
mailbox:
  driver = appendfile
  directory = /mnt/box
  maildir_format
  create_directory
  user = Debian-exim
  delivery_date_add
  envelope_to_add

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = ${if and{{eq{$auth2}{%USER%}}{eq{$auth3}{%PASSWORD%}}}}
  server_set_id = $auth2
  server_advertise_condition = ${if def:tls_cipher}
"""


@dataclass
class MailServer:
    """A mail server: its addresses, and what arrived there."""

    port: int
    tls_port: int
    certificates: Certificates
    _folder: Path = field(repr=False)

    def url(
        self, scheme: str = "smtp", user: str = USER, password: str = PASSWORD
    ) -> str:
        """The address with a login; `smtps` is TLS from the first byte."""
        port = self.tls_port if scheme == "smtps" else self.port
        login = f"{quote(user, safe='')}:{quote(password, safe='')}"
        return f"{scheme}://{login}@{HOST}:{port}?ca={self.certificates.authority}"

    def letters(self, address: str) -> list[bytes]:
        """What arrived for an address."""
        folder = self._folder / "box" / "new"
        letters = [file.read_bytes() for file in folder.glob("*")]
        line = f"Envelope-to: {address}\n".encode()
        return [letter for letter in letters if line in letter]


def install() -> Path:
    """The tree that has the server."""
    having.run("enter a tree of its own (root's right)", "unshare", "-m", "true")
    return having.debian_tree(TREE, SUITE, PACKAGES)


@contextmanager
def running_mail_server(
    folder: Path, certificates: Certificates
) -> Iterator[MailServer]:
    """A mail server with its settings, letters and log in a folder."""
    tree = install()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o777)  # the server's own user writes there
    certificates.copy_to(folder)
    (folder / "server.key").chmod(0o644)
    port, tls_port = free_ports(2)
    config = CONFIG
    for name, said in {
        "HOST": HOST, "PORT": port, "TLS_PORT": tls_port,
        "USER": USER, "PASSWORD": PASSWORD,
    }.items():  # fmt: skip
        config = config.replace(f"%{name}%", str(said))
    (folder / "exim4.conf").write_text(config, encoding="utf-8")
    (folder / "exim4.conf").chmod(0o644)
    processes = Processes(folder / "server.log", [port, tls_port])
    enter = ["unshare", "--mount", "sh", "-c", ENTER, "enter", str(tree), str(folder)]
    try:
        processes.launch(enter, lambda: accepts(port) and accepts(tls_port))
        yield MailServer(port, tls_port, certificates, folder)
    finally:
        processes.stop()
