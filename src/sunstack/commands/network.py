"""Which questions about links and the network can one ask on the command line?"""

from __future__ import annotations

from typing import Annotated

import typer

from . import AsJson, print_json


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
