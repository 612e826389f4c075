"""One branch's flood over the broker, and another branch's single rows meanwhile.

Run it as `python -m tests.bench.bench_flood`: RabbitMQ and the embedded store. While
300 full chunks and messages of 16 MiB come and are decided, another branch sends row
after row and waits for each receipt.
"""

import sys
import tempfile
from pathlib import Path

from tests.bench.measuring import print_row
from tests.parts.rabbitmq import running_broker
from tests.platform.flood import Flood, flooded, percentile, waits
from tests.platform.running import Platform, running

CHUNKS, LARGE, ROWS = 300, 10, 200
BAR_SECONDS = 3.0
PASSWORD = "branch-password"


def parked_of(platform: Platform, branch: str) -> int:
    """How much of this branch's lies parked."""
    with platform.store() as store:
        return int(
            store["enrollment"]["retry_queue"].count_documents({"sender": branch})
        )


def undecided(platform: Platform) -> int:
    """How many chunks wait for their outcome."""
    with platform.store() as store:
        waiting = {"state": "received"}
        return int(store["enrollment"]["chunks"].count_documents(waiting))


def main() -> int:
    """Measure and print; 1 when the bar is missed."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with (
            running_broker(folder / "broker") as broker,
            running(folder / "home", {"AMQP_URL": broker.url}) as platform,
        ):
            flooding = broker.add_branch("dongcheng", PASSWORD)
            class_id = platform.demo["classes"]["open"]
            other = broker.add_branch("beijing", PASSWORD)
            ones = waits(other, "beijing", PASSWORD, class_id)
            alone = [next(ones) for _ in range(20)]
            flood = Flood(flooding, "dongcheng", PASSWORD, class_id, CHUNKS, LARGE)
            taken = flooded(flood, ones, lambda count: count >= ROWS)
            left = undecided(platform)
            of_other = parked_of(platform, "beijing")
            of_flood = parked_of(platform, "dongcheng")
    p99 = percentile(taken, 0.99)
    print_row("one row alone, p50, s", f"{percentile(alone, 0.5):.2f}", "")
    print_row("one row in the flood, p50, s", f"{percentile(taken, 0.5):.2f}", "")
    print_row("  p99, s", f"{p99:.2f}", f"bar {BAR_SECONDS:.0f}")
    print_row("chunks of the flood still waiting then", f"{left}", "")
    print_row("parked of the flood, the same once", f"{of_flood}", "")
    print_row("parked of the other", f"{of_other}", "bar 0")
    return int(p99 > BAR_SECONDS or of_other > 0 or not left)


if __name__ == "__main__":
    sys.exit(main())
