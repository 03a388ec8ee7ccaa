"""How many samples does a study evaluate, next to a peer's evaluations, and what do slopes save?

A sample is the whole chain: orbits, power, heat, radiation, fifteen years of a fleet by month, its
costs and those on the ground. What the peer does instead stands in `study_peer`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
import study_costs
import study_peer
import timing
from numpy.typing import NDArray

from sunstack import scenario, study
from sunstack.evaluate import evaluate
from sunstack.resolve import Resolved, rebuilt, resolve
from sunstack.study.inputs import Input, inputs_of
from sunstack.study.model import ROWS, Model, model_of
from sunstack.study.objectives import objective, read
from sunstack.study.sampling import Drawn

SCENARIOS = Path(__file__).parents[1] / "scenarios"
COST = "economics.vintage.chip_usd_per_s@12"
OBJECTIVES = (COST, "ground.chip_usd_per_s@12")
AS_THE_PEER = (
    "launch.price_usd_per_kg",
    "power.array_areal_density_kg_per_m2",
    "thermal.radiator_areal_density_kg_per_m2",
    "reliability.chip_failure_fraction_per_year",
    "economics.sold_fraction",
)
"""What the peer's own Monte Carlo moves: price of launch, mass of array and radiator, failures of
accelerators, use."""
WITH_MARGINS = "all inputs, with margins"
ONE_AS_THE_PEER = "one AI1, the peer's five inputs"
MANY = 12
"""Inputs that matter most, by slope times range."""
WHOLE = (
    "payload.chip_count",
    "reliability.drive_count",
    "reliability.needed_drive_count",
    "launch.payload_mass_kg",
    "launch.adapter_mass_fraction",
    "satellite.mass_kg",
)
"""Numbers behind whole chips, drives and satellites on a flight: their slopes are smoothed ones."""
ROUNDS = 5
STEP_RATIO = 1e-6
"""Of a range: of differences."""
REPEATED = 30
"""Calls of slopes timed at once."""
SAMPLES = 100_000
MEANS = 0.005
"""Of a design looked at on fewer days, as margins are not asked for."""
DIFFERENCE = 1e-9
"""A sample against the same design evaluated by itself; sums are grouped otherwise."""
SLOPE_DIFFERENCE = 1e-6
"""Of a slope from central differences, over the largest of all inputs."""
Columns = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Work per core-second, and ratios to the peer's evaluations in the same rounds."""

    samples_per_core_s: dict[str, float]
    peer_per_core_s: float | None
    peer_cost_per_core_s: float | None
    ratio: dict[str, float]
    """To the peer's evaluations."""
    cost_ratio: dict[str, float]
    """To its cost model alone."""
    inputs: dict[str, int]
    most_important: list[str]


@dataclass(frozen=True, kw_only=True)
class Slopes:
    """All slopes of one outcome, against one-sided differences of as many rows."""

    inputs: int
    ratio: float
    slopes_core_s: float
    evaluations: float
    """Samples that would take as long."""


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A Monte Carlo study from end to end."""

    samples: int
    wall_s: float
    core_s: float
    told: int
    """Times its progress was told."""
    load_average: float


@dataclass(frozen=True, kw_only=True)
class Optimum:
    """The same optimum, found twice."""

    variables: int
    exact_evaluations: int
    difference_evaluations: int
    apart_ratio: float

    @property
    def ratio(self) -> float:
        """Evaluations that exact slopes save."""
        return self.difference_evaluations / self.exact_evaluations


def design(name: str, *overrides: str) -> Resolved:
    """A scenario that ships."""
    return resolve(scenario.load(SCENARIOS / f"{name}.yaml", list(overrides)))


def drawn_rows(model: Model, count: int = ROWS) -> Columns:
    """The first rows a Monte Carlo study of the model would draw."""
    return Drawn(model=model, count=count, seed=1).values(0)


# --- samples and the peer -------------------------------------------------------------------------


def measure(resolved: Resolved, model: Model, slopes: Columns) -> Rates:
    """Time samples with all inputs moving, with those that matter, and the peer's evaluations."""
    chosen = most_important(model, slopes)
    models = {
        "all inputs": model,
        f"{MANY} inputs": model_of(resolved, inputs=chosen, objectives=OBJECTIVES),
        WITH_MARGINS: whole_model(resolved, with_margins=True),
    }
    _check_samples(resolved, model)
    as_it_is = {name: one.rows(one.value[None])[COST][0] for name, one in models.items()}
    for name, cost in as_it_is.items():
        most = MEANS if name == WITH_MARGINS else DIFFERENCE
        if not abs(cost / as_it_is["all inputs"] - 1.0) <= most:
            raise SystemExit(f"one design, and different costs: {as_it_is}: nothing is timed")
    models |= _of_one_design()
    rivals = {name: _samples(one) for name, one in models.items()}
    rivals |= study_costs.rivals(resolved, model, COST)
    rivals |= study_peer.rivals()
    found = timing.in_turn(rivals, rounds=ROUNDS)
    peer = found.pop("peer", None)
    peer_cost = found.pop("peer's costs", None)
    return Rates(
        samples_per_core_s={name: one.rate for name, one in found.items()},
        peer_per_core_s=peer.rate if peer else None,
        peer_cost_per_core_s=peer_cost.rate if peer_cost else None,
        ratio=_ratios(found, peer),
        cost_ratio=_ratios(found, peer_cost),
        inputs={name: len(one.inputs) for name, one in models.items()},
        most_important=[one.key for one in chosen],
    )


def _of_one_design() -> dict[str, Model]:
    """What is most like the peer's: one design in one orbit, of a mass that follows from parts."""
    one = design("ai1", "satellite.mass_kg=auto")
    model = whole_model(one)
    _check_samples(one, model)
    few = model_of(one, inputs=inputs_of(one, AS_THE_PEER), objectives=OBJECTIVES)
    _check_samples(one, few)
    return {ONE_AS_THE_PEER: few, "one AI1, all inputs": model}


def _ratios(found: dict[str, timing.Measured], peer: timing.Measured | None) -> dict[str, float]:
    return {name: timing.faster(one, peer) for name, one in found.items()} if peer else {}


def most_important(model: Model, slopes: Columns) -> list[Input]:
    """Inputs whose range moves the first objective most, by its slopes at the design."""
    ends = [[float(one.si(np.array(end))) for end in (one.low, one.high)] for one in model.inputs]
    swing = np.abs(slopes * np.diff(np.array(ends), axis=1)[:, 0])
    return [model.inputs[place] for place in np.argsort(-swing)[:MANY]]


def _samples(model: Model) -> timing.Rival:
    rows = drawn_rows(model)
    return timing.Rival(run=lambda: model.rows(rows), work=len(rows))


def _check_samples(resolved: Resolved, model: Model) -> None:
    """A row of many is what its design evaluated by itself is."""
    rows = drawn_rows(model)
    many = model.rows(rows)
    keys = [one.key for one in model.inputs]

    @jax.jit
    def alone(values_si: jax.Array) -> list[jax.Array]:
        moved = dict(zip(keys, values_si, strict=True))
        system = rebuilt(resolved, moved, system=model.system)
        outcome = evaluate(system)
        return [read(objective(text), outcome, system) for text in OBJECTIVES]

    for number in (0, len(rows) - 1):
        ours = alone(model.si(rows[number]))
        for text, value in zip(OBJECTIVES, ours, strict=True):
            apart = abs(float(value) / many[text][number] - 1.0)
            if not apart <= DIFFERENCE:
                raise SystemExit(f"{text}: a sample is off by {apart:.1e}: nothing is timed")


# --- slopes ---------------------------------------------------------------------------------------


def measure_slopes(model: Model) -> tuple[Slopes, Columns]:
    """Time all slopes of one objective against as many differences; return them too."""
    whole = model.slope(COST)
    at = model.si(model.value)
    found = np.asarray(whole(at)[1])
    _check_slopes(model, whole)
    spans = np.array([STEP_RATIO * (one.high - one.low) for one in model.inputs])
    rows = model.si(np.concatenate([model.value[None], model.value + np.diag(spans)]))
    evaluated = model._many  # the benchmark times what is inside `rows`, without its padding
    rivals = {
        "slopes": timing.Rival(run=_repeated(whole, at), work=REPEATED),
        "differences": timing.Rival(run=lambda: jax.block_until_ready(evaluated(rows)), work=1),
    }
    timed = timing.in_turn(rivals, rounds=ROUNDS)
    slopes_s, differences_s = (1.0 / timed[name].rate for name in ("slopes", "differences"))
    return Slopes(
        inputs=len(model.inputs),
        ratio=timing.faster(timed["slopes"], timed["differences"]),
        slopes_core_s=slopes_s,
        evaluations=slopes_s / (differences_s / len(rows)),
    ), found


def _repeated(whole: Callable[[jax.Array], Any], at: jax.Array) -> Callable[[], None]:
    def run() -> None:
        for _ in range(REPEATED):
            jax.block_until_ready(whole(at))

    return run


def _check_slopes(model: Model, whole: Callable[[jax.Array], Any]) -> None:
    """Every slope is that of central differences, where no kink is: at a row that is drawn.

    The design itself stands at some: lives and first flights of whole years, in months.
    """
    at = drawn_rows(model)[0]
    slopes = np.asarray(whole(model.si(at))[1])
    smooth = [place for place, one in enumerate(model.inputs) if one.key not in WHOLE]
    spans = np.array([STEP_RATIO * (one.high - one.low) for one in model.inputs])
    moved = np.diag(spans)[smooth]
    values = model.rows(np.concatenate([at + moved, at - moved]))[COST].reshape(2, -1)
    per_unit = np.diag(np.asarray(model.si(np.diag(spans)) - model.si(np.zeros((len(spans),) * 2))))
    exact = 2.0 * (slopes * per_unit)[smooth]
    apart = np.abs(values[0] - values[1] - exact) / np.abs(exact).max()
    for place in np.flatnonzero(~(apart <= SLOPE_DIFFERENCE)):
        name = model.inputs[smooth[place]].key
        raise SystemExit(f"{name}: its slope is off by {apart[place]:.1e}: nothing is timed")


# --- a whole study, and an optimum ----------------------------------------------------------------


def measure_whole(resolved: Resolved, load_average: float) -> Whole:
    """Run a Monte Carlo study with all inputs, all margins and a progress that is told."""
    told: list[tuple[str, int, int]] = []
    wall, core = time.perf_counter(), time.process_time()
    study.montecarlo(
        resolved,
        objectives=OBJECTIVES,
        count=SAMPLES,
        seed=1,
        progress=lambda *now: told.append(now),
    )
    return Whole(
        samples=SAMPLES,
        wall_s=time.perf_counter() - wall,
        core_s=time.process_time() - core,
        told=len(told),
        load_average=load_average,
    )


VARIABLES = {
    "thermal.radiator_area_m2": (60.0, 300.0),
    "power.array_area_m2": (300.0, 1200.0),
    "power.battery_capacity_kwh": (10.0, 120.0),
    "payload.peak_power_kw": (125.0, 160.0),
    "thermal.loop_conductance_w_per_k": (8e3, 4e4),
}


def measure_optimum() -> Optimum:
    """Find the lightest AI1 that keeps its margins, on exact slopes and on differences."""
    lightest = design("ai1", "satellite.mass_kg=auto")
    found = {
        exact: study.best(
            study.program(
                lightest,
                variables=VARIABLES,
                target="system.mass.stated_mass_kg",
                without=("velocity_change",),
                exact=exact,
            ),
            starts=2,
        )
        for exact in (True, False)
    }
    exact, differences = found[True], found[False]
    if not (exact.is_feasible and differences.is_feasible):
        raise SystemExit("an optimum keeps its margins in one way and not in the other")
    return Optimum(
        variables=len(VARIABLES),
        exact_evaluations=exact.evaluations,
        difference_evaluations=differences.evaluations,
        apart_ratio=abs(differences.objective / exact.objective - 1.0),
    )


def whole_model(resolved: Resolved, *, with_margins: bool = False) -> Model:
    """All inputs, and what a unit of compute costs in orbit and on the ground."""
    return model_of(
        resolved, inputs=inputs_of(resolved), objectives=OBJECTIVES, with_margins=with_margins
    )
