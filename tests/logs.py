"""What stands in the logs of a platform that must not."""

import json
from collections.abc import Iterable
from urllib.parse import quote

from biyong.home import home_of

from tests.platform.running import Platform


def log_lines_with(platform: Platform, texts: Iterable[str]) -> list[str]:
    """Every line of every log that holds one of the texts, in whatever spelling."""
    wanted = {form for text in texts for form in _spellings(text)}
    logs = home_of({"BIYONG_HOME": str(platform.home)}).logs
    found = []
    for log in (platform.log, *sorted(logs.rglob("*"))):
        if log.is_file():
            lines = log.read_text("utf-8", "replace").splitlines()
            found += [
                f"{log.name}: {line}"
                for line in lines
                if any(form in line for form in wanted)
            ]
    return found


def _spellings(text: str) -> set[str]:
    """A text as it is, in JSON, in a path and in Python's own way."""
    plain = json.dumps(text)[1:-1]
    return {text, plain, quote(text, safe=""), quote(text), ascii(text)[1:-1]}
