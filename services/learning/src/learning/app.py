"""The service as a process."""

from chassis.service.main import run_main

from learning.wiring import build_service


def run_service() -> None:
    """Run the role named on the command line."""
    run_main("learning", build_service)
