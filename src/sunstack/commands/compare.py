"""How does one ask in what two runs, or two scenarios, differ?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sunstack.errors import ResultsError

from . import AsJson, Quiet, print_json
from .studied import Options, answer

PAGE = Path("comparison.html")


def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="A results folder, or a scenario.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    out: Annotated[
        Path | None,
        typer.Option(help=f"Page to write, {PAGE} if not given; of scenarios, a study's folder."),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Compare two runs (the report with two columns, only differences on), or two scenarios."""
    if not first.is_dir() and not second.is_dir():
        from sunstack import study

        options = Options(out=out, as_json=as_json, quiet=quiet)
        answer([(str(first), ()), (str(second), ())], study.compare, options)
        return
    from sunstack import report, results
    from sunstack.report import comparison, terminal

    one, other = results.read(first), results.read(second)
    if as_json:
        found = comparison.differences(one, other)
        print_json({"a": str(first), "b": str(second), **found})
        return
    page = out or PAGE
    if page.suffix != ".html":
        raise ResultsError(f"{page}: a comparison is a page; write {page.stem}.html")
    drawn = report.compared_html((str(first), one), (str(second), other))
    results.write_file(page, drawn.encode())
    if not quiet:
        terminal.show_comparison(comparison.overview(one, other))
        typer.echo(f"Wrote {page}", err=True)
