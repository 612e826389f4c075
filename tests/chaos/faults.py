"""The table of faults."""

from tests.chaos import of_clocks, of_events, of_parts, of_processes
from tests.chaos.mischief import Mischief
from tests.chaos.of_parts import bus, store
from tests.chaos.scene import Bars, Fault

ANSWERING = Bars(write_p99=1.0, reads_all_answered=True)
FRESH = Bars(write_p99=1.0, fresh_p99=10, fresh_all=60, reads_all_answered=True)
DRAINED = Bars(write_p99=1.0, drain=60, reads_all_answered=True)

FAULTS = (
    Fault("nothing", of_processes.nothing, 1, 1, 50, FRESH),
    Fault("writer-killed", of_processes.writer_killed, 3),
    Fault("relay-killed", of_processes.relay_killed, 1, bars=ANSWERING),
    Fault(
        "relay-dies-before-publish",
        of_processes.relay_dies(Mischief(before_publish=2)),
        bars=ANSWERING,
    ),
    Fault(
        "relay-dies-after-publish",
        of_processes.relay_dies(Mischief(after_publish=2)),
        bars=ANSWERING,
    ),
    Fault("workers-killed", of_processes.workers_killed, 2, bars=ANSWERING),
    Fault(
        "workers-die-before-acknowledge",
        of_processes.workers_die(Mischief(before_acknowledge=2)),
        bars=ANSWERING,
    ),
    Fault(
        "workers-die-after-acknowledge",
        of_processes.workers_die(Mischief(after_acknowledge=2)),
        bars=ANSWERING,
    ),
    Fault("broker-stopped", of_parts.broker_stopped, 1, 5, bars=ANSWERING),
    Fault("broker-killed", of_parts.broker_killed, 1, 5, bars=ANSWERING),
    Fault(
        "broker-away-for-a-minute",
        of_parts.broker_away_for_a_minute,
        0,
        1,
        50,
        DRAINED,
    ),
    Fault("broker-wiped", of_parts.broker_wiped, 1, 5, bars=ANSWERING),
    Fault("broker-out-of-disk", of_parts.broker_out_of_disk, 1, 5, bars=ANSWERING),
    Fault("broker-out-of-memory", of_parts.broker_out_of_memory, 1, 5, bars=ANSWERING),
    Fault("bus-slow", of_parts.slow(bus), 1, 20, bars=ANSWERING),
    Fault("bus-mute", of_parts.mute(bus), 1, 5, bars=ANSWERING),
    Fault("bus-cut", of_parts.cut(bus), 2, 20, bars=ANSWERING),
    Fault("store-killed", of_parts.store_killed, 2),
    Fault("store-stopped", of_parts.store_stopped, 1, 5),
    Fault("store-frozen", of_parts.store_frozen, 1, 5),
    Fault("store-slow", of_parts.slow(store), 1, 20),
    Fault("store-mute", of_parts.mute(store), 1, 5),
    Fault("store-cut", of_parts.cut(store), 2, 20),
    Fault("doubled-and-shuffled", of_events.doubled_and_shuffled, 4, 20),
    Fault("said-again-late", of_events.said_again_late, 20, 200),
    Fault("flooded", of_events.flooded, 1, 20, 15, FRESH),
    Fault("garbage", of_events.garbage, 4, 20, bars=ANSWERING),
    Fault("poisoned", of_events.poisoned, 1, 5, bars=ANSWERING),
    Fault("clocks-jump", of_clocks.clocks_jump, 1, 20),
)
