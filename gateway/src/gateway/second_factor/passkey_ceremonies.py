"""Passkeys as WebAuthn has them: what a browser is asked, and what its answer means."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gateway.second_factor.errors import PasskeyRefused
from gateway.second_factor.factors import Passkey

LOOPBACK = ("127.0.0.1", "[::1]", "::1", "localhost")
USUAL = {"http": 80, "https": 443}
"""Ports that a browser leaves out of an origin."""
LONGEST_ANSWER = 20_000
"""An answer with an attestation that nobody asked for has four thousand characters."""
WRONG = "这个通行密钥不对：请换一个，或用别的办法验证"
REQUIRED = UserVerificationRequirement.REQUIRED
"""By finger, face or PIN: so one passkey is two factors, had and known."""


@dataclass(frozen=True)
class Answer:
    """What an authenticator sent: which credential, whose, to which challenge."""

    text: str
    credential: bytes
    account_id: str
    challenge: bytes


class PasskeyCeremonies:
    """The site as authenticators know it. By an address of this machine it is
    `localhost`: an authenticator takes no number for a name."""

    def __init__(self, site_url: str, name: str) -> None:
        parts = urlsplit(site_url)
        host, usual = parts.hostname or "", USUAL.get(parts.scheme)
        port = "" if parts.port in (None, usual) else f":{parts.port}"
        self.host = "localhost" if host in LOOPBACK else host
        self.name, self.origin = name, f"{parts.scheme}://{self.host}{port}"

    def offer_creation(
        self, account_id: str, login: str, known: Sequence[Passkey], challenge: bytes
    ) -> str:
        """What a browser is asked to make a passkey by; no authenticator gets two."""
        return options_to_json(
            generate_registration_options(
                rp_id=self.host,
                rp_name=self.name,
                user_id=account_id.encode(),
                user_name=login,
                challenge=challenge,
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.REQUIRED,
                    user_verification=REQUIRED,
                ),
                exclude_credentials=_describe(known),
            )
        )

    def offer_use(self, known: Sequence[Passkey], challenge: bytes) -> str:
        """What a browser is asked to use one of these by; of none, any of the site."""
        return options_to_json(
            generate_authentication_options(
                rp_id=self.host,
                challenge=challenge,
                allow_credentials=_describe(known),
                user_verification=REQUIRED,
            )
        )

    def read_answer(self, text: str) -> Answer:
        """What was sent, unproven. Raises PasskeyRefused for what is no answer."""
        try:
            sent = json.loads(text[: LONGEST_ANSWER + 1])
            response = sent["response"]
            data = json.loads(base64url_to_bytes(response["clientDataJSON"]))
            return Answer(
                text,
                base64url_to_bytes(sent["rawId"]),
                base64url_to_bytes(response.get("userHandle") or "").decode(),
                base64url_to_bytes(data["challenge"]),
            )
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise PasskeyRefused(WRONG) from error

    def verify_creation(self, answer: Answer) -> tuple[bytes, bytes, int]:
        """Credential, public key and count of a new passkey. Raises PasskeyRefused."""
        try:
            made = verify_registration_response(
                credential=answer.text,
                expected_challenge=answer.challenge,
                expected_rp_id=self.host,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, LookupError, TypeError) as error:
            raise PasskeyRefused(WRONG) from error
        return made.credential_id, made.credential_public_key, made.sign_count

    def verify_use(self, answer: Answer, passkey: Passkey) -> int:
        """The count after this use. Raises PasskeyRefused, also for a count that went
        back: the authenticator was copied."""
        try:
            used = verify_authentication_response(
                credential=answer.text,
                expected_challenge=answer.challenge,
                expected_rp_id=self.host,
                expected_origin=self.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, LookupError, TypeError) as error:
            raise PasskeyRefused(WRONG) from error
        return used.new_sign_count


def _describe(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=key.credential) for key in known]
