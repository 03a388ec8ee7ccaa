"""Which questions about money can one ask on the command line?"""

from __future__ import annotations

from typing import Annotated

import typer

from . import AsJson, Overrides, Scenario, print_json


def cost(
    scenario: Scenario,
    year: Annotated[
        int | None, typer.Option(help="Calendar year of launch; all if not given.")
    ] = None,
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Tell what a unit of compute costs in orbit: on every basis, by part and by year."""
    from sunstack.answers.economics import cost_of
    from sunstack.report import terminal_economics
    from sunstack.resolve import resolve
    from sunstack.scenario import load, shipped

    answer = cost_of(resolve(load(shipped.find(scenario), overrides or ())), year=year)
    print_json(answer) if as_json else terminal_economics.show(answer)
