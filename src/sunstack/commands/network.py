"""Which questions about links and the network can one ask on the command line?"""

from __future__ import annotations

from typing import Annotated

import typer

from sunstack.errors import ScenarioError

from . import AsJson, Overrides, Scenario, print_json

ScenarioName = Annotated[
    str, typer.Option("--scenario", "-s", help="A file, or the name of one that comes along.")
]
Hours = Annotated[float, typer.Option(help="After the scenario's epoch.")]


def link(
    distance_km: Annotated[float | None, typer.Option(help="Of a laser link.")] = None,
    laser: Annotated[str, typer.Option(help="Terminal of the catalogue.")] = "suncatcher",
    aperture_cm: Annotated[float | None, typer.Option(help="Instead of its own.")] = None,
    power_w: Annotated[float | None, typer.Option(help="Instead of its own.")] = None,
    modulation: Annotated[str | None, typer.Option(help="Instead of its own.")] = None,
    jitter_urad: Annotated[float | None, typer.Option(help="Instead of its own.")] = None,
    rate_gbit_per_s: Annotated[float | None, typer.Option(help="Rate that is wanted.")] = None,
    altitude_km: Annotated[float | None, typer.Option(help="Of the satellites.")] = None,
    site: Annotated[str | None, typer.Option(help="End of a radio link, or its lat,lon.")] = None,
    radio: Annotated[str | None, typer.Option(help="Radio of the catalogue.")] = None,
    elevation_deg: Annotated[float, typer.Option(help="Of the satellite, 5 to 90.")] = 40.0,
    as_json: AsJson = False,
) -> None:
    """Tell what a laser between satellites carries, or a radio to a site in its weather."""
    asked = {name: given for name, given in locals().items() if name != "as_json"}
    from sunstack.answers.link import asked_link
    from sunstack.report import terminal_link

    found = asked_link(**asked)
    print_json(found) if as_json else terminal_link.show(found)


def mesh(
    planes: Annotated[int, typer.Option(help="Planes of the Walker shell.")],
    satellites_per_plane: Annotated[int, typer.Option(help="Satellites of each plane.")],
    altitude_km: Annotated[float, typer.Option(help="Height of the circular orbits.")],
    inclination_deg: Annotated[float, typer.Option(help="Their inclination, 0 to 180.")],
    lasers: Annotated[
        list[int] | None, typer.Option(help="4, 6 or 8 for each satellite; repeatable. All three.")
    ] = None,
    hop_us: Annotated[float, typer.Option(help="What each hop takes beside light.")] = 20.0,
    range_km: Annotated[float, typer.Option(help="Longest laser link.")] = 5000.0,
    phasing: Annotated[int | None, typer.Option(help="Walker's F; searched if not given.")] = None,
    objective: Annotated[
        str, typer.Option(help="Make small: mean-delay, worst-delay or mean-hops.")
    ] = "mean-delay",
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Search the lasers and phasing of a shell: delays and hops with four, six and eight."""
    from sunstack.answers.mesh import mesh_of
    from sunstack.report import terminal_mesh
    from sunstack.report.terminal_progress import show_progress

    with show_progress(quiet, "patterns") as progress:
        found = mesh_of(
            plane_count=planes,
            slot_count=satellites_per_plane,
            altitude_km=altitude_km,
            inclination_deg=inclination_deg,
            laser_counts=lasers or (4, 6, 8),
            hop_us=hop_us,
            range_km=range_km,
            phasing=phasing,
            objective=objective,
            progress=progress,
        )
    print_json(found) if as_json else terminal_mesh.show(found)


def latency(
    start: Annotated[str, typer.Option("--from", help="City, gateway, or latitude,longitude.")],
    to: Annotated[
        str, typer.Option(help="nearest: the nearest computer, over a day; mesh: every one.")
    ] = "nearest",
    scenario: ScenarioName = "starmind-million",
    hours: Hours = 0.0,
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Tell how late computers in orbit answer at a place, and what the delay is made of."""
    from sunstack.answers.latency import latency_of
    from sunstack.catalogue import sites
    from sunstack.report.terminal_latency import show_latency
    from sunstack.resolve import resolve
    from sunstack.scenario import load, shipped

    if to not in ("nearest", "mesh"):
        raise ScenarioError(
            f"to: {to!r}; write nearest or mesh; for another place see `sunstack path`"
        )
    resolved = resolve(load(shipped.find(scenario), overrides or ()))
    answer = latency_of(resolved, sites.site(start), to_mesh=to == "mesh", hours=hours)
    print_json(answer) if as_json else show_latency(answer)


def path(
    start: Annotated[str, typer.Argument(help="City, gateway, or latitude,longitude.")],
    end: Annotated[str, typer.Argument(help="The same, where the message goes.")],
    scenario: ScenarioName = "starmind-million",
    hours: Hours = 0.0,
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Tell which way a message takes between two places over a scenario's lasers."""
    from sunstack.answers.latency import path_of
    from sunstack.catalogue import sites
    from sunstack.report.terminal_latency import show_path
    from sunstack.resolve import resolve
    from sunstack.scenario import load, shipped

    resolved = resolve(load(shipped.find(scenario), overrides or ()))
    answer = path_of(resolved, sites.site(start), sites.site(end), hours=hours)
    print_json(answer) if as_json else show_path(answer)


def capacity(
    scenario: Scenario,
    overrides: Overrides = None,
    city_count: Annotated[int, typer.Option(help="Largest cities that ask, 2 to 1000.")] = 100,
    kbit_per_person: Annotated[float, typer.Option(help="A second, asked by each.")] = 1.6,
    working_fraction: Annotated[float, typer.Option(help="Of satellites, 0 to 1.")] = 1.0,
    training_tb: Annotated[float, typer.Option(help="Training set to bring up.")] = 100.0,
    parameters: Annotated[float, typer.Option(help="Of the model whose gradients go.")] = 70e9,
    bytes_per_parameter: Annotated[float, typer.Option(help="Of gradients.")] = 2.0,
    laser: Annotated[str, typer.Option(help="Terminal that links a formation.")] = "suncatcher",
    as_json: AsJson = False,
) -> None:
    """Tell what traffic a scenario's network carries, what cuts it, and how fast it trains."""
    given = {
        name: value
        for name, value in locals().items()
        if name not in ("scenario", "overrides", "as_json")
    }
    from sunstack.answers.capacity import Question, capacity_of
    from sunstack.report import terminal_capacity
    from sunstack.resolve import resolve
    from sunstack.scenario import load, shipped

    asked = Question(**given)
    answer = capacity_of(resolve(load(shipped.find(scenario), overrides or ())), asked)
    print_json(answer) if as_json else terminal_capacity.show(answer)
