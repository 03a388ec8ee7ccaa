"""What can one ask of published orbits on the command line?"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from . import AsJson, print_json

ElementFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="Element sets: TLE, or OMM as JSON, CSV, KVN, XML.")
]
Start = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"],
        help="In UTC; the newest epoch of the file if not given.",
    ),
]


def passes(
    file: ElementFile,
    latitude_deg: Annotated[float, typer.Option(help="Of the site, geodetic.")],
    longitude_deg: Annotated[float, typer.Option(help="East of Greenwich.")],
    altitude_m: Annotated[float, typer.Option(help="Above the ellipsoid.")] = 0.0,
    elevation_deg: Annotated[float, typer.Option(help="From which the site sees.")] = 10.0,
    start: Start = None,
    hours: Annotated[float, typer.Option(help="From the start on.")] = 24.0,
    as_json: AsJson = False,
) -> None:
    """Tell when catalogued satellites pass over a site."""
    from sunstack import element_sets
    from sunstack.answers.passes import Watch, passes_of
    from sunstack.report import terminal_passes

    sets = element_sets.load(file)
    watch = Watch(
        latitude_deg=latitude_deg,
        longitude_deg=longitude_deg,
        altitude_m=altitude_m,
        elevation_deg=elevation_deg,
        start=start or max(one.epoch for one in sets),
        hours=hours,
    )
    answer = passes_of(sets, watch)
    print_json(answer) if as_json else terminal_passes.show(answer)


def elements(
    file: ElementFile,
    out: Annotated[
        Path, typer.Argument(help="File to write: OMM as .json, .csv or .kvn, or .czml.")
    ],
    start: Start = None,
    hours: Annotated[float, typer.Option(help="Of positions in CZML.")] = 2.0,
    step_s: Annotated[float, typer.Option(help="Between positions in CZML.", min=1.0)] = 60.0,
) -> None:
    """Write element sets in another form, or the positions they lead to."""
    from sunstack import element_sets, results

    sets = element_sets.load(file)
    content = element_sets.written(
        sets,
        out.suffix,
        start=start or max(one.epoch for one in sets),
        hours=hours,
        step_s=step_s,
    )
    results.write_file(out, content.encode())
    typer.echo(f"Wrote {len(sets):,} satellites to {out}", err=True)


def shells(
    file: ElementFile,
    as_json: AsJson = False,
) -> None:
    """Measure which shells catalogued satellites make up, as groups of a scenario."""
    from sunstack import element_sets
    from sunstack.answers.shells import shells_of
    from sunstack.report import terminal_passes

    answer = shells_of(element_sets.load(file))
    print_json(answer) if as_json else terminal_passes.show_shells(answer)
