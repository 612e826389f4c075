"""An authenticator in software: makes a passkey and uses it, as a phone does."""

import hashlib
import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

USER_PRESENT, USER_VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


def encode(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One passkey. Who changes a field plays a device that is broken or hostile."""

    origin: str = "http://localhost"
    is_verifying: bool = True
    count: int = 0
    credential: bytes = b"credential-of-a-phone"
    user: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options: str) -> str:
        """The answer to a page that offers to make a passkey."""
        asked = json.loads(options)
        self.user = decode(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        length = struct.pack(">H", len(self.credential))
        data = self._data(asked["rp"]["id"], HAS_KEY)
        data += bytes(16) + length + self.credential + public
        attested = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._answer(
            self._client("webauthn.create", asked),
            {"attestationObject": encode(cbor2.dumps(attested))},
        )

    def use(self, options: str) -> str:
        """The answer to a page that asks for a passkey."""
        asked = json.loads(options)
        self.count += 1 if self.count else 0
        client = self._client("webauthn.get", asked)
        data = self._data(asked["rpId"], 0)
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            client,
            {
                "authenticatorData": encode(data),
                "signature": encode(self.key.sign(signed, ec.ECDSA(SHA256()))),
                "userHandle": encode(self.user),
            },
        )

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _data(self, host: str, flags: int) -> bytes:
        flags |= USER_PRESENT | (USER_VERIFIED if self.is_verifying else 0)
        return hashlib.sha256(host.encode()).digest() + struct.pack(
            ">BI", flags, self.count
        )

    def _answer(self, client: bytes, response: dict[str, str]) -> str:
        id_ = encode(self.credential)
        response = {"clientDataJSON": encode(client), **response}
        return json.dumps(
            {"id": id_, "rawId": id_, "type": "public-key", "response": response}
        )
