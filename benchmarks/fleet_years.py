"""How fast is fifteen years of a fleet, next to NumPy, and how fast are its slopes?

The NumPy twin steps many fleets side by side (a block of them in whole arrays, as a careful author
would), with the same tables by age; both give the same numbers, or nothing is timed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import timing
from numpy.typing import NDArray

from sunstack import fleet, scenario
from sunstack.disciplines import launch, reliability
from sunstack.evaluate import evaluate
from sunstack.fleet import MONTH_S, Spec
from sunstack.resolve import resolve

SCENARIO = Path(__file__).parents[1] / "scenarios" / "starmind-million.yaml"
ROCKET = "launch.rocket=starship-claimed-hourly"
MONTHS = 180
FLEETS = 256
BLOCK = 32
ROUNDS = 5
SLOPE_ROUNDS = 5
DIFFERENCE_RATIO = 1e-4

Block = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Rates and ratios."""

    fleets_per_core_s: float
    numpy_fleets_per_core_s: float
    ratio: float
    inputs: int
    slopes_ratio: float
    """Time of central differences over that of value and gradient."""


def measure() -> Measured:
    """Time both, and the slopes."""
    system = resolve(scenario.load(SCENARIO, [ROCKET])).system
    one = jax.tree.map(
        lambda leaf: jnp.asarray(leaf, dtype=jnp.float32), jax.jit(evaluate)(system).programme.fleet
    )
    successes = np.linspace(0.8, 0.99, FLEETS, dtype=np.float32)
    _check(one, successes)
    compiled = jax.jit(lambda values: jax.lax.map(lambda s: _course(one, s), values))
    twin = _Twin(one)
    rivals = {
        "sunstack": timing.Rival(
            run=lambda: jax.block_until_ready(compiled(successes)), work=FLEETS
        ),
        "numpy": timing.Rival(run=lambda: twin.run(successes), work=FLEETS),
    }
    found = timing.in_turn(rivals, rounds=ROUNDS)
    inputs, slopes = _slopes(one)
    return Measured(
        fleets_per_core_s=found["sunstack"].rate,
        numpy_fleets_per_core_s=found["numpy"].rate,
        ratio=timing.faster(found["sunstack"], found["numpy"]),
        inputs=inputs,
        slopes_ratio=slopes,
    )


def _course(one: Spec, success: Any) -> Any:
    cadence = replace(one.launch.cadence, success_fraction=success)
    moved = replace(one, launch=replace(one.launch, cadence=cadence))
    course = fleet.years(moved, month_count=MONTHS)
    return course.in_place_count, course.derelict_count, course.capacity_count


class _Twin:
    """The same months in NumPy, a block of fleets at a time."""

    def __init__(self, one: Spec) -> None:
        age_s = np.arange(MONTHS + 1, dtype=np.float32) * np.float32(MONTH_S)
        table = reliability.cohorts(one.reliability, one.policy, age_s=age_s, step_s=MONTH_S)
        self.failing, self.leaving, capacity = (
            np.asarray(values, dtype=np.float32)
            for values in (
                table.failing_fraction,
                table.withdrawn_fraction,
                table.capacity_fraction,
            )
        )
        possible = launch.flights_until_count(one.launch.cadence, time_s=age_s)
        self.flights = np.diff(np.asarray(possible, dtype=np.float32))
        self.wanted = np.asarray(one.wanted_count)
        self.disposal = np.float32(one.disposal_success_fraction)
        self.arriving = np.float32(1.0 - one.reliability.bus.dead_on_arrival_fraction)
        packed = launch.packing(
            one.launch.rocket, satellite_kg=one.satellite_kg, stowed_volume_m3=0.0
        )
        self.carried = np.asarray(packed.satellite_count, dtype=np.float32)
        decay_s, raising_s = np.asarray(one.decay_s), np.asarray(one.raising_s)
        down = np.clip((age_s - decay_s[:, None]) / MONTH_S + 1.0, 0.0, 1.0)
        self.down = down.astype(np.float32)
        placed = np.clip((age_s - raising_s[:, None]) / MONTH_S + 1.0, 0.0, 1.0)
        self.placed = placed.astype(np.float32)
        service = np.asarray(one.service_fraction, dtype=np.float32)
        self.serving = capacity * np.pad(service, ((0, 0), (0, 1)), mode="edge")

    def run(self, successes: Block) -> list[Block]:
        """Every fleet's in place, derelict and capacity, (fleets, months, groups)."""
        parts = [
            self._block(successes[start : start + BLOCK])
            for start in range(0, len(successes), BLOCK)
        ]
        return [np.concatenate(columns) for columns in zip(*parts, strict=True)]

    def _block(self, success: Block) -> list[Block]:
        shape = (len(success), len(self.wanted), MONTHS + 1)
        working, derelict = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        told = [np.zeros((len(success), MONTHS, len(self.wanted)), np.float32) for _ in range(3)]
        for month, flights in enumerate(self.flights):
            failed = working * self.failing
            working -= failed
            withdrawn = working * self.leaving
            working -= withdrawn
            derelict = _older(derelict)
            derelict[:, :, 0] += (failed + withdrawn * (1 - self.disposal)).sum(axis=2)
            derelict -= derelict * self.down
            working = _older(working)
            working[:, :, 0] = self._arrived(working.sum(axis=2), flights, success)
            placed = working * self.placed
            told[0][:, month] = placed.sum(axis=2)
            told[1][:, month] = derelict.sum(axis=2)
            asked = np.minimum(self.wanted / np.maximum(told[0][:, month], 1e-12), 1.0)
            told[2][:, month] = asked * (placed * self.serving).sum(axis=2)
        return told

    def _arrived(self, there: Block, flights: np.float32, success: Block) -> Block:
        arriving = success[:, None] * self.arriving
        wanted = np.maximum(self.wanted - there, 0) / arriving / self.carried
        until = np.cumsum(wanted, axis=1)
        flown = np.clip(flights - (until - wanted), 0, wanted)
        arrived: Block = flown * self.carried * arriving
        return arrived


def _older(cohorts: Block) -> Block:
    shifted = np.empty_like(cohorts)
    shifted[:, :, 0] = 0
    shifted[:, :, 1:] = cohorts[:, :, :-1]
    return shifted


def _check(one: Spec, successes: Block) -> None:
    """Both give the same."""
    ours = [np.asarray(values) for values in jax.vmap(lambda s: _course(one, s))(successes[:BLOCK])]
    for mine, theirs in zip(ours, _Twin(one).run(successes[:BLOCK]), strict=True):
        scale = np.abs(mine).max()
        if np.abs(mine - theirs).max() > DIFFERENCE_RATIO * scale:
            raise SystemExit("the fleet and its NumPy twin differ: nothing is timed")


def _slopes(one: Spec) -> tuple[int, float]:
    """Count the inputs, and compare their slopes in one call with central differences."""
    leaves, tree = jax.tree.flatten(one)
    moved = [index for index, leaf in enumerate(leaves) if leaf.ndim == 0][:20]
    begun = jnp.stack([leaves[index] for index in moved]).astype(jnp.float64)

    def outcome(factors: jax.Array) -> jax.Array:
        changed = list(leaves)
        for place, index in enumerate(moved):
            changed[index] = begun[place] * factors[place]
        course = fleet.years(jax.tree.unflatten(tree, changed), month_count=MONTHS)
        return course.capacity_count.mean() + 0.0 * course.derelict_count[-1].sum()

    whole = jax.jit(jax.value_and_grad(outcome))
    value = jax.jit(outcome)
    ones, step = jnp.ones(len(moved)), 1e-4 * jnp.eye(len(moved))

    def differences() -> list[float]:
        return [float(value(ones + turn)) - float(value(ones - turn)) for turn in step]

    rivals: dict[str, timing.Rival] = {
        "slopes": timing.Rival(run=lambda: jax.block_until_ready(whole(ones)), work=1),
        "differences": timing.Rival(run=differences, work=1),
    }
    found = timing.in_turn(rivals, rounds=SLOPE_ROUNDS)
    return len(moved), timing.faster(found["slopes"], found["differences"])
