"""The demo: a small college put in through the public doors."""

import json
from importlib.resources import files
from typing import Any

PASSWORD = "biyong-demo"  # noqa: S105 - the demo's, printed at every start


def load_data(name: str) -> Any:
    """What the demo is made of, from a file beside the code."""
    return json.loads(files("biyong").joinpath(f"data/{name}.json").read_text("utf-8"))
