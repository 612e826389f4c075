"""Threads that decode by a struct for the first time at once do not end the process."""

import subprocess
import sys

import pytest

RACE = """
import sys, threading
import msgspec
from chassis.service.structs import prepare_structs

sys.setswitchinterval(1e-6)
FIELDS = [f"f{number}" for number in range(30)]
inner = {name: [{"a": 1}] for name in FIELDS}

for round_ in range(300):
    kinds = {name: list[dict[str, int]] for name in FIELDS}
    Inner = msgspec.defstruct(f"Inner{round_}", [*kinds.items()])
    Outer = msgspec.defstruct(f"Outer{round_}", [("items", list[Inner])])
    if sys.argv[1] == "prepared":
        prepare_structs()
    both = [(Inner, inner), (Outer, {"items": [inner] * 3})] * 3
    gate = threading.Barrier(len(both))

    def decode(kind, value):
        raw = msgspec.json.encode(value)
        gate.wait()
        msgspec.json.decode(raw, type=kind)

    threads = [threading.Thread(target=decode, args=each) for each in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    del Inner, Outer
"""


@pytest.mark.parametrize("_", range(3))
def test_structs_that_are_ready_may_be_used_by_any_thread(_: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RACE, "prepared"], capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
