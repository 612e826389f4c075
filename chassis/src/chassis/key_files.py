"""Files of keys, as settings name them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from joserfc.errors import JoseError

from chassis.settings import SettingsError

Keys = TypeVar("Keys")
NO_KEYS = (AttributeError, IndexError, KeyError, TypeError, ValueError, JoseError)
"""What reading keys out of something else ends in."""


def load_key_file(name: str, path: Path, import_keys: Callable[[Any], Keys]) -> Keys:
    """The keys in a file of JSON. Raises SettingsError, which names the variable that
    named the file and never what is in it."""
    try:
        return import_keys(json.loads(path.read_text("utf-8")))
    except OSError as error:
        line = f"{path} cannot be read: {error.strerror}"
        raise SettingsError(f"{name}: {line}") from error
    except NO_KEYS as error:
        line = f"{path} holds no such keys: put back what was there"
        raise SettingsError(
            f"{name}: {line}, or let `biyong secrets` make what never was"
        ) from error
