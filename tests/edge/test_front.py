"""The edge before the gateway: who comes through, how, and whom nobody waits for."""

import contextlib
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from tests.edge.standing_in import PAGE, Gateway, running_gateway
from tests.parts import certificates
from tests.parts.certificates import Certificates
from tests.parts.nginx import START, Edge, edge_settings, running_edge
from tests.parts.process import HOST, wait_until

pytestmark = pytest.mark.part("nginx")
http = urllib3.PoolManager(retries=False, timeout=20.0)
NOWHERE = {
    "OBJECTS_URL": f"http://key:very-hidden@{HOST}:9/bucket",
    "STREAM_SECRET": "very-hidden",
    "TRUSTED_PROXIES": f"{HOST},10.0.0.0/8",
}
SHARED = {
    "Content-Type": "text/html",
    "Cache-Control": "public, max-age=30, stale-while-revalidate=60",
    "Vary": "Cookie, Accept-Language, Accept-Encoding, HX-Request",
}
HEAD_SECONDS = 10
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def behind() -> Iterator[Gateway]:
    with running_gateway() as gateway:
        yield gateway


@pytest.fixture
def gateway(behind: Gateway) -> Gateway:
    behind.heard.clear()
    behind.answer = lambda _: PAGE
    return behind


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def plain(behind: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """An edge without TLS, as behind a balancer that has it."""
    folder = tmp_path_factory.mktemp("edge")
    told = {**NOWHERE, "GATEWAY_ADDRESS": f"{HOST}:{behind.port}"}
    with running_edge(folder, **told) as edge:
        yield edge


@pytest.fixture(scope="module")
def secure(
    behind: Gateway, own: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Edge]:
    folder = tmp_path_factory.mktemp("edge")
    told = {**NOWHERE, "GATEWAY_ADDRESS": f"{HOST}:{behind.port}"}
    told |= {"TLS_CERTIFICATE_FILE": str(own.server), "TLS_KEY_FILE": str(own.key)}
    with running_edge(folder, **told) as edge:
        yield edge


def get(edge: Edge, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return http.request("GET", edge.url + path, headers=named, redirect=False)


def test_a_page_comes_through_with_the_name_that_it_was_asked_by(
    plain: Edge, gateway: Gateway
) -> None:
    answer = get(plain, "/courses?q=a%20b", Host="college.example:8080")
    assert (answer.status, answer.data) == (200, PAGE[2])
    [heard] = gateway.heard
    assert (heard.path, heard.headers["host"]) == (
        "/courses?q=a%20b",
        "college.example:8080",
    )


def test_the_gateway_hears_the_clients_own_address(
    plain: Edge, gateway: Gateway
) -> None:
    get(plain, "/a")
    get(plain, "/b", X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https")
    get(plain, "/c", X_Forwarded_For="198.51.100.1, 203.0.113.9, 10.1.2.3")
    heard = [
        (h.headers["x-forwarded-for"], h.headers["x-forwarded-proto"])
        for h in gateway.heard
    ]
    assert heard == [
        (HOST, "http"), ("203.0.113.9", "https"), ("203.0.113.9", "http"),
    ]  # fmt: skip


def test_who_is_no_proxy_gives_himself_no_address(
    behind: Gateway, gateway: Gateway, tmp_path: Path
) -> None:
    told = {**NOWHERE, "GATEWAY_ADDRESS": f"{HOST}:{behind.port}"}
    with running_edge(tmp_path, **{**told, "TRUSTED_PROXIES": ""}) as edge:
        get(edge, "/", X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https")
    [heard] = gateway.heard
    assert heard.headers["x-forwarded-for"] == HOST
    assert heard.headers["x-forwarded-proto"] == "http"


def test_a_request_begins_a_trace_unless_it_has_one(
    plain: Edge, gateway: Gateway
) -> None:
    known = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    get(plain, "/a")
    get(plain, "/b", traceparent=known)
    first, second = (heard.headers["traceparent"] for heard in gateway.heard)
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", first)
    assert second == known


def test_static_files_are_fetched_once(plain: Edge, gateway: Gateway) -> None:
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    gateway.answer = lambda _: (200, kept, b"x" * 600)
    for path in ("/static/abc/app.css", "/pictures/p/640"):
        answers = [get(plain, path, Cookie="biyong_session=s") for _ in range(3)]
        assert [answer.data for answer in answers] == [b"x" * 600] * 3
        assert gateway.asked(path) == 1


def test_a_page_for_everybody_is_kept_for_strangers_alone(
    plain: Edge, gateway: Gateway
) -> None:
    gateway.answer = lambda _: (200, SHARED, b"shared")
    for _ in range(3):
        assert get(plain, "/courses/shared").data == b"shared"
    assert gateway.asked("/courses/shared") == 1
    gateway.answer = lambda _: (200, SHARED, b"own")
    assert get(plain, "/courses/shared", Cookie="biyong_session=s").data == b"own"
    assert get(plain, "/courses/shared", Authorization="Bearer x").data == b"own"
    assert get(plain, "/courses/shared", Accept_Language="en").data == b"own"
    assert get(plain, "/courses/shared").data == b"shared"


def test_nothing_else_is_kept(plain: Edge, gateway: Gateway) -> None:
    private = {"Cache-Control": "private, no-store", "Set-Cookie": "a=b"}
    gateway.answer = lambda heard: (200, private, heard.path.encode())
    for _ in range(2):
        answer = get(plain, "/sign-in")
        assert answer.headers["Set-Cookie"] == "a=b"
    assert gateway.asked("/sign-in") == 2


@pytest.mark.parametrize("path", ["/metrics", "/livez", "/readyz"])
def test_what_is_for_inside_is_not_asked_from_outside(
    plain: Edge, gateway: Gateway, path: str
) -> None:
    assert get(plain, path).status == 404
    assert gateway.heard == []
    assert get(plain, "/edge/livez").status == 204


def test_a_gateway_that_is_away_is_told_with_when_to_come_back(
    plain: Edge, gateway: Gateway
) -> None:
    gateway.answer = lambda _: None
    answer = get(plain, "/courses/away")
    assert (answer.status, answer.headers["Retry-After"]) == (502, "5")
    assert answer.json()["type"].endswith("/service-away")
    assert wait_until(lambda: '"area":"courses"' in plain.log, 5)


def test_no_secret_of_a_path_stands_in_a_log(plain: Edge, gateway: Gateway) -> None:
    gateway.answer = lambda _: None
    get(plain, "/invitations/very-secret?token=more")
    assert wait_until(lambda: '"area":"invitations"' in plain.log, 5)
    assert "very-secret" not in plain.log
    assert "more" not in plain.log


def test_a_refusal_of_the_gateway_comes_as_it_is(plain: Edge, gateway: Gateway) -> None:
    problem = {"Content-Type": "application/problem+json", "Retry-After": "77"}
    for status in (400, 403, 404, 413, 429, 503):
        gateway.answer = lambda _, status=status: (status, problem, b'{"a":1}')
        answer = get(plain, f"/refused/{status}")
        assert (answer.status, answer.data) == (status, b'{"a":1}')
        assert answer.headers["Retry-After"] == "77"


def test_a_body_that_no_route_takes_is_refused_before_it_comes(
    plain: Edge, gateway: Gateway
) -> None:
    with socket.create_connection((HOST, plain.port)) as client:
        size = 9 * MEBIBYTE + 1
        head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n"
        client.sendall(head.encode())
        assert b" 413 " in client.recv(1000)
    assert gateway.heard == []


def test_a_body_reaches_the_gateway_whole_or_not_at_all(
    plain: Edge, gateway: Gateway
) -> None:
    head = b"PUT /part HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
    with socket.create_connection((HOST, plain.port)) as client:
        client.sendall(head + b"x" * 50_000)
        assert not wait_until(lambda: gateway.asked("/part") > 0, 1)
        client.sendall(b"x" * 50_000)
        assert b" 200 " in client.recv(1000)
    assert len(gateway.heard[0].body) == 100_000


def test_a_head_that_does_not_end_is_cut_off(plain: Edge, gateway: Gateway) -> None:
    with socket.create_connection((HOST, plain.port)) as client:
        client.settimeout(2 * HEAD_SECONDS)
        client.sendall(b"GET / HTTP/1.1\r\n")
        began, answer = time.monotonic(), b"?"
        dripping = threading.Event()

        def drip() -> None:
            while not dripping.wait(1):
                with contextlib.suppress(OSError):
                    client.sendall(b"X-A: b\r\n")

        thread = threading.Thread(target=drip)
        thread.start()
        with contextlib.suppress(ConnectionError):
            while answer:
                answer = client.recv(1000)
        took = time.monotonic() - began
        dripping.set()
        thread.join()
    assert HEAD_SECONDS - 1 < took < HEAD_SECONDS + 5
    assert gateway.heard == []


def test_slow_and_idle_connections_keep_nobody_waiting(
    plain: Edge, gateway: Gateway
) -> None:
    with contextlib.ExitStack() as stack:
        for number in range(1_200):
            client = stack.enter_context(socket.create_connection((HOST, plain.port)))
            if number % 6 == 0:
                client.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        took = []
        for _ in range(100):
            began = time.monotonic()
            assert get(plain, "/").status == 200
            took.append(time.monotonic() - began)
    assert sorted(took)[98] < 2.0, sorted(took)[-5:]


def test_one_address_that_asks_too_much_is_told_to_wait_and_no_other(
    plain: Edge, gateway: Gateway
) -> None:
    gateway.answer = lambda _: (200, SHARED, b"kept")
    get(plain, "/kept")  # from now on nobody but the edge is asked
    asked = f"GET /kept HTTP/1.1\r\nHost: {HOST}:{plain.port}\r\n"
    asked += "X-Forwarded-For: 203.0.113.77\r\n"
    answers = b""
    with socket.create_connection((HOST, plain.port)) as client:
        text = f"{asked}\r\n" * 899 + f"{asked}Connection: close\r\n\r\n"
        client.sendall(text.encode())
        while piece := client.recv(MEBIBYTE):
            answers += piece
    assert answers.count(b" 200 OK") >= 400  # the burst that a page needs
    assert answers.count(b" 429 ") == answers.count(b"Retry-After: 2") > 0
    assert answers.count(b"HTTP/1.1 ") == 900
    assert get(plain, "/kept", X_Forwarded_For="203.0.113.78").status == 200


def curl(edge: Edge, own: Certificates, path: str, *options: str) -> str:
    command = ["curl", "-s", "-i", "--cacert", str(own.authority), *options]
    url = f"https://{HOST}:{edge.tls_port}{path}"
    done = subprocess.run([*command, url], capture_output=True, text=True, check=True)
    return done.stdout


def test_tls_speaks_http_2_and_tells_the_gateway_so(
    secure: Edge, gateway: Gateway, own: Certificates
) -> None:
    assert curl(secure, own, "/page", "--http2").startswith("HTTP/2 200")
    assert gateway.heard[0].headers["x-forwarded-proto"] == "https"
    assert curl(secure, own, "/page", "--http1.1").startswith("HTTP/1.1 200")


def test_what_comes_without_tls_is_sent_there(secure: Edge, gateway: Gateway) -> None:
    answer = get(secure, "/courses?a=b", Host="college.example")
    assert answer.status == 308
    assert answer.headers["Location"] == "https://college.example/courses?a=b"
    assert gateway.heard == []


def test_old_tls_is_refused(secure: Edge, own: Certificates) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        curl(secure, own, "/", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"STREAM_SECRET": ""}, "STREAM_SECRET or STREAM_SECRET_FILE is missing"),
        ({"STREAM_SECRET": "", "STREAM_SECRET_FILE": "/nowhere"}, "STREAM_SECRET_FILE"),
        ({"OBJECTS_URL": "file:///objects"}, "OBJECTS_URL must be https://KEY"),
        ({"OBJECTS_URL": "https://host/bucket"}, "OBJECTS_URL must be https://KEY"),
        ({"EDGE_ORIGINS": "player.example"}, "EDGE_ORIGINS: 'player.example'"),
        ({"TLS_CERTIFICATE_FILE": "/nowhere"}, "TLS_CERTIFICATE_FILE: /nowhere"),
        ({"EDGE_RUN": "/proc/nowhere"}, "EDGE_RUN (/proc/nowhere)"),
    ],
)  # fmt: skip
def test_a_setting_that_is_wrong_is_told_in_one_line(
    tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    environ = edge_settings(tmp_path, **NOWHERE) | changes
    done = subprocess.run(
        ["sh", str(START), "-t"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert said in done.stderr.splitlines()[-1]
    assert "very-hidden" not in done.stderr
