"""What did a run compute, before it is put into words?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import jax.numpy as jnp
import numpy as np

from sunstack import operations, serving
from sunstack.asked import Asked, asked
from sunstack.connections.capacity import Question, capacity
from sunstack.connections.designs import Designs, designs
from sunstack.connections.survey import Survey, survey
from sunstack.day import Day, day
from sunstack.derelicts import Derelicts, derelicts
from sunstack.disciplines import orbit
from sunstack.eclipse_map import EclipseMap, eclipse_maps
from sunstack.evaluate import Outcome, evaluate
from sunstack.exposure import Exposure, exposure
from sunstack.levers import Lever, levers
from sunstack.operations import Balance
from sunstack.resolve import Resolved
from sunstack.scenario import Document
from sunstack.schedule import Ramp, ramps
from sunstack.simulate import Precision, Series, Trace, simulate, trace
from sunstack.system import System
from sunstack.units import DAY_S, HOUR_S

TRACE_ORBITS = 2

Progress = Callable[[str, int, int], None]
"""Told the stage, and how many satellites of how many are done in it."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Everything `find` computed."""

    resolved: Resolved
    outcome: Outcome
    corrected: Outcome | None
    """With exact sun-synchronous inclinations, where a group meant to have one misses it."""
    first_year: Balance
    """Every plane on every day."""
    hottest: dict[str, np.ndarray[Any, Any]]
    """Radiator's heat by source, limit and day of each group's hottest orbit of the last year."""
    eclipse_maps: tuple[EclipseMap, ...]
    exposure: Exposure
    ramps: list[Ramp]
    """The fleet's years on the scenario's rocket, then on others."""
    derelicts: Derelicts
    survey: Survey | None
    """What places find of the network; none where no group makes a mesh."""
    capacity: dict[str, Any] | None
    """What the network carries at the epoch, with as many satellites working as in the survey."""
    designs: Designs | str | None
    """Lasers and phasing of the largest shell, where they are searched; or why none are found."""
    asked: Asked | None
    """By whom, and who is answered in time; none where nobody asks or nothing can answer."""
    levers: tuple[Lever, ...]
    """What moves the company's cash and value; none where there is no company."""
    day: Day | str
    """The first simulated day of what is asked, followed round the Earth; or why it is not."""
    planned: dict[str, np.ndarray[Any, Any]]
    """What the closed form gives at the simulated epochs, shape (epochs, groups)."""
    series: Series
    trace: Trace


def find(resolved: Resolved, *, progress: Progress | None = None) -> Findings:
    """Compute everything."""
    tell = progress or (lambda stage, done, total: None)
    document, system = resolved.document, resolved.system
    tell("evaluating", 0, 0)
    outcome = evaluate(system)
    epochs = resolved.epochs
    epoch_s = np.array([(day - document.scenario.epoch).days * DAY_S for day in epochs])
    total = int(np.asarray(system.orbits.satellite_count).sum()) * len(epochs)
    settings = _settings(resolved)
    counted = _Counter(lambda done: tell("simulating", done, total))
    series = simulate(
        system,
        epoch_s=epoch_s,
        duration_s=settings["duration_s"],
        step_s=settings["step_s"],
        precision=_precision(document),
        progress=counted.add,
    )
    tell("connecting", 0, 0)
    seen = survey(
        system, working_fraction=working_fraction(outcome, system), seed=document.scenario.seed
    )
    carried = _capacity(system, seen, tell)
    tell("following a day", 0, 0)
    who = asked(resolved, outcome, seen)
    followed = day(resolved, outcome, seen, who, start_s=float(epoch_s[0]))
    tell("launching", 0, 0)
    first_year, last_year = operations.lifetime(system)[:2]
    return Findings(
        resolved=resolved,
        outcome=outcome,
        corrected=_corrected(system),
        first_year=first_year,
        hottest=_hottest(system, last_year),
        eclipse_maps=eclipse_maps(system),
        exposure=exposure(system),
        ramps=ramps(resolved, outcome.programme),
        derelicts=derelicts(system, outcome.programme),
        survey=seen,
        capacity=carried,
        designs=_designs(resolved, seen, tell),
        levers=levers(system, outcome.programme, outcome.service),
        asked=who,
        day=followed,
        planned=_planned(series, system),
        series=series,
        trace=_trace(system, series, settings["step_s"]),
    )


def working_fraction(outcome: Outcome, system: System) -> dict[str, float]:
    """Of each group's satellites in orbit at the horizon, the share that is not derelict.

    The network is that of the whole constellation as given, with so many of its satellites alive: a
    fleet still being filled has gaps that no rule here lays out. Derelicts whose places have been
    taken by others count too, so that rather too few are taken to live; all where none has flown.
    """
    years = outcome.programme.years
    orbiting = np.asarray(years.in_place_count[-1] + years.derelict_count[-1])
    alive = np.asarray(years.in_place_count[-1])
    shares = np.where(orbiting > 0.0, alive / np.maximum(orbiting, 1e-9), 1.0)
    return dict(zip(system.group_names, np.clip(shares, 0.0, 1.0).tolist(), strict=True))


def _capacity(system: System, seen: Survey | None, tell: Progress) -> dict[str, Any] | None:
    """As the survey, of nothing where no group makes a mesh, and with the same ones working."""
    if seen is None:
        return None
    tell("weighing capacity", 0, 0)
    return capacity(system, Question(), working_fraction=seen.working_fraction)


def _designs(resolved: Resolved, seen: Survey | None, tell: Progress) -> Designs | str | None:
    if seen is None or resolved.origins["network.mesh_search"].value == "none":
        return None
    tell("searching lasers", 0, 0)
    computing = slice(seen.access_count, None)
    return designs(
        resolved.system,
        seen.skeletons[computing],
        seen.has_across[computing],
    )


class _Counter:
    """Adds up what worker threads report."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self.done, self.tell, self.lock = 0, tell, Lock()

    def add(self, more: int) -> None:
        with self.lock:
            self.done += more
            self.tell(self.done)


def _settings(resolved: Resolved) -> dict[str, float]:
    found = resolved.origins
    return {
        "step_s": float(found["simulation.step_s"].value),
        "duration_s": float(found["simulation.duration_hours"].value) * HOUR_S,
    }


def _precision(document: Document) -> Precision:
    return document.scenario.simulation.precision


def _corrected(system: System) -> Outcome | None:
    """Evaluate with exact sun-synchronous inclinations where they were meant but missed."""
    meant = system.sun_synchronous_intended[system.plane_group]
    exact = orbit.sun_synchronous_inclination_rad(
        semi_major_axis_m=system.orbits.semi_major_axis_m,
        eccentricity_ratio=system.orbits.eccentricity_ratio,
    )
    inclination = jnp.where(meant, exact, system.orbits.inclination_rad)
    if bool(jnp.all(jnp.abs(inclination - system.orbits.inclination_rad) < 1e-3)):
        return None
    exact_system = replace(system, orbits=replace(system.orbits, inclination_rad=inclination))
    return evaluate(exact_system)


def _hottest(system: System, run: Balance) -> dict[str, np.ndarray[Any, Any]]:
    """Heat by source where each group's radiator is hottest in the last year, (groups,)."""
    elapsed_s = operations.first_and_last_year_s(system)[1]
    heat = operations.radiator_heat(system, run, elapsed_s=elapsed_s)
    shown = {name: np.asarray(values) for name, values in heat.items()}
    shown["radiator_temperature_k"] = np.asarray(run.radiator_temperature_k)
    shown["heat_limit_w"] = np.asarray(run.heat_limit_w)
    shown["elapsed_s"] = np.broadcast_to(np.asarray(elapsed_s), shown["emitted_w"].shape)
    group = np.asarray(system.plane_group)
    places = [
        _largest(np.where((group == number)[:, None], shown["radiator_temperature_k"], -np.inf))
        for number in range(len(system.group_names))
    ]
    return {name: np.array([values[place] for place in places]) for name, values in shown.items()}


def _largest(values: np.ndarray[Any, Any]) -> tuple[int, int]:
    plane, day = np.unravel_index(int(np.argmax(values)), values.shape)
    return int(plane), int(day)


def _planned(series: Series, system: System) -> dict[str, np.ndarray[Any, Any]]:
    """What the closed form gives in the middle of each run, shape (epochs, groups)."""
    planes = {
        "sunlit_fraction": series.planned.sunlit_fraction,
        "array_power_w": series.planned.array_power_w,
        "payload_power_w": series.planned.plan.payload_mean_w,
        "tokens_per_s": _planned_tokens(series, system),
        "heat_w": series.planned.heat_w,
    }
    return {
        name: np.asarray(operations.group_mean(system, values)).T for name, values in planes.items()
    }


def _planned_tokens(series: Series, system: System) -> Any:
    """Tokens a second of the first language model, none without accelerators, (planes, epochs)."""
    run = series.planned
    if not system.service.model_names:
        return jnp.zeros_like(run.sunlit_fraction)
    laid_out = serving.curve(system)
    return serving.planned_tokens_per_s(system, laid_out, plan=run.plan, run=run)[0]


def _trace(system: System, series: Series, step_s: float) -> Trace:
    """Follow each group's first satellite for two orbits of the slowest, on its darkest day run."""
    first = np.searchsorted(np.asarray(system.plane_group), np.arange(len(system.group_names)))
    axes_m = system.orbits.semi_major_axis_m[first]
    slowest_s = float(jnp.max(orbit.circular_period_s(semi_major_axis_m=axes_m)))
    steps = max(int(TRACE_ORBITS * slowest_s / step_s), 2)
    darkest = np.asarray(series.planned.sunlit_fraction)[first].argmin(axis=1)
    start_s = series.epoch_s[darkest]
    parts = {
        start: trace(
            system,
            planes=first[start_s == start].astype(np.int32),
            start_s=float(start),
            steps=steps,
            step_s=step_s,
        )
        for start in np.unique(start_s)
    }
    return _in_order(parts, start_s)


def _in_order(parts: Mapping[float, Trace], start_s: np.ndarray[Any, Any]) -> Trace:
    """Join traces that began at different instants, each group's in its place."""
    whole = next(iter(parts.values()))
    columns = {
        name: np.empty((len(start_s), values.shape[1]), dtype=values.dtype)
        for name, values in whole.columns.items()
    }
    for start, part in parts.items():
        for name, values in part.columns.items():
            columns[name][start_s == start] = values
    begun = np.repeat(start_s[:, None], len(whole.elapsed_s), axis=1)
    return replace(whole, columns=columns | {"start_s": begun})
