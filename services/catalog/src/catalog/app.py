"""The service as a process."""

from chassis.service.process import main

from catalog.wiring import build_service


def run_service() -> None:
    """Run the role named on the command line."""
    main("catalog", build_service)
