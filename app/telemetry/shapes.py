"""How a record of the log is written, for people (console) or for machines (JSON), by structlog.

Nothing imports this before there is something to write: structlog brings much with it that a server does not need.
"""

import logging
import sys

import structlog

from app.telemetry.logs import Shape

TIMED: list[structlog.typing.Processor] = [
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _written(shape: Shape) -> list[structlog.typing.Processor]:
    if shape == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=structlog.dev.plain_traceback,
            repr_native_str=True,  # else control characters that a client sent would reach the terminal
        )
    ]


def formatter(shape: Shape) -> logging.Formatter:
    """What writes the records of the standard library's loggers."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*TIMED, structlog.stdlib.ExtraAdder()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_written(shape)],
    )


def logger(shape: Shape) -> structlog.typing.FilteringBoundLogger:
    """A logger that writes to standard error itself."""
    wrapped: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[*TIMED, *_written(shape)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    ).bind()
    return wrapped
