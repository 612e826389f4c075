"""Enrolment as a Flask app and its loops."""

from chassis.process import main

from enrollment.wiring import build


def run() -> None:
    """Run the role named on the command line."""
    main("enrollment", build)
