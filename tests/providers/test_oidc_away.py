"""An OIDC provider that is away, slow or strange: said within two seconds."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from gateway.clients.providers.build_providers import build_providers
from gateway.identity.errors import ProviderAway
from gateway.identity.providers.port import Challenge, Provider

from tests.parts.answering import Asked, running_stand_in
from tests.parts.process import HOST, free_ports
from tests.providers.gate import written_secret

CHALLENGE = Challenge("state", "nonce", "v" * 64, "https://biyong.example/back")
WITHIN_SECONDS = 2.0


def provider_at(url: str, folder: Path, **changed: Any) -> Provider:
    written = {
        **changed,
        "name": "college", "label": {"zh": "甲", "en": "A"}, "issuer": url,
        "client_id": "biyong", "client_secret_file": written_secret(folder),
    }  # fmt: skip
    return build_providers(json.dumps([written]))["college"]


def described(url: str, **changed: Any) -> dict[str, Any]:
    return {
        "issuer": url,
        "authorization_endpoint": f"{url}/auth",
        "token_endpoint": f"{url}/token",
        "jwks_uri": f"{url}/keys",
        **changed,
    }


@contextmanager
def dripping() -> Iterator[str]:
    """A server that sends a byte of its answer now and then, and never ends."""
    with socket.create_server((HOST, 0)) as listener:
        is_over = threading.Event()

        def drip() -> None:
            with suppress(OSError):
                taken, _ = listener.accept()
                with taken:
                    taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
                    while not is_over.wait(0.1):
                        taken.sendall(b" ")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{listener.getsockname()[1]}"
        finally:
            is_over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_nobody_listens(tmp_path: Path) -> None:
    provider = provider_at(f"http://{HOST}:{free_ports(1)[0]}", tmp_path)
    with pytest.raises(ProviderAway):
        provider.authorize_address(CHALLENGE)


def test_an_answer_in_drips_is_not_waited_for(tmp_path: Path) -> None:
    with dripping() as url:
        began = time.monotonic()
        with pytest.raises(ProviderAway):
            provider_at(url, tmp_path).authorize_address(CHALLENGE)
        assert time.monotonic() - began < WITHIN_SECONDS


def test_one_that_hangs_is_left_alone_after_three_tries(tmp_path: Path) -> None:
    with running_stand_in(lambda _: (200, {})) as stand_in:
        stand_in.hang()
        provider = provider_at(stand_in.url, tmp_path, seconds=0.3)
        took = []
        for _ in range(4):
            began = time.monotonic()
            with pytest.raises(ProviderAway):
                provider.authorize_address(CHALLENGE)
            took.append(time.monotonic() - began)
    assert max(took) < WITHIN_SECONDS
    assert took[-1] < 0.1


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": None},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": 7},
    ],
    ids=str,
)
def test_a_description_that_is_not_right_is_not_followed(
    tmp_path: Path, changed: dict[str, Any]
) -> None:
    def answer(_: Asked) -> tuple[int, dict[str, Any]]:
        return 200, described(stand_in.url, **changed)

    with running_stand_in(answer) as stand_in, pytest.raises(ProviderAway):
        provider_at(stand_in.url, tmp_path).authorize_address(CHALLENGE)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_error_in_place_of_a_description(tmp_path: Path, status: int) -> None:
    with running_stand_in(lambda _: (status, {})) as stand_in:
        provider = provider_at(stand_in.url, tmp_path)
        with pytest.raises(ProviderAway):
            provider.authorize_address(CHALLENGE)


def test_an_answer_without_end_is_not_read(tmp_path: Path) -> None:
    with running_stand_in(lambda _: (200, {"issuer": "x" * 300_000})) as stand_in:
        provider = provider_at(stand_in.url, tmp_path)
        with pytest.raises(ProviderAway):
            provider.authorize_address(CHALLENGE)


def test_the_way_there_is_known_for_a_while(tmp_path: Path) -> None:
    with running_stand_in(lambda _: (200, described(stand_in.url))) as stand_in:
        provider = provider_at(stand_in.url, tmp_path)
        address = provider.authorize_address(CHALLENGE)
        stand_in.hang()
        assert provider.authorize_address(CHALLENGE) == address
    assert address.startswith(f"{stand_in.url}/auth?")
    assert "code_challenge_method=S256" in address
    assert CHALLENGE.verifier not in address
    assert "nonce=nonce" in address
