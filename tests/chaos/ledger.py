"""What was promised to whom, kept outside of everything that may break."""

import json
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Write:
    """One request to say `pieces` events of a key."""

    token: str
    key: str
    pieces: int

    def tokens(self) -> list[str]:
        """The tokens of its events."""
        return [f"{self.token}.{place}" for place in range(1, self.pieces + 1)]


class Ledger:
    """A file that only grows: what was asked for, and what was acknowledged.

    An event counts from the moment its write was acknowledged, a roster's row from
    the moment its branch's client holds it: then the line is on the disk before the
    next request is sent.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.lock = path, threading.Lock()
        self.file = path.open("w", encoding="utf-8")
        self.events = 0

    def asked(self, write: Write) -> None:
        """It is about to be sent."""
        with self.lock:
            self._append("asked", write)

    def held(self, write: Write) -> None:
        """Its sender holds it, and will send it until it is answered."""
        with self.lock:
            self._append("held", write, moment=time.time())
            os.fsync(self.file.fileno())

    def acknowledged(self, write: Write, seconds: float) -> None:
        """It was answered with 201 after so long."""
        with self.lock:
            self._append("acknowledged", write, moment=time.time(), seconds=seconds)
            os.fsync(self.file.fileno())
            self.events += write.pieces

    def _append(self, what: str, write: Write, **more: float) -> None:
        line = {"what": what, "key": write.key, **more}
        line |= {"token": write.token, "pieces": write.pieces}
        self.file.write(json.dumps(line) + "\n")
        self.file.flush()

    def close(self) -> None:
        """Nothing more will be written."""
        self.file.close()

    def lines(self) -> list[dict[str, Any]]:
        """All that was written, read back from the disk."""
        return [json.loads(line) for line in self.path.read_text().splitlines()]
