"""The service as a process."""

from chassis.service.process import main

from media.wiring import build


def run() -> None:
    """Run the role named on the command line."""
    main("media", build)
