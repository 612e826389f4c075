"""The gateway as a process."""

from chassis.service.main import run_main

from gateway.wiring import build_service


def run_service() -> None:
    """Run the role named on the command line."""
    run_main("gateway", build_service)
