"""The service as a process."""

from chassis.service.main import run_main

from enrollment.wiring import build_service


def run_service() -> None:
    """Run the role named on the command line."""
    run_main("enrollment", build_service)
