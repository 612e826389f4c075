"""The service as a process."""

from chassis.process import main

from media.wiring import build


def run() -> None:
    """Run the role named on the command line."""
    main("media", build)
