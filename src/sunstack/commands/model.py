"""Which questions about language models on chips in orbit can one ask on the command line?"""

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
Engine = Annotated[str, typer.Option(help="Of those measured: trtllm, vllm or sglang.")]
Precision = Annotated[
    str, typer.Option(help="Of weights: fp16, fp8, fp8-blocks, fp4, fp4-experts or w4a16-experts.")
]
Power = Annotated[float | None, typer.Option(help="Of one accelerator; its peak if not given.")]
Requests = Annotated[
    float | None, typer.Option(help="Of a satellite; 0.7 of what it can serve if not given.")
]
Batch = Annotated[
    int | None, typer.Option(help="Sequences of a replica at once; the best if not given.")
]


def model(
    model: Model,
    chip: Chip = "gb300-nvl72",
    satellites: Annotated[int, typer.Option(help="How many.")] = 1,
    chips: Chips = None,
    engine: Engine = "vllm",
    precision: Precision = "fp8",
    input_tokens: Annotated[float, typer.Option(help="Of a request, mean.")] = 1000.0,
    output_tokens: Annotated[float, typer.Option(help="Of an answer, mean.")] = 400.0,
    token_ms: Annotated[float, typer.Option(help="Longest mean time between tokens.")] = 50.0,
    first_token_s: Annotated[float, typer.Option(help="Longest mean time to the first.")] = 2.0,
    power_kw: Power = None,
    requests_per_s: Requests = None,
    batch: Batch = None,
    link_gbit_per_s: Annotated[float, typer.Option(help="Of a laser, one way.")] = 100.0,
    link_km: Annotated[float, typer.Option(help="Length of a laser's way.")] = 1000.0,
    as_json: AsJson = False,
) -> None:
    """Serve a language model on chips in orbit: memory, tokens, delays, energy, what stops it."""
    given = {name: value for name, value in locals().items() if name != "as_json"}
    from sunstack.answers.model import Question, model_of
    from sunstack.report import terminal_model

    answer = model_of(Question(**given))
    print_json(answer) if as_json else terminal_model.show(answer)
