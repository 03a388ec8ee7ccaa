"""How is every study asked for on the command line, and answered?

A command of `study` says what it asks: it reads its own arguments and returns the function that
asks them of a resolved scenario. `studied` puts the scenario before them and the options of every
study behind, runs it, draws its page into the folder, and tells what came out.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from . import AsJson, Overrides, Quiet, Scenario, print_json

Ask = Callable[..., Any]
"""Asks a resolved scenario, given a folder, a backend and what is told of progress."""
Out = Annotated[Path | None, typer.Option(help="Folder that keeps what is done, and the report.")]
DOES_NOT_CLOSE = 3


@dataclass(frozen=True, kw_only=True)
class Options:
    """What can be said of any study."""

    overrides: Overrides = None
    out: Out = None
    as_json: AsJson = False
    quiet: Quiet = False

    @property
    def how(self) -> dict[str, Any]:
        """What `study` is told of it."""
        return {"out": self.out}


@dataclass(frozen=True, kw_only=True)
class Spread(Options):
    """What can be said of one that is cut into chunks."""

    backend: Annotated[
        Literal["local", "processes", "dask", "ray"],
        typer.Option(help="Threads here, processes here, or a cluster."),
    ] = "local"
    scheduler: Annotated[
        str, typer.Option(help="Of Dask, as tcp://host:8786; of Ray, as host:6379.")
    ] = ""
    workers: Annotated[int | None, typer.Option(help="Threads or processes; one a processor.")] = (
        None
    )

    @property
    def how(self) -> dict[str, Any]:
        """What `study` is told of it."""
        from sunstack.study import Backend

        backend = Backend(kind=self.backend, scheduler=self.scheduler, workers=self.workers)
        return super().how | {"backend": backend}


def studied(kind: type[Options]) -> Callable[[Callable[..., Ask]], Callable[..., None]]:
    """Make a command of what says what a study asks."""

    def made(command: Callable[..., Ask]) -> Callable[..., None]:
        @wraps(command)
        def run(scenario: str, **given: Any) -> None:
            options = kind(**{one.name: given.pop(one.name) for one in fields(kind)})
            answer([(scenario, options.overrides)], command(**given), options)

        shared = inspect.signature(kind, eval_str=True).parameters
        own = inspect.signature(command, eval_str=True).parameters
        first = inspect.Parameter(
            "scenario", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Scenario
        )
        parameters = [
            one.replace(kind=inspect.Parameter.POSITIONAL_OR_KEYWORD)
            for one in (first, *own.values(), *shared.values())
        ]
        described: Any = run  # typer reads both
        described.__signature__ = inspect.Signature(parameters)
        described.__annotations__ = {one.name: one.annotation for one in parameters}
        return run

    return made


def answer(
    scenarios: Sequence[tuple[str, Sequence[str] | None]], ask: Ask, options: Options
) -> None:
    """Resolve what is asked, ask it, keep its page if there is a folder, and tell it.

    Raises:
        typer.Exit: the answer is no.
    """
    from sunstack import report
    from sunstack.report.terminal_progress import show_progress
    from sunstack.study.folder import drawn

    with show_progress(options.quiet, "parts") as progress:
        progress("resolving", 0, 0)
        resolved = [_resolved(*one) for one in scenarios]
        found = ask(*resolved, progress=progress, **options.how)
        if options.out is not None:
            drawn(options.out, report.study_html(found.summary))
    _tell(found.summary, options)
    if not found.summary.get("is_feasible", True):
        raise typer.Exit(DOES_NOT_CLOSE)


def _resolved(scenario: str, overrides: Sequence[str] | None) -> Any:
    from sunstack.resolve import resolve
    from sunstack.scenario import load, shipped

    return resolve(load(shipped.find(scenario), overrides or ()))


def _tell(summary: Mapping[str, Any], options: Options) -> None:
    from sunstack.report import terminal_study

    if options.as_json:
        print_json(summary)
    elif not options.quiet:
        terminal_study.show(summary)
    if options.out is not None and not options.quiet:
        typer.echo(f"Study: {options.out} (open report.html)", err=True)
