"""`python -m SERVICE ROLE`: the role named on the command line, and how it may end."""

import os
import sys
from collections.abc import Callable, Mapping

from pymongo.errors import PyMongoError

from chassis.errors import Incompatible, Unavailable
from chassis.service.process import (
    EXIT_UNUSABLE,
    Service,
    end_with_supervisor,
    in_one_line,
    run_service,
)
from chassis.service.web import run_web
from chassis.settings import SettingsError
from chassis.telemetry import logs
from chassis.telemetry.tracing import configure_tracing

ROLES = ("all", "web", "worker", "relay", "declare")
EXIT_SETTINGS = 78
UNUSABLE = (Incompatible, PyMongoError, Unavailable)


def run_main(name: str, build: Callable[[Mapping[str, str]], Service]) -> None:
    """Run one role of a service until it is told to stop; `declare` ends by itself."""
    role = sys.argv[1] if len(sys.argv) > 1 else "all"
    if role not in ROLES:
        sys.exit(f"usage: python -m {name} {'|'.join(ROLES)}")
    logs.configure_logs(name, role)
    try:
        if role == "web":
            run_web(name, build)
            return
        configure_tracing(name, role)
        service = build(os.environ)
        end_with_supervisor()
        service.declare()
        if role != "declare":
            run_service(service, role)
    except SettingsError as error:
        sys.stderr.write(f"{name}: {error}\n")
        sys.exit(EXIT_SETTINGS)
    except UNUSABLE as error:
        sys.stderr.write(f"{name}: cannot start: {in_one_line(error)}\n")
        sys.exit(EXIT_UNUSABLE)
