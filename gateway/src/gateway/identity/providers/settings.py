"""The providers that are set up: a list in JSON, each with what its protocol needs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from chassis.settings import SettingsError

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
MEMBER_NUMBER, PHONE = "member-number", "phone"
ANSWER_SECONDS = 1.6
"""For all that one page asks a provider: within two seconds it says that none came."""
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,29}\Z")]
Match = Literal["member-number", "phone"]
Given = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class ProviderLabel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people call the provider."""

    zh: Given
    en: Given


class ClaimNames(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an OIDC provider calls its claims; an empty name is a claim it has not."""

    member_number: str = ""
    branch: str = ""
    phone: str = "phone_number"
    phone_verified: str = "phone_number_verified"


class ProviderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider as it is set up.

    `branch` is the branch that runs it: it speaks for people of this branch and those
    below it alone. Without one it speaks for everybody, so the college runs it. `match`
    says which claims find a person. `client_id` is the corporation's id at WeCom, where
    `agent_id` names the application; `issuer` is for OIDC alone. `sign_in_url` and
    `api_url` stand in for the addresses that WeCom and DingTalk document.
    """

    name: Name
    label: ProviderLabel
    client_id: Given
    client_secret_file: Given
    kind: Literal["oidc", "wecom", "dingtalk"] = "oidc"
    issuer: str = ""
    branch: str = ""
    match: Annotated[tuple[Match, ...], msgspec.Meta(min_length=1)] = ("phone",)
    claims: ClaimNames = ClaimNames()
    scope: str = "openid profile phone"
    agent_id: str = ""
    sign_in_url: str = ""
    api_url: str = ""
    seconds: Annotated[float, msgspec.Meta(gt=0, le=30)] = ANSWER_SECONDS

    @property
    def issuer_id(self) -> str:
        """What makes a subject of this provider's differ from all others."""
        return self.issuer or f"{self.kind}:{self.client_id}"

    def label_in(self, language: str) -> str:
        """The label in a page's language."""
        return self.label.en if language == "en" else self.label.zh

    def read_secret(self) -> str:
        """The secret that it knows us by. Raises SettingsError."""
        try:
            return Path(self.client_secret_file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"provider {self.name}: client_secret_file cannot be read: {error}"
            ) from error


def load_providers(text: str) -> list[ProviderSettings]:
    """The providers of a settings file. Raises SettingsError naming what is wrong."""
    if not text:
        return []
    try:
        found = msgspec.json.decode(text, type=list[ProviderSettings])
    except msgspec.DecodeError as error:
        raise SettingsError(f"OIDC_PROVIDERS: {error}") from error
    by_name: Mapping[str, ProviderSettings] = {one.name: one for one in found}
    if len(by_name) < len(found):
        raise SettingsError("OIDC_PROVIDERS: two providers have the same name")
    for settings in found:
        if fault := _fault_of(settings):
            raise SettingsError(f"OIDC_PROVIDERS: {settings.name}: {fault}")
    return found


def _fault_of(settings: ProviderSettings) -> str:
    """What is wrong with these settings, or empty."""
    addresses = (settings.issuer, settings.sign_in_url, settings.api_url)
    if not all(is_safe_address(address) for address in addresses if address):
        return "addresses must be https (http only on this machine)"
    if settings.kind == "oidc":
        if not settings.issuer:
            return "issuer is missing"
        if MEMBER_NUMBER in settings.match and not settings.claims.member_number:
            return "claims.member_number is missing"
    elif settings.issuer:
        return "issuer is for kind oidc"
    if settings.kind == "wecom" and not settings.agent_id:
        return "agent_id is missing"
    if settings.kind == "dingtalk" and MEMBER_NUMBER in settings.match:
        return "DingTalk tells no member number: match by phone"
    if MEMBER_NUMBER in settings.match and not (
        settings.branch or settings.claims.branch
    ):
        return "a member number means nothing without branch or claims.branch"
    return ""


def is_safe_address(address: str) -> bool:
    """Whether what is sent there cannot be read on the way."""
    parts = urlsplit(address)
    if not parts.hostname:
        return False
    is_here = parts.hostname in LOOPBACK
    return parts.scheme == "https" or (parts.scheme == "http" and is_here)
