"""A file larger than any process may grow, cut again and again on its way in."""

from pathlib import Path

from tests.depth import rounds
from tests.platform import uploading
from tests.platform.memory import Memory
from tests.platform.running import running
from tests.platform.uploading import MIB, Sender

SIZE = rounds(72, 2048) * MIB
"""Nine parts; issue 14's 2 GiB in depth."""
MOST_MIB = 60.0
"""Issue 14's bar for what a process may grow by while such a file passes."""


def test_an_upload_cut_five_times_ends_whole_and_no_process_grows_with_it(
    tmp_path: Path,
) -> None:
    file = uploading.large_lecture(tmp_path / "large.mp4", SIZE)
    with running(tmp_path / "home", demo=False) as platform:
        sender = Sender.begin(platform, uploading.staff_door(platform), file)
        memory = Memory(platform)
        sender.send_rest(uploading.spread_cuts(sender.upload["count"]), memory)
        kept = sender.finish()
        memory.read()
        assert uploading.digest_of(kept) == uploading.digest_of(file)
        assert {n: g for n, g in memory.grown.items() if g > MOST_MIB} == {}
