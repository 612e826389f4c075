"""Passwords are proven at a real directory: by one entry, under TLS, in time."""

import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from gateway.clients.breaker import FAILURES
from gateway.clients.directory_bind import EntrySearch, LdapBind
from gateway.clients.directory_connection import DirectoryAddress
from gateway.identity.errors import DirectoryAway, PasswordsBusy

from tests.parts import certificates, slapd
from tests.parts.process import HOST, wait_until
from tests.parts.slapd import Directory

pytestmark = pytest.mark.part("slapd")
SEARCH = EntrySearch(
    slapd.BASE,
    "employeeNumber",
    "(objectClass=inetOrgPerson)",
    slapd.READER,
    slapd.READER_PASSWORD,
)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    folder = tmp_path_factory.mktemp("directory")
    made = certificates.make(folder / "certificates")
    with slapd.running_directory(folder / "slapd", made) as running:
        running.add(
            {
                "ou=dc": slapd.a_unit("dc", "东城"),
                "cn=a,ou=dc": slapd.a_person("E(1)*", "张一", "13800000001"),
                "cn=b,ou=dc": slapd.a_person("E2", "张二", "13800000002"),
                "cn=c,ou=dc": slapd.a_person("E3", "张三", "13800000003"),
                "cn=d,ou=dc": slapd.a_person("E3", "张四", "13800000004"),
            }
        )
        yield running


BindAt = Callable[..., LdapBind]


@pytest.fixture
def bind_at(directory: Directory) -> Iterator[BindAt]:
    """Makes binds at an address, by default the directory's for StartTLS."""
    opened: list[LdapBind] = []

    def open_bind(
        url: str = "", authority: Path | None = None, search: EntrySearch = SEARCH
    ) -> LdapBind:
        authority = authority or directory.certificates.authority
        address = DirectoryAddress(url or directory.url, str(authority))
        opened.append(LdapBind(address, search))
        return opened[-1]

    yield open_bind
    for bind in opened:
        bind.close()


@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
def test_the_right_password_opens_the_one_entry(
    bind_at: BindAt, directory: Directory, scheme: str
) -> None:
    bind = bind_at(directory.url if scheme == "ldap" else directory.tls_url)
    assert bind.is_password_of("E2", "password of E2") is True
    assert bind.is_password_of("E2", "password of E1") is False
    assert bind.is_password_of("E2", "password of E2") is True


@pytest.mark.parametrize("entry", ["E9", "*", "E3", "E2)(cn=*", "", "E\\2a", "\x00"])
def test_no_entry_or_two_open_nothing(bind_at: BindAt, entry: str) -> None:
    assert bind_at().is_password_of(entry, "password of E3") is None


def test_signs_of_filters_in_a_value_are_only_signs(bind_at: BindAt) -> None:
    assert bind_at().is_password_of("E(1)*", "password of E(1)*") is True


@pytest.mark.parametrize(
    "password", ["", "\x00", " ", "密" * 200, "password of E2\x00"]
)
def test_odd_passwords_open_nothing(bind_at: BindAt, password: str) -> None:
    assert bind_at().is_password_of("E2", password) is False


def test_a_locked_entry_opens_nothing_by_its_password(
    bind_at: BindAt, directory: Directory
) -> None:
    bind = bind_at()
    directory.add({"cn=e,ou=dc": slapd.a_person("E5", "张五", "13800000005")})
    assert bind.is_password_of("E5", "password of E5") is True
    directory.change("cn=e,ou=dc", userPassword="another one")
    assert bind.is_password_of("E5", "password of E5") is False
    directory.remove("cn=e,ou=dc")
    assert bind.is_password_of("E5", "another one") is None


def test_a_certificate_of_another_authority_is_not_believed(
    bind_at: BindAt, directory: Directory, tmp_path: Path
) -> None:
    other = certificates.make(tmp_path / "other")
    for url in (directory.url, directory.tls_url):
        bind = bind_at(url, other.authority)
        with pytest.raises(DirectoryAway):
            bind.is_password_of("E2", "password of E2")
        assert bind.has_failed


def test_a_certificate_of_another_name_is_not_believed(
    bind_at: BindAt, directory: Directory
) -> None:
    url = f"ldaps://localhost.localdomain:{directory.tls_port}"
    with pytest.raises(DirectoryAway):
        bind_at(url).is_password_of("E2", "password of E2")


def test_a_reader_who_is_refused_is_no_wrong_password(bind_at: BindAt) -> None:
    bind = bind_at(search=replace(SEARCH, reader_password="wrong"))
    with pytest.raises(DirectoryAway):
        bind.is_password_of("E2", "password of E2")


def test_a_directory_that_stands_still_is_away_in_time_and_comes_back(
    bind_at: BindAt, directory: Directory
) -> None:
    bind = bind_at()
    assert bind.is_password_of("E2", "password of E2") is True
    directory.processes.signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        with pytest.raises(DirectoryAway):
            bind.is_password_of("E2", "password of E2")
        assert time.monotonic() - began < 2
        assert bind.is_away()
    finally:
        directory.processes.signal(signal.SIGCONT)
    assert wait_until(lambda: not bind.is_away(), 10)
    assert bind.is_password_of("E2", "password of E2") is True


@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
def test_whoever_listens_and_says_nothing_is_away_in_time(
    bind_at: BindAt, scheme: str
) -> None:
    with socket.create_server((HOST, 0)) as silent:
        bind = bind_at(f"{scheme}://{HOST}:{silent.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(DirectoryAway):
            bind.is_password_of("E2", "password of E2")
        assert time.monotonic() - began < 2


def test_a_directory_that_refuses_is_left_alone(bind_at: BindAt) -> None:
    with socket.create_server((HOST, 0)) as closed:
        address = f"ldap://{HOST}:{closed.getsockname()[1]}"
    bind = bind_at(address)
    for _ in range(FAILURES):
        with pytest.raises(DirectoryAway):
            bind.is_password_of("E2", "password of E2")
    assert not bind.breaker.can_ask()
    began = time.monotonic()
    with pytest.raises(DirectoryAway):
        bind.is_password_of("E2", "password of E2")
    assert time.monotonic() - began < 0.1


def test_a_connection_that_was_cut_is_opened_anew(bind_at: BindAt) -> None:
    bind = bind_at()
    assert bind.is_password_of("E2", "password of E2") is True
    connection = bind.idle.get_nowait()
    connection.connection.socket.shutdown(socket.SHUT_RDWR)
    bind.idle.put(connection)
    assert bind.is_password_of("E2", "password of E2") is True


def test_many_at_once_are_each_answered_for_their_own(
    bind_at: BindAt, directory: Directory
) -> None:
    bind = bind_at(directory.tls_url)

    def prove(place: int) -> bool:
        is_right = place % 2 == 0
        password = "password of E2" if is_right else f"wrong {place}"
        while True:
            try:
                return bind.is_password_of("E2", password) is is_right
            except DirectoryAway:
                return False
            except PasswordsBusy:
                continue

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(prove, range(64)))


@pytest.mark.parametrize("url", ["http://h", "ldap://", "h:389", "ldaps://h/dc=x"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        DirectoryAddress(url)
