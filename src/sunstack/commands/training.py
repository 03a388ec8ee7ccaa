"""What can one ask on the command line of training language models in orbit?"""

from __future__ import annotations

from typing import Annotated

import typer

from . import AsJson, print_json

Model = Annotated[str, typer.Argument(help="Language model of the catalogue.")]
Chip = Annotated[str, typer.Option(help="Accelerator or rack of the catalogue.")]
Chips = Annotated[
    int | None,
    typer.Option(help="Accelerators of a satellite; those fast links join if not given."),
]
Tokens = Annotated[float, typer.Option(help="To train on; as Llama 3.1 405B if not given.")]
Precision = Annotated[str, typer.Option(help="Computed with: bf16 or fp8.")]
Efficiency = Annotated[
    float, typer.Option(help="Of the data sheet's rate, that a machine reaches by itself.")
]
Method = Annotated[
    str, typer.Option(help="synchronous: exchange at every step; diloco or streaming: seldom.")
]
Rows = Annotated[
    int | None, typer.Option(help="Planes side by side that lasers join; a square if not given.")
]
Slots = Annotated[int | None, typer.Option(help="Satellites of a plane; all if not given.")]
Power = Annotated[float | None, typer.Option(help="Of one accelerator; its peak if not given.")]
Eclipse = Annotated[float, typer.Option(help="Share of the time that shadow stops a job.")]
Dose = Annotated[float, typer.Option(help="Behind its shielding; Suncatcher's if not given.")]
Ground = Annotated[bool, typer.Option("--ground", help="Tell it of machines on the ground too.")]
Price = Annotated[
    float | None, typer.Option(help="Of an accelerator, for a cost: H100s were let for 1.5 to 7.")
]


def train(
    model: Model,
    chip: Chip = "gb300-nvl72",
    satellites: Annotated[int, typer.Option(help="How many.")] = 1000,
    chips: Chips = None,
    tokens: Tokens = 15.6e12,
    batch_tokens: Annotated[float, typer.Option(help="Of a step.")] = 16_777_216.0,
    sequence_tokens: Annotated[float, typer.Option(help="Of a text.")] = 8192.0,
    precision: Precision = "bf16",
    flop_efficiency: Efficiency = 0.43,
    method: Method = "synchronous",
    inner_steps: Annotated[float, typer.Option(help="From exchange to exchange.")] = 100.0,
    laser_gbps: Annotated[float, typer.Option(help="Of a laser, one way.")] = 100.0,
    hop_ms: Annotated[float, typer.Option(help="Light and processing to the next.")] = 0.05,
    rows: Rows = None,
    slots: Slots = None,
    power_kw: Power = None,
    eclipse_fraction: Eclipse = 0.0,
    period_minutes: Annotated[float, typer.Option(help="Of an orbit.")] = 96.0,
    dose_rad_per_year: Dose = 150.0,
    ground: Ground = False,
    usd_per_hour: Price = None,
    as_json: AsJson = False,
) -> None:
    """Train a language model in orbit: time, energy, what stops it; and on the ground."""
    given = {name: value for name, value in locals().items() if name != "as_json"}
    from sunstack.answers.training import Question, training_answer_of
    from sunstack.report import terminal_training

    answer = training_answer_of(Question(**given))
    print_json(answer) if as_json else terminal_training.show(answer)
