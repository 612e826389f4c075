"""Route a chunk to what decides it: a roster, changes, or the sandbox."""

from collections.abc import Callable

from enrollment.domain.roster import CHANGES, Chunk

Decide = Callable[[Chunk], None]


class RouteChunk:
    """All kinds wait in the same turns and are leased alike."""

    def __init__(self, roster: Decide, changes: Decide, sandbox: Decide) -> None:
        self.roster, self.changes, self.sandbox = roster, changes, sandbox

    def __call__(self, chunk: Chunk) -> None:
        """Bring a chunk to its receipt."""
        if chunk.is_sandbox:
            self.sandbox(chunk)
        elif chunk.kind == CHANGES:
            self.changes(chunk)
        else:
            self.roster(chunk)
