"""Which questions about who asks can one ask on the command line?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from . import AsJson, Overrides, Scenario, print_json

Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy", help="overhead, nearest, sunlight or load; repeatable. All if none is named."
    ),
]


def day(
    scenario: Scenario = "starmind-million",
    policy: Policies = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day; the first simulated if not given."),
    ] = None,
    filled: Annotated[
        bool, typer.Option("--filled", help="All satellites as given, not the horizon's fleet.")
    ] = False,
    demand_ratio: Annotated[float, typer.Option(help="Of what the world asks.")] = 1.0,
    overrides: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Follow a day of demand round the Earth: who is answered, by which satellites, how late."""
    from sunstack.answers.day import day_of
    from sunstack.report import terminal_day
    from sunstack.resolve import resolve
    from sunstack.scenario import load, shipped

    answer = day_of(
        resolve(load(shipped.find(scenario), overrides or ())),
        policies=policy or (),
        on=on.date() if on else None,
        is_filled=filled,
        demand_ratio=demand_ratio,
    )
    print_json(answer) if as_json else terminal_day.show(answer)
