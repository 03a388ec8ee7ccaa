"""What can one ask Sunstack for on the command line? Parse, call, print.

Standard output holds the answer (one JSON document with `--json`); all else goes to standard error.
Exit codes: 0 done, 2 bad input, 3 the design does not close or a check failed, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Annotated

import typer

from sunstack.commands import (
    AsJson,
    Overrides,
    Quiet,
    Scenario,
    company,
    compare,
    compiled,
    control,
    demand,
    economics,
    element_sets,
    model,
    network,
    space,
    studies,
    study,
    training,
)
from sunstack.commands import print_json as _print_json
from sunstack.errors import ResultsError, SunstackError

BAD_INPUT, DOES_NOT_CLOSE, INTERRUPTED = 2, 3, 130

app = typer.Typer(
    name="sunstack",
    help="Design and simulate orbital data centres, from sunlight to payload power.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _told[**P](command: Callable[P, None]) -> Callable[P, None]:
    """Print Sunstack's own errors as they are and leave with the code for bad input."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except SunstackError as error:
            print(error, file=sys.stderr)
            raise typer.Exit(BAD_INPUT) from error

    return run


@app.command()
@_told
def run(
    scenario: Scenario,
    overrides: Overrides = None,
    out: Annotated[
        Path | None, typer.Option(help="Results folder; results/<name> if not given.")
    ] = None,
    with_studies: studies.WithStudies = False,
    draws: studies.Draws = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Evaluate and simulate a scenario and write its results folder."""
    from sunstack import results
    from sunstack.report.terminal_progress import show_progress
    from sunstack.run import run as run_scenario
    from sunstack.scenario import load, shipped

    document = load(shipped.find(scenario), overrides or ())
    folder = out or Path("results") / document.scenario.name
    results.check_place(folder.absolute())
    studied = studies.of_run(folder, with_studies=with_studies, draws=draws)
    with show_progress(quiet, "satellite runs") as progress:
        found = run_scenario(document, progress=progress, studies=studied)
        progress("writing", 0, 0)
        written = results.write(found, folder)
    if as_json:
        _print_json(found.summary)
    elif not quiet:
        from sunstack.report import terminal

        terminal.show(found.summary)
    if not quiet:
        print(f"Results: {written} (open report.html)", file=sys.stderr)
    if not found.summary["closes"]:
        raise typer.Exit(DOES_NOT_CLOSE)


@app.command()
@_told
def check(scenario: Scenario, overrides: Overrides = None, as_json: AsJson = False) -> None:
    """Check a scenario without running it: every value found, every part sized."""
    from sunstack.resolve import resolve
    from sunstack.scenario import load, shipped

    resolved = resolve(load(shipped.find(scenario), overrides or ()))
    counts = {
        name: int(resolved.planes.satellite_count[resolved.planes.group == number].sum())
        for number, name in enumerate(resolved.system.group_names)
    }
    if as_json:
        inputs = [vars(origin) for origin in resolved.origins.values()]
        _print_json({"groups": counts, "inputs": inputs, "caveats": list(resolved.caveats)})
        return
    print(f"{resolved.document.path}: complete; `sunstack run` tells whether the design closes")
    for name, count in counts.items():
        print(f"  {name}: {count:,} {'satellite' if count == 1 else 'satellites'}")
    for origin in resolved.origins.values():
        if origin.kind == "sized":
            print(f"  sized: {origin.key} = {float(origin.value):.4g} {origin.unit}")
    for caveat in resolved.caveats:
        print(f"  note: {caveat}")


@app.command()
@_told
def init(
    path: Annotated[Path, typer.Argument(help="File to write, ending in .yaml.")],
    example: Annotated[str, typer.Option(help="Shipped scenario to start from.")] = "ai1",
) -> None:
    """Write a commented scenario to start from, and the JSON Schema editors complete it with."""
    from sunstack.scenario import shipped, starting

    schema = starting.write(path, shipped.find(example))
    print(f"Wrote {path} and {schema}. Next: sunstack check {path}")


@app.command()
@_told
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sunstack.scenario import json_schema

    _print_json(json_schema())


@app.command()
@_told
def explain(
    key: Annotated[str, typer.Argument(help="A key, as power.array_area_m2 or array_area_m2.")],
    as_json: AsJson = False,
) -> None:
    """Explain a key of the scenario: meaning, unit, range, default and its source."""
    from sunstack.scenario import describe, keys

    whole = [known for known in keys() if known.rpartition(".")[2] == key]
    described = asdict(describe(whole[0] if len(whole) == 1 else key))
    if as_json:
        _print_json(described)
        return
    for name, value in described.items():
        if value is not None and value is not False and value not in ("", (), []):
            print(f"{name:>12}: {', '.join(value) if isinstance(value, (tuple, list)) else value}")


@app.command()
@_told
def scenarios(as_json: AsJson = False) -> None:
    """List the scenarios that come with Sunstack."""
    from sunstack.scenario import shipped

    listed = {name: shipped.purpose(name) for name in shipped.names()}
    if as_json:
        _print_json(
            {
                name: {"purpose": text, "path": str(shipped.find(name))}
                for name, text in listed.items()
            }
        )
        return
    for name, text in listed.items():
        print(f"{name:18} {text}")
    print(f"Files: {shipped.folder()}", file=sys.stderr)


@app.command()
@_told
def catalogue(
    kind: Annotated[str | None, typer.Argument(help="A kind of entry, as satellite.")] = None,
    name: Annotated[str | None, typer.Argument(help="An entry, as ai1-2026-06.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the catalogue, a kind of it, or one entry with the source of every value."""
    from sunstack.catalogue import listing

    tree = listing.tree(kind, name)
    if as_json:
        _print_json(tree)
        return
    from sunstack.report import terminal

    terminal.show_catalogue(tree)


@app.command()
@_told
def validate(as_json: AsJson = False) -> None:
    """Compare the physics with published figures; exit 3 when one fails."""
    from sunstack import validation
    from sunstack.report import terminal

    found = validation.run()
    if as_json:
        _print_json({"cases": [asdict(one) for one in found]})
    else:
        terminal.show_validation(found)
    if not all(one.passed for one in found):
        raise typer.Exit(DOES_NOT_CLOSE)


@app.command()
@_told
def radiation(
    altitude_km: Annotated[float, typer.Option(help="Height of the circular orbit.")],
    inclination_deg: Annotated[float, typer.Option(help="Its inclination, 0 to 180.")],
    shield_mm: Annotated[float, typer.Option(help="Aluminium all round the chip.")] = 10.0,
    years: Annotated[float, typer.Option(help="Life that the memory must last.")] = 5.0,
    as_json: AsJson = False,
) -> None:
    """Tell what an orbit's radiation does to a chip: doses, upsets, how high it may fly."""
    from sunstack.answers.radiation import radiation_of
    from sunstack.report import terminal_radiation

    found = radiation_of(
        altitude_km=altitude_km,
        inclination_deg=inclination_deg,
        shield_mm=shield_mm,
        years=years,
    )
    _print_json(found) if as_json else terminal_radiation.show(found)


@app.command()
@_told
def fleet(
    scenario: Scenario = "starmind-million",
    rocket: Annotated[
        list[str] | None,
        typer.Option(help="Rocket of the catalogue; repeatable. Three ramps if none is given."),
    ] = None,
    years: Annotated[float | None, typer.Option(help="Horizon: fleet.horizon_years.")] = None,
    life_years: Annotated[float | None, typer.Option(help="satellite.life_years")] = None,
    doubling_years: Annotated[float | None, typer.Option(help="launch.doubling_years")] = None,
    failures_per_year: Annotated[
        float | None, typer.Option(help="reliability.bus_failure_fraction_per_year")
    ] = None,
    disposal_success: Annotated[
        float | None, typer.Option(help="disposal.success_fraction")
    ] = None,
    flight_success: Annotated[float | None, typer.Option(help="launch.success_fraction")] = None,
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Follow a fleet over the years: launched, working, failed, replaced, come down."""
    from sunstack.answers.fleet import fleet_of
    from sunstack.report.terminal_fleet import show_fleet
    from sunstack.resolve import resolve
    from sunstack.scenario import load, shipped

    asked = {
        "launch.rocket": rocket[0] if rocket else None,
        "fleet.horizon_years": years,
        "satellite.life_years": life_years,
        "launch.doubling_years": doubling_years,
        "reliability.bus_failure_fraction_per_year": failures_per_year,
        "disposal.success_fraction": disposal_success,
        "launch.success_fraction": flight_success,
    }
    given = [f"{key}={value}" for key, value in asked.items() if value is not None]
    resolved = resolve(load(shipped.find(scenario), [*given, *(overrides or ())]))
    answer = fleet_of(resolved, rocket or ())
    if as_json:
        _print_json(answer)
    else:
        show_fleet(answer)


ASIDE = (
    network.latency,
    network.path,
    network.link,
    network.mesh,
    network.capacity,
    element_sets.passes,
    element_sets.elements,
    element_sets.shells,
    space.formation,
    space.mars,
    model.model,
    training.train,
    control.control,
    economics.cost,
    studies.reconcile,
    company.company,
    study.sweep,
    study.montecarlo,
    study.sensitivity,
    study.breakeven,
    study.optimise,
    study.ladder,
    compare.compare,
    demand.day,
)
for _command in ASIDE:
    app.command()(_told(_command))


@app.command(name="report")
@_told
def draw_report(
    folder: Annotated[Path, typer.Argument(help="A results folder.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write; report.html in the folder if not given.")
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Print it to PDF; needs Chromium.")] = False,
) -> None:
    """Draw the report of a run anew, as a page or for paper."""
    from sunstack import report, results
    from sunstack.report import paper

    name = "report.pdf" if pdf else "report.html"
    if out is not None and out.suffix != Path(name).suffix:
        raise ResultsError(f"{out}: write a name that ends in {Path(name).suffix}")
    page = report.html(results.read(folder))
    content = paper.pdf(page) if pdf else page.encode()
    if out is None or out.absolute().parent == folder.absolute():
        results.add(folder, {out.name if out else name: content})
    else:
        results.write_file(out, content)
    print(f"Wrote {out or folder / name}", file=sys.stderr)


@app.command()
@_told
def picture(
    folder: Annotated[Path, typer.Argument(help="A results folder.")],
    path: Annotated[Path, typer.Argument(help="PNG file to write.")],
    width_px: Annotated[int, typer.Option(min=100, max=8000)] = 1200,
) -> None:
    """Draw every satellite of a run round the Earth."""
    from sunstack import results
    from sunstack.report.picture import globe_png

    if path.suffix != ".png":
        raise ResultsError(f"{path}: a picture is a PNG file; write {path.stem}.png")
    results.write_file(path, globe_png(results.read(folder), width_px=width_px))
    print(f"Wrote {path}", file=sys.stderr)


def main() -> None:
    """Run the command line."""
    compiled.keep()
    try:
        app()
    except KeyboardInterrupt:
        print("Interrupted; earlier results are untouched.", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
