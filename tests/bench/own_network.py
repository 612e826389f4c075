"""A network of a bench's own, so that what bytes cost does not hang on this machine's.

Loopback with CUBIC, Linux's default. With BBR, which some machines have, the kernel
sets a timer for nearly every packet of loopback: in a virtual machine each costs some
microseconds, and a segment costs from one run to the next twice as much or half.
"""

import os
import subprocess
import sys

from tests.parts import having

INSIDE = "BENCH_OWN_NETWORK"
SET_UP = """\
ip link set lo up
for net in 127.0.0.0/8 127.0.0.1; do
  ip route replace local $net dev lo table local proto kernel scope host \\
    src 127.0.0.1 congctl cubic
done
exec "$@"
"""


def is_to_be_made() -> bool:
    """Whether we can make one and are not in one; says so where we cannot."""
    if INSIDE in os.environ:
        return False
    if os.geteuid() == 0 and having.find("unshare") and having.find("ip"):
        return True
    print("  on this machine's own network: root, unshare and ip would make another")
    return False


def run_inside(module: str, *given: str) -> int:
    """Run a module of benches in a network of its own; its exit code."""
    command = ["unshare", "--net", "sh", "-ec", SET_UP, "sh", sys.executable]
    own = {**os.environ, INSIDE: "1"}
    return subprocess.run(
        [*command, "-m", module, *given], env=own, check=False
    ).returncode
