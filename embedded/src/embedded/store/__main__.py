"""Run the store: `python -m embedded.store FILE SOCKET`, or a port of loopback."""

import signal
import sys
import threading
from pathlib import Path

from embedded.file import Unusable, check_after_crash
from embedded.parent import end_with_parent
from embedded.store.commands import Commands
from embedded.store.engine import Engine
from embedded.store.expiry import expire_periodically
from embedded.store.storage import Storage
from embedded.store.wire import Server, SocketServer

LIMITS = (
    "biyong-store: an embedded document store for trial and development; one node, "
    "no transactions, no update pipelines, no $lookup or $text; what it acknowledged "
    "is on the disk. Set MONGO_URL to use MongoDB."
)


def main() -> None:
    """Serve until terminated."""
    path, place = Path(sys.argv[1]), sys.argv[2]
    try:
        check_after_crash(path)
        commands = Commands(Engine(Storage(path)))
    except Unusable as error:
        sys.exit(f"biyong-store: {error}")
    stop = threading.Event()
    server: Server | SocketServer = (
        Server(("127.0.0.1", int(place)), commands.answer)
        if place.isdecimal()
        else SocketServer(Path(place), commands.answer)
    )
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Thread(
        target=expire_periodically, args=(commands, stop), daemon=True
    ).start()
    sys.stdout.write(LIMITS + "\n")
    sys.stdout.flush()
    stop.wait()
    server.shutdown()
    commands.close()


if __name__ == "__main__":
    main()
