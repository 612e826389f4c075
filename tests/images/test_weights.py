"""What images weigh is argued: what is heavy is named, bounds are the tests' own."""

import re
import runpy
import sys
from collections.abc import Callable
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.images.test_composition import (
    LARGEST_EDGE_MIB,
    LARGEST_MIB,
    LARGEST_OTHER_MIB,
    MIB,
)
from tests.parts.containers import MEMBERS, ROOT

PAGE = ROOT / "docs" / "operations" / "images.md"
ROW = re.compile(r"^\| (\w+) \| (\d+|–) \| (\d+) \| (.+) \|$", re.MULTILINE)
HEAVY_MIB = 10
"""Below, a package is not worth a word."""
needed_by: Callable[[str, dict[str, Distribution]], set[str]] = runpy.run_path(
    str(ROOT / "deploy" / "prune.py")
)["needed_by"]


def read_page() -> dict[str, tuple[str, int, str]]:
    """Image → what its packages weigh, its bound, what is said of it."""
    rows = ROW.findall(PAGE.read_text("utf-8"))
    return {name: (weight, int(bound), said) for name, weight, bound, said in rows}


def weigh(distribution: Distribution) -> float:
    """MiB of what a package has put into this environment."""
    paths = [
        Path(str(distribution.locate_file(file))).resolve()
        for file in distribution.files or []
    ]
    there = [p for p in paths if p.is_file() and p.is_relative_to(sys.prefix)]
    plain = [path for path in there if path.suffix != ".pyc"]
    return sum(path.stat().st_size for path in plain) / MIB


@pytest.fixture(name="weights", scope="module")
def _weights() -> dict[str, dict[str, float]]:
    """Member → package → MiB, of what its image is left with."""
    known = {canonicalize_name(one.metadata["Name"]): one for one in distributions()}
    weights = {name: weigh(one) for name, one in known.items()}
    return {
        member: {name: weights[name] for name in needed_by(f"biyong-{member}", known)}
        for member in MEMBERS
    }


def test_the_page_has_every_image_with_the_bound_that_is_tested() -> None:
    bounds = {name: bound for name, (_, bound, _) in read_page().items()}
    wanted = {one: LARGEST_MIB.get(one, LARGEST_OTHER_MIB) for one in MEMBERS}
    assert bounds == {**wanted, "edge": LARGEST_EDGE_MIB}


@pytest.mark.parametrize("member", MEMBERS)
def test_what_is_heavy_is_named_and_the_whole_is_as_the_page_says(
    weights: dict[str, dict[str, float]], member: str
) -> None:
    weight, bound, said = read_page()[member]
    heavy = {name for name, mib in weights[member].items() if mib > HEAVY_MIB}
    assert {name for name in heavy if f"`{name}`" not in said} == set()
    whole = sum(weights[member].values())
    assert int(weight) == pytest.approx(whole, rel=0.1)
    assert whole < bound
