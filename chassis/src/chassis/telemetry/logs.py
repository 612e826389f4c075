"""Logs as one JSON object a line, each with the ids of what it belongs to."""

import logging
import sys
import threading
from types import TracebackType
from typing import cast

import structlog

from chassis.reasons import stack_of
from chassis.telemetry import trace

ExcInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None]
    | tuple[None, None, None]
)


def configure(service: str) -> None:
    """Send all logs, ours and the libraries', to standard output as JSON lines."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        trace.add_ids,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_stack),
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
    structlog.contextvars.bind_contextvars(service=service)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda died: _log_uncaught(
        died.exc_type, died.exc_value, died.exc_traceback
    )


def _stack(exc_info: ExcInfo) -> str:
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
