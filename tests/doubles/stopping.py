"""The sign to stop that loops are handed, for tests that have no time to lose."""

import threading
from collections.abc import Callable


class NoPause(threading.Event):
    """Lets no loop pause; it is set once `is_over`, if that is given, or when set."""

    def __init__(self, is_over: Callable[[], bool] = lambda: False) -> None:
        super().__init__()
        self.is_over = is_over

    def is_set(self) -> bool:
        """Whether the loop shall stop."""
        return super().is_set() or self.is_over()

    def wait(self, timeout: float | None = None) -> bool:
        """The same, at once where the loop would pause; what waits for ever, does."""
        return super().wait() if timeout is None else self.is_set()
