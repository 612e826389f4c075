"""What signing in asks of an outside provider, whichever protocol it speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.identity.providers.settings import ProviderSettings


@dataclass(frozen=True)
class Challenge:
    """What one sign-in proves itself by: `state` comes back with the browser, `nonce`
    in the provider's token, and who has not the `verifier` cannot use the code."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


@dataclass(frozen=True)
class ProviderClaims:
    """What a provider says of who signed in there.

    `subject` is theirs for ever. `member_no` and `branch_id` may be empty; `phone` is
    empty unless the provider verified it. `sid` names their session there, and
    `id_token` ends it; other protocols have neither.
    """

    subject: str
    member_no: str = ""
    branch_id: str = ""
    phone: str = ""
    sid: str = ""
    id_token: str = ""


@dataclass(frozen=True)
class EndedAtProvider:
    """Whose sessions a provider ended: all of a subject, or one by its `sid`."""

    subject: str = ""
    sid: str = ""


@dataclass(frozen=True)
class SignOutForm:
    """Where a browser ends its session at the provider, and what it sends there."""

    address: str
    fields: Sequence[tuple[str, str]]


class Provider(Protocol):
    """A provider of sign-ins. Every method raises ProviderAway if it is silent."""

    @property
    def settings(self) -> ProviderSettings:
        """How it is set up here."""

    def authorize_address(self, challenge: Challenge) -> str:
        """Where the browser goes to sign in."""

    def exchange_code(self, code: str, challenge: Challenge) -> ProviderClaims:
        """The claims behind a code. Raises ProviderRefused for a code, an answer or a
        token that is not right."""

    def sign_out_form(self, id_token: str, back_to: str) -> SignOutForm | None:
        """How a browser ends its session there too; None where there is no way."""

    def read_logout_token(self, token: str) -> EndedAtProvider:
        """Whose sessions this token of the provider's ends. Raises ProviderRefused."""
