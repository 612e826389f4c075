"""The gateway as a process."""

from chassis.service.process import main

from gateway.wiring import build


def run() -> None:
    """Run the role named on the command line."""
    main("gateway", build)
