"""The providers that a page to sign in at offers."""

from dataclasses import dataclass

from flask import current_app

from gateway.texts.language import page_language


@dataclass(frozen=True)
class ProviderButton:
    """The way to a provider, and what it is called in the language of the page."""

    path: str
    label: str


def list_provider_buttons() -> list[ProviderButton]:
    """A button for each provider that is set up, in their order."""
    language = page_language()
    return [
        ProviderButton(f"/sign-in/with/{name}", provider.settings.label_in(language))
        for name, provider in current_app.extensions.get("providers", {}).items()
    ]
