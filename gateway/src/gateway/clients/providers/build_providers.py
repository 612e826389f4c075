"""The providers that are set up, each by the protocol that it speaks."""

from collections.abc import Callable, Mapping

from gateway.clients.providers.dingtalk import DingtalkProvider
from gateway.clients.providers.oidc import OidcProvider
from gateway.clients.providers.wecom import WecomProvider
from gateway.identity.providers.port import Provider
from gateway.identity.providers.settings import ProviderSettings, load_providers

KINDS: Mapping[str, Callable[[ProviderSettings, str], Provider]] = {
    "oidc": OidcProvider,
    "wecom": WecomProvider,
    "dingtalk": DingtalkProvider,
}


def build_providers(text: str) -> Mapping[str, Provider]:
    """The providers of a settings file by name, in its order. Raises SettingsError."""
    return {
        settings.name: KINDS[settings.kind](settings, settings.read_secret())
        for settings in load_providers(text)
    }
