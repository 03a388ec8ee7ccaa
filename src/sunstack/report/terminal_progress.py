"""How does the progress of a long question look on a terminal?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STUDIED = "studies: "
"""How stages begin that are told in chunks, whatever else is told in."""


@contextmanager
def show_progress(quiet: bool, unit: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a stage and a bar on a terminal; nothing elsewhere.

    Yields:
        What to call with the stage, how many units of it are done, and of how many.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[share]}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("starting", total=None, share="")

        def show(stage: str, done: int, total: int) -> None:
            counted = "chunks" if stage.startswith(STUDIED) else unit
            share = f"{done:,} of {total:,} {counted}" if total else ""
            bar.update(task, description=stage, completed=done, total=total or None, share=share)

        yield show
