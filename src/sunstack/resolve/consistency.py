"""Do the values of a scenario agree with each other, whichever layers they come from?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import jax.numpy as jnp
from jax import Array

from sunstack.errors import ScenarioError
from sunstack.scenario import Document

from .economics import idle_prices
from .values import READ_ONLY_IF, Origin

POWERS = ("idle_power", "power", "peak_power")
"""Of a payload, in rising order."""
ORDERED = (
    ("reliability.needed_drive_count", "reliability.drive_count"),
    ("environment.cycle_low_solar_flux_units", "environment.cycle_high_solar_flux_units"),
)
"""Pairs of which the first cannot be more than the second."""
LEAST_PAUSE_FRACTION = 0.5
"""Share of the protons that a pause misses at least."""
ENDS = ("fleet.replacement_age_years", "satellite.life_years")
"""The first that is given ends a satellite's service, or is what it is written off over."""
HORIZON = "fleet.horizon_years"


def check(document: Document, found: Mapping[str, Origin]) -> None:
    """Refuse values that contradict each other.

    Raises:
        ScenarioError: lists the contradictions.
    """
    problems = [
        f"{document.path}: {problem}"
        for rule in (_absorptance, _power_order, _orders, _pause, _idle_keys, idle_prices)
        for problem in rule(found)
    ]
    if problems:
        raise ScenarioError("\n".join(problems))


def agree(values: Mapping[str, Array]) -> Array:
    """Whether values in SI, traced by JAX, contradict each other nowhere: what `check` refuses."""
    cells = values["power.cell_efficiency"] * values["power.packing_fraction"]
    rising = [
        values[f"payload.{lower}_kw"] <= values[f"payload.{upper}_kw"]
        for lower, upper in pairwise(POWERS)
    ]
    ordered = [values[lower] <= values[upper] for lower, upper in ORDERED]
    pause = values["radiation.anomaly_pause_fraction"]
    held = (pause <= 0.0) | (pause >= LEAST_PAUSE_FRACTION)
    absorbed = cells < values["power.array_solar_absorptance_ratio"]
    return jnp.all(jnp.stack([absorbed, held, *rising, *ordered]))


def check_whole_lives(
    document: Document, found: Mapping[str, Origin], moved: Mapping[str, float] | None = None
) -> None:
    """Refuse to price satellites of which none is followed to its end.

    Args:
        document: the scenario.
        found: its values.
        moved: by a study, in the keys' own units, the highest of each; other keys may be among
            them.

    Raises:
        ScenarioError: a life is longer than the horizon.
    """
    if problem := cut_short(found, moved):
        raise ScenarioError(f"{document.path}: {problem}")


def cut_short(found: Mapping[str, Origin], moved: Mapping[str, float] | None = None) -> str | None:
    """Say that the horizon ends before a satellite's service does, or nothing.

    It is no contradiction: how many satellites there are is told over any horizon. Those that run
    until they fail or are obsolete may go on after it; their design life may not. Equipment on the
    ground may live longer: it is paid off by the year, whatever the horizon.
    """
    given = moved or {}
    value = {
        key: given.get(key, float(found[key].value)) for key in (*ENDS, HORIZON) if key in found
    }
    where = {key: "as a study moves it" if key in given else found[key].where for key in value}
    key = next(one for one in ENDS if one in value)
    if value[key] <= value[HORIZON]:
        return None
    return (
        f"{key}: {value[key]:g} ({where[key]}) is longer than {HORIZON}: {value[HORIZON]:g} "
        f"({where[HORIZON]}), so that no satellite is followed to its end, nor priced; write a "
        f"{HORIZON} of at least {value[key]:g}, or a shorter {key}"
    )


def _absorptance(found: Mapping[str, Origin]) -> Iterator[str]:
    """An array cannot turn into electricity more light than it absorbs."""
    cells, packing, absorbed = (
        found[f"power.{name}"]
        for name in ("cell_efficiency", "packing_fraction", "array_solar_absorptance_ratio")
    )
    if float(cells.value) * float(packing.value) >= float(absorbed.value):
        yield (
            f"{cells.key}: {cells.value} ({cells.where}) over {packing.key} of "
            f"{packing.value} ({packing.where}) would turn into electricity all that "
            f"{absorbed.key} of {absorbed.value} ({absorbed.where}) absorbs; write less"
        )


def _power_order(found: Mapping[str, Origin]) -> Iterator[str]:
    """Idle, mean and peak payload power must rise."""
    ladder = [found[f"payload.{name}_kw"] for name in POWERS]
    yield from _rising(ladder)


def _orders(found: Mapping[str, Origin]) -> Iterator[str]:
    """What cannot be more than something else."""
    for lower, upper in ORDERED:
        yield from _rising([found[lower], found[upper]])


def _rising(ladder: list[Origin]) -> Iterator[str]:
    for lower, upper in pairwise(ladder):
        if float(lower.value) > float(upper.value):
            unit = f" {lower.unit}" if lower.unit else ""
            yield (
                f"{lower.key}: {lower.value}{unit} ({lower.where}) is more than "
                f"{upper.key}: {upper.value}{unit} ({upper.where}); set both"
            )


def _pause(found: Mapping[str, Origin]) -> Iterator[str]:
    """The tables hold pauses that miss half of the protons or more."""
    pause = found["radiation.anomaly_pause_fraction"]
    if 0.0 < float(pause.value) < LEAST_PAUSE_FRACTION:
        yield (
            f"{pause.key}: {pause.value} ({pause.where}) lies outside the tables of radiation; "
            "write 0, or 0.5 to 0.95"
        )


def _idle_keys(found: Mapping[str, Origin]) -> Iterator[str]:
    """A key written for a model that is not chosen would change nothing."""
    for key, (other, word) in READ_ONLY_IF.items():
        written = key in found and found[key].kind in ("file", "override")
        if written and found[other].value != word:
            yield (
                f"{key}: {found[key].value} ({found[key].where}) changes nothing while {other} "
                f"is {found[other].value} ({found[other].where}); write {other}: {word}, or leave "
                "it out"
            )
