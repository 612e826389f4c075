"""Logs as one JSON object a line, each with the ids of what it belongs to."""

import logging
import re
import sys
import threading
from types import TracebackType
from typing import cast

import structlog
from structlog.types import EventDict

from chassis.telemetry.reasons import stack_of
from chassis.telemetry.tracing import add_ids

TOKEN = re.compile(r"/(v|invitations|deletions)/[^/\s\"'?]+")
QUERY = re.compile(r"(/[\w.…/%~:@!$&*+,;=-]*)\?[^\s\"')]+")
SERVED = re.compile(r"(while serving|Exception on) .*")
ExcInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None]
    | tuple[None, None, None]
)


def configure_logs(service: str, role: str) -> None:
    """Send all logs, ours and the libraries', to standard output as JSON lines."""
    shared: list[structlog.types.Processor] = [
        _name_process(service, role),
        structlog.contextvars.merge_contextvars,
        add_ids,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_stack_of),
        hide_addresses,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # a line for each request that waits, and one with its path for each tried again
    for noisy in ("waitress.queue", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda died: _log_uncaught(
        died.exc_type, died.exc_value, died.exc_traceback
    )


def _name_process(service: str, role: str) -> structlog.types.Processor:
    """Every line names service and role, whatever thread writes it."""

    def name_process(_: object, __: str, line: EventDict) -> EventDict:
        line["service"], line["role"] = service, role
        return line

    return name_process


def hide_addresses(_: object, __: str, line: EventDict) -> EventDict:
    """Tokens in paths, and queries, stay out of the log whoever writes them there."""
    for field, value in line.items():
        if isinstance(value, str):
            line[field] = without_addresses(value)
    return line


def without_addresses(text: str) -> str:
    """The text without tokens in paths, queries, and what a server was at."""
    text = TOKEN.sub(r"/\1/…", text)
    return SERVED.sub(r"\1 a request", QUERY.sub(r"\1?…", text))


def _stack_of(exc_info: ExcInfo) -> str:
    """Python's own traceback ends in the fault's words, which may quote people."""
    return stack_of(exc_info[1]) if exc_info[1] is not None else ""


def _log_uncaught(
    _: type[BaseException], error: BaseException | None, __: TracebackType | None
) -> None:
    """What ends a process or a thread, in the log instead of as it is."""
    logger().critical("uncaught", exc_info=error)


def logger() -> structlog.stdlib.BoundLogger:
    """A logger; give the event a short name and the facts as keywords."""
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger())
