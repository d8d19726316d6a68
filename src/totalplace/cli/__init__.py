"""The command line. Commands only ask and show: no arithmetic of their own."""

from __future__ import annotations

import sys

from totalplace.errors import TotalPlaceError, UsageError


def main() -> None:
    """Runs the command line. Exit status 0: done; 1: the data or the answer is not right; 2: wrong usage."""
    import click

    from totalplace.cli.commands import app

    try:
        app(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        _fail("stopped; nothing was written", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except UsageError as error:
        _fail(str(error), 2)
    except TotalPlaceError as error:
        _fail(str(error), 1)
    except KeyboardInterrupt:
        _fail("stopped; nothing half-done is left, and the last good store stands", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _fail(message: str, status: int) -> None:
    print(f"totalplace: {message}", file=sys.stderr)
    sys.exit(status)
