"""The command line. Commands only ask and show: no arithmetic of their own."""

from __future__ import annotations

import gc
import io
import sys

from totalplace.errors import TotalPlaceError, UsageError


def main() -> None:
    """Runs the command line. Exit status 0: done; 1: the data or the answer is not right; 2: wrong usage."""
    gc.set_threshold(200_000, 50, 50)  # most commands end before cycles matter; looking for them would cost a tenth
    import click

    _any_name_can_be_printed()
    try:
        from totalplace.cli.commands import app

        app(standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped; what was there before stands", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except UsageError as error:
        _fail(str(error), 2)
    except TotalPlaceError as error:
        _fail(str(error), 1)


def _any_name_can_be_printed() -> None:
    """Files and pipes get UTF-8, whatever the system writes; a terminal that lacks a letter shows another."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _fail(message: str, status: int) -> None:
    print(f"totalplace: {message}", file=sys.stderr)
    sys.exit(status)
