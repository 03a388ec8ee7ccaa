"""Which questions about clusters and deep space can one ask on the command line?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from . import AsJson, print_json

Satellites = Annotated[int | None, typer.Option(help="How many; --radius-m if not given.")]
Inclination = Annotated[float | None, typer.Option(help="Sun-synchronous if not given.")]
Trim = Annotated[float | None, typer.Option(help="Of 2:1; the one that holds if not given.")]
Start = Annotated[float, typer.Option(help="Argument of latitude where the lattice starts.")]
Unlike = Annotated[float, typer.Option(help="Share by which air and light push unlike.")]
Left = Annotated[float, typer.Option(help="Speed along the track when thrusters fail.")]


def formation(
    satellites: Satellites = None,
    radius_m: Annotated[float, typer.Option(help="Half the length along the track.")] = 1000.0,
    pitch_m: Annotated[float, typer.Option(help="Radial amplitude between neighbours.")] = 100.0,
    altitude_km: Annotated[float, typer.Option(help="Height of the circular orbit.")] = 650.0,
    inclination_deg: Inclination = None,
    start_deg: Start = 90.0,
    axis_ratio: Trim = None,
    cross_track_ratio: Annotated[float, typer.Option(help="Amplitude across it, of radial.")] = 0.0,
    size_m: Annotated[float, typer.Option(help="Radius of a satellite's sphere.")] = 10.0,
    mass_kg: Annotated[float, typer.Option(help="Of a satellite.")] = 1000.0,
    drag_area_m2: Annotated[float, typer.Option(help="Against the flow.")] = 10.0,
    light_area_m2: Annotated[float, typer.Option(help="Towards the Sun.")] = 105.0,
    difference_fraction: Unlike = 0.05,
    last_impulse_mm_per_s: Left = 0.1,
    link_tbit_per_s: Annotated[float, typer.Option(help="Of one laser, one way.")] = 9.6,
    as_json: AsJson = False,
) -> None:
    """Fly satellites as one cluster: distances, drift, station-keeping, sight, bandwidth."""
    given = {name: value for name, value in locals().items() if name != "as_json"}
    from sunstack.answers.formation import Question, formation_of
    from sunstack.report import terminal_formation

    answer = formation_of(Question(**given))
    print_json(answer) if as_json else terminal_formation.show(answer)


def mars(
    from_date: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="First day, 1800 to 2050.")
    ] = datetime(2028, 1, 1),
    years: Annotated[float, typer.Option(help="Two synodic periods if not given.")] = 4.27,
    gbit_per_day: Annotated[float, typer.Option(help="What is to be sent, one way.")] = 500.0,
    links: Annotated[int, typer.Option(help="Lasers side by side.")] = 1,
    earth_limit_deg: Annotated[
        float, typer.Option(help="Least angle of Mars off the Sun, seen from Earth.")
    ] = 3.0,
    mars_limit_deg: Annotated[
        float, typer.Option(help="Least angle of Earth off the Sun, seen from Mars.")
    ] = 3.0,
    earth_view: Annotated[
        float, typer.Option(help="Share of a day in which Earth's end sees Mars.")
    ] = 1.0,
    mars_view: Annotated[
        float, typer.Option(help="Share of a day in which Mars's end sees Earth.")
    ] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Tell how a data centre near Earth would serve Mars: light, blackouts, rates, delays."""
    from sunstack.answers.mars import Question, mars_of
    from sunstack.report import terminal_mars

    asked = Question(
        from_date=from_date.date(),
        years=years,
        gbit_per_day=gbit_per_day,
        links=links,
        earth_limit_deg=earth_limit_deg,
        mars_limit_deg=mars_limit_deg,
        earth_view_fraction=earth_view,
        mars_view_fraction=mars_view,
    )
    answer = mars_of(asked)
    print_json(answer) if as_json else terminal_mars.show(answer)
