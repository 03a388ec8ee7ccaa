"""What may one ask about a language model on chips in orbit?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from jax import Array

from sunstack.disciplines import compute
from sunstack.errors import ScenarioError
from sunstack.resolve import calibration, chips
from sunstack.resolve.numbers import scalar
from sunstack.scenario import describe
from sunstack.units import to_si

CHIP = "gb300-nvl72"
LARGEST_BATCH = 4096
MOST_CHIPS = 72
"""Of a satellite unless more are asked for: a rack's. Links of a pod join thousands, which no one
satellite carries."""
RANGES = {
    "satellites": (1, 1e6),
    "chips": (1, 1e5),
    "batch": (1, LARGEST_BATCH),
    "requests_per_s": (1e-6, 1e6),
    "link_gbit_per_s": (1e-3, 1e7),
    "link_km": (1e-3, 1e9),
}
"""What may be asked for besides what a scenario's service may say."""
SERVICE_KEYS = {
    "input_tokens": "service.input_token_count",
    "output_tokens": "service.output_token_count",
    "token_ms": "service.token_ms",
    "first_token_s": "service.first_token_s",
}
OTHER_KEYS = (
    "service.length_variation_ratio",
    "service.arrival_variation_ratio",
    "service.chunk_token_count",
    "service.workspace_fraction",
    "service.load_fraction",
)
"""Of which a scenario's defaults are taken."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A language model, the chips that serve it, and who asks."""

    model: str
    chip: str = CHIP
    satellites: int = 1
    chips: int | None = None
    """Of a satellite; as many as fast links join if not given, at most `MOST_CHIPS`."""
    engine: str = "vllm"
    precision: str = "fp8"
    input_tokens: float = 1000.0
    output_tokens: float = 400.0
    token_ms: float = 50.0
    """Bound on the mean time between tokens."""
    first_token_s: float = 2.0
    """Bound on the mean time to the first."""
    power_kw: float | None = None
    """Of one accelerator; its peak if not given."""
    requests_per_s: float | None = None
    """Of a satellite; a share of what it can serve if not given."""
    batch: int | None = None
    """Sequences of a replica at once; the best if not given."""
    link_gbit_per_s: float = 100.0
    """Of a laser between satellites, one way, as Starlink's."""
    link_km: float = 1000.0


def check(asked: Question) -> None:
    """Refuse what cannot be answered, every problem of a kind at once.

    Raises:
        ScenarioError: a number is none or beyond its range.
        CatalogueError: no such model, chip, engine or precision, or a number of one is missing.
    """
    _check_numbers(asked)
    calibration.precision(asked.precision)
    calibration.calibration(asked.engine)
    _check_machine(asked, chips.accelerator(asked.chip))


def _check_numbers(asked: Question) -> None:
    """Tell of every number that is none or beyond its range."""
    ranges = {name: describe(key) for name, key in SERVICE_KEYS.items()}
    bounds = RANGES | {name: (one.low, one.high) for name, one in ranges.items()}
    wrong = []
    for name, (least, most) in bounds.items():
        value = getattr(asked, name)
        if value is not None and not (math.isfinite(value) and least <= value <= most):
            wrong.append(f"{name}: {value:g} is out of place; write {least:,.12g} to {most:,.12g}")
    if wrong:
        raise ScenarioError("\n".join(wrong))


def _check_machine(asked: Question, one: compute.Accelerator) -> None:
    """Tell of a power that the chip has no use for, and of texts longer than the model's."""
    wrong = []
    least, most = float(one.idle_power_w) / 1e3, float(one.peak_power_w) / 1e3
    if asked.power_kw is not None and not least < asked.power_kw <= most:
        wrong.append(
            f"power_kw: {asked.power_kw:g} is out of place: an accelerator of {asked.chip} draws "
            f"{least:g} idle and {most:g} at most; write a number above {least:g}, up to {most:g}"
        )
    longest = float(chips.language_model(asked.model).context_token_count)
    if asked.input_tokens + asked.output_tokens > longest:
        wrong.append(
            f"input_tokens, output_tokens: {asked.input_tokens + asked.output_tokens:,g} together "
            f"are beyond the context of {asked.model}; write at most {longest:,.0f}"
        )
    if wrong:
        raise ScenarioError("\n".join(wrong))


def numbers(asked: Question) -> dict[str, Array]:
    """Return a scenario's numbers of a service, in SI: those asked for, and defaults."""
    told = {key: getattr(asked, name) for name, key in SERVICE_KEYS.items()}
    told |= {key: describe(key).default for key in OTHER_KEYS}
    return {key: scalar(to_si(key, float(value))) for key, value in told.items()}
