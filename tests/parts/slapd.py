"""A real LDAP directory for the tests: OpenLDAP's slapd from Debian, on loopback.

Root on Debian bootstraps a tree that has it into the cache of parts. It runs in that
tree, with mounts that no other process sees, on ports and data of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ldap3

from tests.parts import having
from tests.parts.certificates import Certificates
from tests.parts.process import HOST, Processes, accepts, free_ports

SUITE, TREE = "bookworm", "slapd-2.5"
PACKAGES = "slapd,ca-certificates"
BASE = "dc=union,dc=example"
ROOT, ROOT_PASSWORD = f"cn=root,{BASE}", "root of the tests"
READER, READER_PASSWORD = f"cn=reader,{BASE}", "reader of the tests"
ENTER = """
mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" &&
mount --bind "$2" "$1/mnt" &&
chroot "$1" slapadd -q -f /mnt/slapd.conf -l /mnt/first.ldif &&
exec chroot "$1" slapd -d 0 -f /mnt/slapd.conf -h "$3"
"""
CONFIG = f"""\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile /mnt/ca.pem
TLSCertificateFile /mnt/server.pem
TLSCertificateKeyFile /mnt/server.key
disallow bind_anon
security simple_bind=128
sizelimit size.soft=100 size.hard=100 size.prtotal=unlimited
database mdb
suffix "{BASE}"
directory /mnt/data
rootdn "{ROOT}"
rootpw "{ROOT_PASSWORD}"
maxsize 104857600
index objectClass,employeeNumber eq
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{READER}" read by * none
"""
FIRST = f"""\
dn: {BASE}
objectClass: domain
dc: union

dn: {READER}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: {READER_PASSWORD}
"""
Attributes = Mapping[str, str | Sequence[str]]


@dataclass
class Directory:
    """A directory: its addresses, and its entries as its root changes them."""

    port: int
    tls_port: int
    certificates: Certificates
    processes: Processes

    @property
    def url(self) -> str:
        """The address that turns to TLS by StartTLS."""
        return f"ldap://{HOST}:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"ldaps://{HOST}:{self.tls_port}"

    @contextmanager
    def changing(self) -> Iterator[ldap3.Connection]:
        """A connection that may change everything."""
        tls = ldap3.Tls(ca_certs_file=str(self.certificates.authority))
        server = ldap3.Server(self.tls_url, use_ssl=True, tls=tls, get_info=ldap3.NONE)
        with ldap3.Connection(
            server, ROOT, ROOT_PASSWORD, raise_exceptions=True
        ) as connection:
            yield connection

    def add(self, entries: Mapping[str, Attributes]) -> None:
        """Entries by their names below the base, those above first."""
        with self.changing() as connection:
            for name, attributes in entries.items():
                connection.add(f"{name},{BASE}", attributes=dict(attributes))

    def change(self, name: str, **attributes: str) -> None:
        """These attributes of an entry have other values."""
        changes = {n: [(ldap3.MODIFY_REPLACE, [v])] for n, v in attributes.items()}
        with self.changing() as connection:
            connection.modify(f"{name},{BASE}", changes)

    def remove(self, *names: str) -> None:
        with self.changing() as connection:
            for name in names:
                connection.delete(f"{name},{BASE}")


def install() -> Path:
    """The tree that has the server."""
    having.run("enter a tree of its own (root's right)", "unshare", "-m", "true")
    return having.debian_tree(TREE, SUITE, PACKAGES)


@contextmanager
def running_directory(folder: Path, certificates: Certificates) -> Iterator[Directory]:
    """A directory with nothing but its base and a reader, in a folder."""
    tree = install()
    (folder / "data").mkdir(parents=True)
    certificates.copy_to(folder)
    (folder / "slapd.conf").write_text(CONFIG, encoding="utf-8")
    (folder / "first.ldif").write_text(FIRST, encoding="utf-8")
    port, tls_port = free_ports(2)
    listening = f"ldap://{HOST}:{port} ldaps://{HOST}:{tls_port}"
    processes = Processes(folder / "slapd.log", [port, tls_port])
    enter = ["unshare", "--mount", "sh", "-c", ENTER, "enter"]
    try:
        processes.launch(
            [*enter, str(tree), str(folder), listening],
            lambda: accepts(port) and accepts(tls_port),
        )
        yield Directory(port, tls_port, certificates, processes)
    finally:
        processes.stop()


def a_unit(id_: str, name: str) -> Attributes:
    """A branch."""
    return {"objectClass": ["organizationalUnit"], "ou": id_, "description": name}


def a_person(number: str, name: str, phone: str, **more: str) -> Attributes:
    """A member, whose password is `password of NUMBER`."""
    return {
        "objectClass": ["inetOrgPerson"],
        "cn": name,
        "sn": name[:1],
        "employeeNumber": number,
        "mobile": phone,
        "userPassword": f"password of {number}",
        **more,
    }
