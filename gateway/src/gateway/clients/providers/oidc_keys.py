"""An OIDC provider's own description and its keys, as it publishes them."""

import time
from collections.abc import Mapping
from typing import Any

from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, import_key

from gateway.clients.providers.provider_http import AWAY, ProviderHttp
from gateway.identity.errors import ProviderAway
from gateway.identity.providers.settings import is_safe_address

FRESH_SECONDS = 600.0
"""As long as a description and keys are taken as they were."""
AGAIN_SECONDS = 1.0
"""Between two looks for a key that is not there: forged tokens cost the provider next
to nothing, and a new key is known at once."""
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OFTEN_TOLD = ("userinfo_endpoint", "end_session_endpoint")


class OidcDirectory:
    """Remembers what a provider publishes; what is old serves on while it is away."""

    def __init__(self, issuer: str, http: ProviderHttp) -> None:
        self.issuer, self.http = issuer, http
        self.described: tuple[float, Mapping[str, str]] | None = None
        self.published: tuple[float, KeySet] | None = None

    def find_addresses(self, until: float) -> Mapping[str, str]:
        """The provider's addresses by the names of OpenID Connect Discovery.

        Raises ProviderAway, also for a description that is another provider's.
        """
        if self.described and time.monotonic() - self.described[0] < FRESH_SECONDS:
            return self.described[1]
        try:
            described = self._read_description(until)
        except ProviderAway:
            if self.described is None:
                raise
            return self.described[1]
        self.described = time.monotonic(), described
        return described

    def find_keys(self, kid: str, until: float) -> KeySet:
        """The provider's keys, read anew if this one is not among them.

        Raises ProviderAway.
        """
        now = time.monotonic()
        if self.published is not None:
            read_at, keys = self.published
            is_there = any(key.kid == kid for key in keys.keys)
            if now - read_at < (FRESH_SECONDS if is_there else AGAIN_SECONDS):
                return keys
        try:
            keys = self._read_keys(until)
        except ProviderAway:
            if self.published is None:
                raise
            return self.published[1]
        self.published = now, keys
        return keys

    def _read_description(self, until: float) -> Mapping[str, str]:
        address = get_well_known_url(self.issuer, external=True)
        reply = self.http.send_request("GET", address, until)
        found = {name: reply.body.get(name) for name in (*NEEDED, *OFTEN_TOLD)}
        told = {name: text for name, text in found.items() if isinstance(text, str)}
        is_whole = reply.body.get("issuer") == self.issuer and set(NEEDED) <= set(told)
        if not is_whole or not all(map(is_safe_address, told.values())):
            raise ProviderAway(AWAY)
        return told

    def _read_keys(self, until: float) -> KeySet:
        address = self.find_addresses(until)["jwks_uri"]
        listed = self.http.send_request("GET", address, until).body.get("keys")
        if not isinstance(listed, list):
            raise ProviderAway(AWAY)
        return KeySet([key for one in listed if (key := _read_key(one)) is not None])


def _read_key(written: Any) -> Key | None:
    """A public key that signs, or None for any other."""
    if not isinstance(written, dict) or written.get("use", "sig") != "sig":
        return None
    if written.get("kty") == "oct":
        return None
    try:
        return import_key(written)
    except (JoseError, ValueError):
        return None
