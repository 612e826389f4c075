"""A process that relays: `python -m tests.bench.relaying BUS STORE_PORT`.

With `woken` behind it, it hears wakes. Says `ready`, ends with its input.
"""

import sys
import threading

from chassis.broker.rabbitmq.transport import RabbitTransport
from chassis.clock import SystemClock, WakeSignal
from chassis.outbox.relay import Relay
from chassis.outbox.wakeup import RelayWakeUps
from chassis.storage.collections import MessagingCollections
from chassis.storage.leases import Lease
from pymongo import MongoClient

from tests.bench.quorum import SERVICE
from tests.platform.running import until

SAYER = "bench"


def main(bus: str, port: int, is_woken: bool) -> None:
    """Relay until the input ends."""
    database = MongoClient("127.0.0.1", port, directConnection=True)[SERVICE]
    tables, transport = MessagingCollections(database), RabbitTransport(bus)
    lease = Lease(tables.leases, "relay", SAYER, SystemClock())
    relay = Relay([database["things"]], tables, transport, lease, WakeSignal())
    stop = threading.Event()
    loops = [
        relay.run,
        *(
            [RelayWakeUps(SAYER, transport, relay).exchange_wake_ups]
            if is_woken
            else []
        ),
    ]
    threads = [threading.Thread(target=loop, args=(stop,)) for loop in loops]
    for thread in threads:
        thread.start()
    until(lambda: relay.is_holder and relay.is_woken == is_woken, 20)
    print("ready", flush=True)
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:] == ["woken"])
