"""The gateway as a process."""

from chassis.service.process import main

from gateway.wiring import build_service


def run_service() -> None:
    """Run the role named on the command line."""
    main("gateway", build_service)
