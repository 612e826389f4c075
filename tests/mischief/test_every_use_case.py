"""Whatever a bus does that it may do, every service ends where a quiet day ends.

A failing seed tells the same story again: give it to `Mischief.of`.
"""

import random
from pathlib import Path

import pytest

from tests.depth import rounds
from tests.doubles.fault_injection import Mischief
from tests.mischief import kept
from tests.mischief.college import College
from tests.mischief.conftest import Quiet, tell
from tests.mischief.going import Going
from tests.mischief.replay import TOUCHED

STORIES, ORDERS, LOSSES = rounds(4, 40), rounds(80, 2_000), rounds(30, 600)
TOLD = {
    "catalog event_archive", "enrollment event_archive", "media event_archive",
    "learning event_archive", "learning.certificates", "notify.notices",
    "gateway.accounts", "mails",
}  # fmt: skip


def assert_same(found: kept.Told, wanted: kept.Told, seed: int) -> None:
    difference = kept.difference(found, wanted)
    assert not difference, "\n".join([f"seed {seed}:", *difference])
    assert kept.checksum(found) == kept.checksum(wanted)


def test_the_story_goes_through_every_service(quiet: Quiet) -> None:
    assert set(quiet.told) >= TOLD
    assert len(quiet.told["learning.certificates"]) == 1


@pytest.mark.parametrize("seed", range(STORIES))
def test_the_whole_chain_ends_as_on_a_quiet_day(
    seed: int, college: College, lecture: Path, quiet: Quiet
) -> None:
    tell(college, lecture, Mischief.of(seed), seed)
    assert_same(kept.told(college), quiet.told, seed)


@pytest.fixture(scope="package")
def heard_in_order(college: College, quiet: Quiet) -> kept.Told:
    """What services know after they heard the story's events as they happened."""
    college.bus.mischief = Mischief()
    quiet.replay.hear(college, Going(college, random.Random(0)))
    return kept.told_of(college, TOUCHED)


@pytest.mark.parametrize("seed", range(ORDERS))
def test_every_service_ends_the_same_in_whatever_order_events_come(
    seed: int, college: College, quiet: Quiet, heard_in_order: kept.Told
) -> None:
    chance = random.Random(seed)
    college.bus.mischief = Mischief.of(seed)
    quiet.replay.mixed(chance).hear(college, Going(college, chance))
    assert_same(kept.told_of(college, TOUCHED), heard_in_order, seed)


@pytest.mark.parametrize("seed", range(LOSSES))
def test_an_older_version_of_a_document_changes_nothing_after_a_loss_of_all_queues(
    seed: int, college: College, quiet: Quiet, heard_in_order: kept.Told
) -> None:
    chance = random.Random(seed)
    college.bus.mischief = Mischief()
    quiet.replay.shuffled(chance).hear(college, Going(college, chance))
    assert_same(kept.told_of(college, TOUCHED), heard_in_order, seed)
