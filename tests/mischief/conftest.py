"""One college for the tests of this folder, and what a quiet day leaves there."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.doubles.fault_injection import Mischief
from tests.engines import Engine
from tests.mischief import kept
from tests.mischief.college import College, standing
from tests.mischief.going import Going
from tests.mischief.replay import Replay, recorded
from tests.mischief.story import SECONDS, Story
from tests.platform.chain import small_lecture


@dataclass(frozen=True)
class Quiet:
    """What a quiet day leaves behind, and how to hear its events again."""

    told: kept.Told
    replay: Replay


@pytest.fixture(scope="package")
def lecture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_lecture(tmp_path_factory.mktemp("lecture") / "small.mp4", SECONDS)


@pytest.fixture(scope="package")
def college(
    embedded_engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[College]:
    folder = tmp_path_factory.mktemp("college") / "home"
    with standing(folder, embedded_engine.url) as college:
        yield college


@pytest.fixture(scope="package")
def quiet(college: College, lecture: Path) -> Quiet:
    """The story told on a bus that makes no trouble."""
    tell(college, lecture, Mischief(), seed=0)
    return Quiet(kept.told(college), recorded(college))


def tell(college: College, lecture: Path, mischief: Mischief, seed: int) -> None:
    """The story from the first page to the last, in an empty college."""
    college.empty()
    college.bus.mischief = mischief
    Story(college, Going(college, random.Random(seed)), lecture).tell()
