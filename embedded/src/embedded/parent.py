"""A child ends when its supervisor does, however that one ended.

The supervisor holds the write end of a pipe and never writes. The child reads:
when the supervisor is gone, even by `kill -9`, the read ends.
"""

import os
import threading

VARIABLE = "BIYONG_PARENT_PIPE"


def end_with_parent() -> None:
    """Watch the supervisor's pipe, if there is one, from a thread of its own."""
    pipe = os.environ.get(VARIABLE)
    if pipe:
        threading.Thread(target=_watch_pipe, args=(int(pipe),), daemon=True).start()


def _watch_pipe(pipe: int) -> None:
    while os.read(pipe, 1):
        continue
    os._exit(70)
