"""How is the whole fleet stepped through its orbits?

A block of satellites at a time with time inside (`lax.map` over blocks, `lax.scan` over steps): the
state stays in the first-level cache and only sums leave the loop. Batches of blocks go to threads,
which run side by side because compiled code holds no interpreter lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack import operations
from sunstack.disciplines import orbit, thermal
from sunstack.serving import hinges
from sunstack.system import System
from sunstack.units import DAY_S

from .step import Design, Fixed, Instant, Reading, State, Tally, count, step

BLOCK_SATELLITES = 128
"""Satellites stepped together."""
BATCH_SATELLITES = 128 * BLOCK_SATELLITES
"""Satellites per compiled call: one thread's task, one tick of the progress bar."""

Precision = Literal["float32", "float64"]
Progress = Callable[[int], None]
"""Told the number of satellites finished since the last call; called from worker threads."""
Columns = dict[str, NDArray[Any]]


MEANS = ("sunlit_fraction", "array_power_w", "payload_power_w", "tokens_per_s", "heat_w")
"""Told of every satellite and group; tokens are those of the first language model."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """What a run leaves: means over whole orbits, extremes, and every satellite's last state."""

    epoch_s: NDArray[np.float64]
    """Starts of the runs after the scenario's epoch, shape (epochs,)."""
    planned: operations.Balance
    """What each plane was planned to do: the closed form in the middle of each run."""
    steps: int
    step_s: float
    group_means: Columns
    """Shape (epochs, groups): of `MEANS`."""
    group_extremes: Columns
    """Shape (epochs, groups): least_stored_j, hottest_chip_k, hottest_radiator_k."""
    satellites: Columns
    """Every satellite, shape (satellites,): means and extremes of the last run, its last state."""


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One satellite of some planes, step by step: shape (planes, steps)."""

    elapsed_s: NDArray[np.floating[Any]]
    columns: Columns


@dataclass(frozen=True, kw_only=True)
class _Fleet:
    """A system's satellites in order, and how their planes are run at each epoch."""

    system: System
    planned: operations.Balance
    plane: NDArray[np.int32]
    slot: NDArray[np.int32]
    step_s: float
    warm_steps: int
    precision: Precision


def simulate(
    system: System,
    *,
    epoch_s: NDArray[np.float64],
    duration_s: float = DAY_S,
    step_s: float = 60.0,
    precision: Precision = "float32",
    progress: Progress | None = None,
) -> Series:
    """Step every satellite of the fleet from each epoch on.

    One orbit is run before counting starts, so that batteries and temperatures forget where they
    began. Each satellite's means are over whole orbits.

    Args:
        epoch_s: starts of the runs, seconds after the scenario's epoch, shape (epochs,).
        duration_s: length of each run; at least one orbit.
        step_s: time step.
        precision: width of the fleet's state.
        progress: told of work done.
    """
    steps = round(duration_s / step_s)
    fleet = _fleet(system, np.asarray(epoch_s) + 0.5 * steps * step_s, step_s, precision)
    means, extremes = [], []
    columns: Columns = {}
    for epoch in range(len(epoch_s)):
        columns = _run_epoch(fleet, epoch, float(epoch_s[epoch]), steps, progress)
        means.append(_group_means(fleet, columns))
        extremes.append(_group_extremes(fleet, columns))
    return Series(
        epoch_s=np.asarray(epoch_s),
        planned=fleet.planned,
        steps=steps,
        step_s=step_s,
        group_means={name: np.stack([part[name] for part in means]) for name in means[0]},
        group_extremes={name: np.stack([part[name] for part in extremes]) for name in extremes[0]},
        satellites={"plane": fleet.plane, "slot": fleet.slot, **columns},
    )


def trace(
    system: System, *, planes: NDArray[np.int32], start_s: float, steps: int, step_s: float = 60.0
) -> Trace:
    """Follow the first satellite of some planes step by step, after one orbit of settling."""
    fleet = _fleet(system, np.array([start_s + 0.5 * steps * step_s]), step_s, "float64")
    design = _design(fleet, start_s)
    begin_s = start_s - fleet.warm_steps * step_s
    fixed, state = _prepare(
        system, _of_epoch(fleet, 0), planes, np.zeros_like(planes), begin_s, step_s, float(steps)
    )

    instants = _instants(system, start_s, -fleet.warm_steps, fleet.warm_steps + steps, step_s)
    reading, stored_j, radiator_k = jax.tree.map(
        lambda values: values[fleet.warm_steps :], _follow(design, fixed, state, instants)
    )
    columns = {
        "illumination_fraction": reading.illumination_fraction,
        "array_power_w": reading.array_w,
        "payload_power_w": reading.payload_w,
        "tokens_per_s": reading.tokens_per_s,
        "chip_temperature_k": reading.chip_k,
        "radiator_temperature_k": radiator_k,
        "stored_energy_j": stored_j,
    }
    return Trace(
        elapsed_s=np.arange(steps) * step_s,
        columns={name: np.asarray(values).T for name, values in columns.items()},
    )


@jax.jit
def _follow(
    design: Design, fixed: Fixed, state: State, instants: Instant
) -> tuple[Reading, Array, Array]:
    """Readings, stored energy and radiator temperature of satellites (n,), shape (steps, n)."""

    def one(now: State, instant: Instant) -> tuple[State, tuple[Reading, Array, Array]]:
        later, reading = step(design, fixed, now, instant)
        return later, (reading, later.stored_j, later.radiator_k)

    return jax.lax.scan(one, state, instants)[1]


def _fleet(
    system: System, planned_s: NDArray[np.float64], step_s: float, precision: Precision
) -> _Fleet:
    counts = np.asarray(system.orbits.satellite_count).astype(np.int64)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    periods = orbit.circular_period_s(semi_major_axis_m=system.orbits.semi_major_axis_m)
    return _Fleet(
        system=system,
        planned=operations.balance(system, elapsed_s=jnp.asarray(planned_s)),
        plane=np.repeat(np.arange(len(counts), dtype=np.int32), counts),
        slot=(np.arange(len(first)) - first).astype(np.int32),
        step_s=step_s,
        warm_steps=int(np.ceil(float(periods.max()) / step_s)),
        precision=precision,
    )


def _run_epoch(
    fleet: _Fleet, epoch: int, start_s: float, steps: int, progress: Progress | None
) -> Columns:
    """Run all batches from one epoch; the last is filled up with copies of its last satellite."""
    planned = _of_epoch(fleet, epoch)
    design = _design(fleet, start_s)
    instants = tuple(
        _narrow(_instants(fleet.system, start_s, first, number, fleet.step_s), fleet.precision)
        for first, number in ((-fleet.warm_steps, fleet.warm_steps), (0, steps))
    )
    total = len(fleet.plane)
    batch = min(BATCH_SATELLITES, -(-total // BLOCK_SATELLITES) * BLOCK_SATELLITES)

    def run(begin: int) -> Columns:
        members = np.minimum(np.arange(begin, begin + batch), total - 1)
        fixed, state = _narrow(
            _prepare(
                fleet.system,
                planned,
                fleet.plane[members],
                fleet.slot[members],
                start_s - fleet.warm_steps * fleet.step_s,
                fleet.step_s,
                float(steps),
            ),
            fleet.precision,
        )
        columns = _describe(design, fixed, *march(design, fixed, state, *instants))
        count_here = min(batch, total - begin)
        if progress:
            progress(count_here)
        return {name: np.asarray(values)[:count_here] for name, values in columns.items()}

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        parts = list(threads.map(run, range(0, total, batch)))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


HOT: dict[str, Any] = {
    "xla_cpu_prefer_vector_width": 512,
    "xla_backend_optimization_level": 3,
    "xla_llvm_disable_expensive_passes": False,
}
"""Optimised also in a program that asks JAX not to, as the tests do, most of which only compile."""


@partial(jax.jit, compiler_options=HOT)
def march(
    design: Design, fixed: Fixed, state: State, settle: Instant, counted: Instant
) -> tuple[State, Tally]:
    """Step satellites (n,) through `settle` uncounted, then through `counted`; n whole blocks."""

    def split(tree: Any) -> Any:
        return jax.tree.map(lambda leaf: leaf.reshape(-1, BLOCK_SATELLITES), tree)

    def block(one: tuple[Fixed, State]) -> tuple[State, Tally]:
        steady, begun = one
        begun, _ = jax.lax.scan(
            lambda now, instant: (step(design, steady, now, instant)[0], None), begun, settle
        )

        def tick(carried: tuple[State, Tally], instant: Instant) -> tuple[Any, None]:
            later, reading = step(design, steady, carried[0], instant)
            return (later, count(steady, carried[1], later, reading, instant)), None

        ended, _ = jax.lax.scan(tick, (begun, _empty_tally(begun.stored_j)), counted)
        return ended

    ended = jax.lax.map(block, (split(fixed), split(state)))
    flat: tuple[State, Tally] = jax.tree.map(jnp.ravel, ended)
    return flat


def _empty_tally(like: Array) -> Tally:
    zero = jnp.zeros_like(like)
    return Tally(
        lit=zero,
        array_w=zero,
        payload_w=zero,
        tokens_per_s=zero,
        rejected_w=zero,
        least_stored_j=jnp.full_like(like, jnp.inf),
        hottest_chip_k=zero,
        hottest_radiator_k=zero,
    )


@jax.jit
def _prepare(
    system: System,
    planned: dict[str, Array],
    plane: Array,
    slot: Array,
    begin_s: float,
    step_s: float,
    steps: float,
) -> tuple[Fixed, State]:
    """Constants and first state of satellites (n,), in float64."""
    orbits = jax.tree.map(lambda leaf: leaf[plane], system.orbits)
    ahead = 2.0 * jnp.pi * slot / orbits.satellite_count
    orbits = orbit.shifted(orbits, phase_rad=ahead)
    upright, flat = thermal.array_view_ends_ratio(semi_major_axis_m=orbits.semi_major_axis_m)
    period_steps = orbit.circular_period_s(semi_major_axis_m=orbits.semi_major_axis_m) / step_s
    fixed = Fixed(
        track=orbit.track(orbits, step_s=step_s),
        payload_sunlit_w=planned["payload_sunlit_w"][plane],
        payload_eclipse_w=planned["payload_eclipse_w"][plane],
        capacity_j=planned["capacity_j"][plane],
        upright_view_ratio=upright,
        flat_view_ratio=flat,
        radiator_view_ratio=thermal.radiator_view_ratio(
            system.thermal, semi_major_axis_m=orbits.semi_major_axis_m
        ),
        counted_steps=jnp.maximum(jnp.floor(steps / period_steps), 1.0) * period_steps,
    )
    radiator_k = planned["radiator_temperature_k"][plane]
    heat_w = fixed.payload_sunlit_w + system.power.bus_power_w
    return fixed, State(
        place=orbit.place(orbits, elapsed_s=begin_s),
        stored_j=jnp.where(planned["bus_is_fed"][plane], fixed.capacity_j, 0.0),
        plates_k=radiator_k + heat_w / system.thermal.loop_conductance_w_per_k,
        radiator_k=radiator_k,
    )


def _of_epoch(fleet: _Fleet, epoch: int) -> dict[str, Array]:
    """What every plane (planes,) was planned to do at one epoch."""
    planned = fleet.planned
    return {
        "payload_sunlit_w": planned.plan.payload_sunlit_w[:, epoch],
        "payload_eclipse_w": planned.plan.payload_eclipse_w[:, epoch],
        "radiator_temperature_k": planned.radiator_temperature_k[:, epoch],
        "bus_is_fed": planned.plan.bus_mean_w[:, epoch]
        >= fleet.system.power.bus_power_w * (1.0 - 1e-9),
        "capacity_j": fleet.system.power.battery_capacity_j
        * planned.battery_health_ratio[:, epoch],
    }


def _design(fleet: _Fleet, age_s: float) -> Design:
    system = fleet.system
    design: Design = _narrow(
        Design(
            power=system.power,
            thermal=system.thermal,
            environment=system.environment,
            tokens=hinges(system),
            age_s=jnp.asarray(age_s),
            step_s=jnp.asarray(fleet.step_s),
        ),
        fleet.precision,
    )
    return design


def _narrow(tree: Any, precision: Precision) -> Any:
    """Cast every number of a tree to the run's precision."""
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, dtype=precision), tree)


@partial(jax.jit, static_argnames=("number",))
def _instants(system: System, start_s: float, first: int, number: int, step_s: float) -> Instant:
    """Sun and index of steps `first` to `first + number`, shape (steps,)."""
    index = first + jnp.arange(number)
    days = (start_s + index * step_s) / DAY_S
    seen = orbit.sun(julian_day=system.epoch_julian_day + days)
    return Instant(
        direction_ratio=seen.direction_ratio,
        sunlight_w_per_m2=system.environment.solar_constant_w_per_m2 / seen.distance_ratio**2,
        index=index * 1.0,
    )


@jax.jit
def _describe(design: Design, fixed: Fixed, state: State, tally: Tally) -> dict[str, Array]:
    """Turn sums into means and states into columns, shape (satellites,)."""
    position = orbit.position_ratio(fixed.track, state.place)
    return {
        "sunlit_fraction": tally.lit / fixed.counted_steps,
        "array_power_w": tally.array_w / fixed.counted_steps,
        "payload_power_w": tally.payload_w / fixed.counted_steps,
        "tokens_per_s": tally.tokens_per_s / fixed.counted_steps,
        "heat_w": tally.rejected_w / fixed.counted_steps,
        "least_stored_j": tally.least_stored_j,
        "hottest_chip_k": tally.hottest_chip_k,
        "hottest_radiator_k": tally.hottest_radiator_k,
        "stored_j": state.stored_j,
        "radiator_k": state.radiator_k,
        "x_earth_radii": position[..., 0],
        "y_earth_radii": position[..., 1],
        "z_earth_radii": position[..., 2],
    }


def _by_group(fleet: _Fleet, values: NDArray[Any], reduce: np.ufunc) -> NDArray[np.float64]:
    """Reduce satellite values (satellites,) to groups (groups,)."""
    group = np.asarray(fleet.system.plane_group)[fleet.plane]
    # Satellites stand in order of their planes, planes in order of their groups.
    starts = np.searchsorted(group, np.arange(len(fleet.system.group_names)))
    return np.asarray(reduce.reduceat(values.astype(np.float64), starts))


def _group_means(fleet: _Fleet, columns: Columns) -> Columns:
    number = _by_group(fleet, np.ones(len(fleet.plane)), np.add)
    return {name: _by_group(fleet, columns[name], np.add) / number for name in MEANS}


def _group_extremes(fleet: _Fleet, columns: Columns) -> Columns:
    least = {"least_stored_j": _by_group(fleet, columns["least_stored_j"], np.minimum)}
    return least | {
        name: _by_group(fleet, columns[name], np.maximum)
        for name in ("hottest_chip_k", "hottest_radiator_k")
    }
