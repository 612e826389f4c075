"""Refusals about API keys."""

from gateway.identity.errors import Refusal


class UnknownKey(Refusal):
    """There is no such API key, or it is somebody else's."""

    slug = "unknown-key"


class KeyScopeRefused(Refusal):
    """Nobody with these roles has keys of this scope."""

    slug = "key-scope-refused"


class TooManyKeys(Refusal):
    """The account has as many good keys as anybody can look after."""

    slug = "too-many-keys"
