"""The table of faults: name, what is done, rounds in the short and the long form."""

from tests.chaos import of_clocks, of_events, of_parts, of_processes, of_rosters
from tests.chaos.mischief import Mischief
from tests.chaos.of_parts import bus, store
from tests.chaos.of_processes import relay_dies, workers_die
from tests.chaos.scene import Bars, Fault
from tests.chaos.stage import CLUSTER, ONE_OLD_NODE

SLOW = Bars()
ANSWERING = Bars(write_p99=1.0, reads_all_answered=True)
FRESH = Bars(write_p99=1.0, fresh_p99=10, fresh_all=60, reads_all_answered=True)
STATE = Bars(write_p99=1.0, reads_all_answered=True, in_order=False)
"""What was lost with its queues comes after what was not: the state must be right."""
DRAINED = Bars(write_p99=1.0, drain=60, reads_all_answered=True)

STEADY = 50
"""Events a second at which freshness is promised."""

OF_PROCESSES = (
    Fault("nothing", of_processes.nothing, 1, 1, FRESH, rate=STEADY),
    Fault("writer-killed", of_processes.writer_killed, 2, 20),
    Fault("relay-killed", of_processes.relay_killed, 0, 20, ANSWERING),
    Fault(
        "relay-dies-before-publish",
        relay_dies(Mischief(before_publish=2)), 0, 20, ANSWERING,
    ),
    Fault(
        "relay-dies-after-publish",
        relay_dies(Mischief(after_publish=2)), 1, 20, ANSWERING,
    ),
    Fault("workers-killed", of_processes.workers_killed, 1, 20, ANSWERING),
    Fault(
        "workers-die-before-acknowledge",
        workers_die(Mischief(before_acknowledge=2)), 1, 20, ANSWERING,
    ),
    Fault(
        "workers-die-after-acknowledge",
        workers_die(Mischief(after_acknowledge=2)), 0, 20, ANSWERING,
    ),
)  # fmt: skip
OF_BROKER = (
    Fault("broker-stopped", of_parts.broker_stopped, 0, 5, ANSWERING),
    Fault("broker-killed", of_parts.broker_killed, 1, 5, ANSWERING),
    Fault(
        "broker-away-for-a-minute",
        of_parts.broker_away_for_a_minute, 0, 1, DRAINED, rate=STEADY,
    ),
    Fault("broker-wiped", of_parts.broker_wiped, 1, 5, STATE),
    Fault("broker-frozen", of_parts.broker_frozen, 0, 5, ANSWERING),
    Fault("broker-out-of-disk", of_parts.broker_out_of_disk, 1, 5, ANSWERING),
    Fault("broker-out-of-memory", of_parts.broker_out_of_memory, 0, 5, ANSWERING),
    Fault("bus-slow", of_parts.slow(bus), 0, 20, ANSWERING),
    Fault("bus-mute", of_parts.mute(bus), 1, 5, ANSWERING),
    Fault("bus-cut", of_parts.cut(bus), 1, 20, ANSWERING),
)  # fmt: skip
OF_ROSTERS = (
    Fault("rosters", of_rosters.rosters_through_broker_kills, 0, 5, ANSWERING),
)
OF_CLUSTER = (
    Fault("a-node-killed", of_parts.a_node_killed, 1, 6, ANSWERING, ground=CLUSTER),
    Fault(
        "a-node-restarted", of_parts.a_node_restarted, 0, 6, ANSWERING, ground=CLUSTER
    ),
    Fault("a-node-frozen", of_parts.a_node_frozen, 0, 6, ANSWERING, ground=CLUSTER),
    Fault(
        "partitioned", of_parts.partitioned, 0, 6, ANSWERING,
        rate=STEADY, ground=CLUSTER, apart=True,
    ),
    Fault(
        "partitioned-with-clients", of_parts.partitioned_with_clients, 0, 6, ANSWERING,
        rate=STEADY, ground=CLUSTER, apart=True,
    ),
    Fault(
        "partitioned-from-clients", of_parts.partitioned_from_clients, 1, 6, ANSWERING,
        rate=STEADY, ground=CLUSTER, apart=True,
    ),
)  # fmt: skip
# The relay first: RabbitMQ 3.10 that is killed some seconds after a quorum queue was
# declared may come back with that queue and no leader for it, for ever.
OF_OLD_BROKER = (
    Fault(
        "relay-dies-after-publish-on-3.10",
        relay_dies(Mischief(after_publish=2)), 1, 20, ANSWERING, ground=ONE_OLD_NODE,
    ),
    Fault(
        "broker-killed-on-3.10",
        of_parts.broker_killed, 1, 5, ANSWERING, ground=ONE_OLD_NODE,
    ),
)  # fmt: skip
OF_STORE = (
    Fault("store-killed", of_parts.store_killed, 1, 20, SLOW),
    Fault("store-stopped", of_parts.store_stopped, 0, 5, SLOW),
    Fault("store-frozen", of_parts.store_frozen, 1, 5, SLOW),
    Fault("store-slow", of_parts.slow(store), 0, 20, SLOW),
    Fault("store-mute", of_parts.mute(store), 0, 5, SLOW),
    Fault("store-cut", of_parts.cut(store), 1, 20, SLOW),
)
OF_EVENTS = (
    Fault("doubled-and-shuffled", of_events.doubled_and_shuffled, 1, 200, SLOW),
    Fault("said-again-late", of_events.said_again_late, 20, 200, SLOW),
    Fault("flooded", of_events.flooded, 2, 20, FRESH, rate=15),
    Fault("garbage", of_events.garbage, 4, 20, ANSWERING),
    Fault("poisoned", of_events.poisoned, 1, 5, ANSWERING),
    Fault("parked-at-last", of_events.parked_at_last(), 0, 1, ANSWERING, rate=20),
    Fault("deadly-poison", of_events.parked_at_last("!"), 0, 1, ANSWERING, rate=20),
    Fault("clocks-jump", of_clocks.clocks_jump, 1, 5, SLOW),
)

FAULTS = (
    *OF_PROCESSES, *OF_BROKER, *OF_STORE, *OF_EVENTS, *OF_ROSTERS, *OF_OLD_BROKER,
    *OF_CLUSTER,
)  # fmt: skip
