"""Check a certificate of Biyong without the platform that issued it.

    python check_certificate.py CERTIFICATE.json keys.json

CERTIFICATE.json is what /verify/NUMBER.json answers, keys.json what /verify/keys.json
does: keep the keys, or take them from where the college publishes them besides. Needs
Python 3.9 and `pip install cryptography`. Exit code 0: every field is as it was signed;
1: not; 2: it is, and the certificate says that it was revoked or replaced since.

What is signed are the bytes of `signed_text`; whether the certificate was revoked since
is not, so the page /verify/NUMBER has the last word on that as long as it answers.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def load_bytes(text: str) -> bytes:
    """The bytes of base64url, with padding or without."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def find_signed(certificate: Any, keys: Any) -> "dict[str, str]":
    """The signed fields. Raises ValueError for what nobody of these keys signed."""
    signed = certificate["signed_text"].encode("utf-8")
    printed: dict[str, str] = json.loads(signed)
    found = [key for key in keys["keys"] if key["kid"] == printed["key_id"]]
    if not found:
        raise ValueError(f"keys.json has no key {printed['key_id']!r}")
    if certificate["number"] != printed["number"]:
        raise ValueError("another number was signed")
    key = Ed25519PublicKey.from_public_bytes(load_bytes(found[0]["x"]))
    try:
        key.verify(load_bytes(certificate["signature"]), signed)
    except InvalidSignature:
        raise ValueError("the signature does not belong to this text") from None
    return printed


def main(certificate_file: str, keys_file: str) -> int:
    """Print what was signed, or why it is not believed; the exit code."""
    certificate = json.loads(Path(certificate_file).read_text("utf-8"))
    keys = json.loads(Path(keys_file).read_text("utf-8"))
    try:
        printed = find_signed(certificate, keys)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        print(f"NOT GENUINE: {error}")
        return 1
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    print("GENUINE: every field is as it was signed")
    for name, text in printed.items():
        print(f"  {name}: {text}")
    if certificate.get("revoked_on"):
        print(f"REVOKED on {certificate['revoked_on']}: {certificate['revoked_for']}")
    if certificate.get("replaced_by"):
        print(f"REPLACED by {certificate['replaced_by']}")
    return 2 if certificate.get("revoked_on") or certificate.get("replaced_by") else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
