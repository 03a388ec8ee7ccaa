"""Which questions about machines that are led from afar can one ask on the command line?"""

from __future__ import annotations

from typing import Annotated

import typer

from . import AsJson, print_json


def control(
    plant: Annotated[str, typer.Option(help="robot or car.")] = "robot",
    delay_ms: Annotated[float, typer.Option(help="To orbit and back, at least.")] = 20.0,
    jitter_ms: Annotated[float, typer.Option(help="Mean of what comes on top.")] = 5.0,
    outage_ms: Annotated[float, typer.Option(help="Gap when satellites change.")] = 0.0,
    outage_every_s: Annotated[float, typer.Option(help="From gap to gap.")] = 15.0,
    loss_fraction: Annotated[float, typer.Option(help="Of loops that never close.")] = 0.0,
    ground_delay_ms: Annotated[
        float, typer.Option(help="To the nearest data centre on the ground and back.")
    ] = 20.0,
    ground_jitter_ms: Annotated[float, typer.Option(help="Mean of what comes on top.")] = 10.0,
    compute_ms: Annotated[float, typer.Option(help="For a decision, at every place.")] = 5.0,
    predicts: Annotated[bool, typer.Option(help="Whether policies reckon with delay.")] = True,
    push_n_s: Annotated[float, typer.Option(help="Robot: the hardest push.")] = 20.0,
    speed_km_per_h: Annotated[float, typer.Option(help="Car.")] = 108.0,
    trials: Annotated[int, typer.Option(help="For each place and delay.")] = 300,
    seed: Annotated[int, typer.Option(help="Of the draws.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Run a robot or a car from on board, from the ground, from orbit: what holds, how late."""
    given = {name: value for name, value in locals().items() if name != "as_json"}
    from sunstack.answers.control import Question, control_of
    from sunstack.report import terminal_control

    answer = control_of(Question(**given))
    print_json(answer) if as_json else terminal_control.show(answer)
