"""Who asks, where and when, and how many are answered from orbit in time?

What the catalogue's terminals ask for when the fleet's horizon ends, over cells of the Earth and
the hours of the day; how many of each class's requests come too late,

    delay = network, there and back + time to the first token (+ time between tokens)

with the network's delays those of the survey's cities, weighted by their people, each combined with
each wait for the first token; and which tasks of cars and robots can do with such a network.

Assumes: who is reached does not depend on what is asked; the time to the first token is exponential
about its mean, and late independently of the network; a loop's delays spread as those of people.
Leaves out: what a fleet puts off that is asked for more than it serves; mobile radio on the ground;
waits beyond the last of 21 quantiles, so that a fortieth of first tokens may be late and not seen.
Reference: see `disciplines.demand.deadlines` and `disciplines.control.tolerance`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from sunstack import serving
from sunstack.connections.nearest import Way
from sunstack.connections.survey import Survey
from sunstack.disciplines import control, demand
from sunstack.evaluate import Outcome
from sunstack.fleet import MONTH_S
from sunstack.resolve import Resolved
from sunstack.resolve.demand import Terminals, terminals, years
from sunstack.resolve.design import year_of
from sunstack.resolve.tasks import MACHINES, NamedTasks, tasks_of
from sunstack.units import YEAR_S

NETWORK_QUANTILES = 101
FIRST_TOKEN_QUANTILES = 21
NO_MESH = "no group makes a mesh"
UNREACHED = "no city is ever reached"
NOT_SERVED = "the fleet serves none of the language model"
AT_ONCE_S = 1e-6
"""On board: a way of no length at all has no logarithm."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Trips:
    """Round trips of places over all instants, and how many people each stands for."""

    duration_s: Numbers
    people_count: Numbers
    unreached_fraction: float
    """Of people, over all instants."""


@dataclass(frozen=True, kw_only=True)
class Late:
    """Requests of each class that come too late, of those that are reached; (classes,)."""

    first_token_fraction: Numbers
    answer_fraction: Numbers
    either_fraction: Numbers
    first_token_margin_s: Numbers
    unreached_fraction: float
    """Of people: their requests are missed besides."""
    network_mean_s: float
    first_token_s: float
    """Mean, without the network."""
    token_s: float


@dataclass(frozen=True, kw_only=True)
class Tolerant:
    """What one place that decides serves of one machine's tasks; (tasks,)."""

    median_s: float
    """There and back."""
    late_s: float
    """That 95 of 100 do not exceed."""
    tolerated_fraction: Numbers
    served: NDArray[np.bool_]
    whole_fraction: float
    """Of all tasks, classes alike."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Tasks of a car or a robot; where they may be decided."""

    name: str
    tasks: NamedTasks
    places: dict[str, Tolerant]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What terminals ask for at the horizon's end; rates by hour UTC."""

    year: float
    """With its fraction: the instant for which they are counted."""
    horizon_year: float
    is_held: bool
    """Whether the catalogue's counts end, or begin, elsewhere."""
    terminals: Terminals
    orbit: demand.Demand
    """Of what may be answered from orbit: (classes, 24)."""
    whole: demand.Demand
    """Of all, likewise."""
    orbit_by_region: demand.Demand
    """(classes, regions, 24)."""
    whole_by_region: demand.Demand
    cell_tokens_per_s: Numbers
    """Tokens of answers, likewise of all classes: (cells, 24)."""
    model: str
    late: Late | str
    """Or why nothing is said of it."""
    machines: tuple[Machine, ...]


def asked(resolved: Resolved, outcome: Outcome, survey: Survey | None) -> Asked | None:
    """Tell who asks; none where nobody does, or where the payload has no accelerators."""
    system = resolved.system
    if not system.asking.class_names or not system.service.model_names:
        return None
    begun = year_of(resolved.document.scenario.epoch)
    year, horizon, is_held = counted_year(begun, system.upkeep.month_count)
    found = terminals(year - 1.0)
    borne = _demand(demand.tolerant(found.spec), found.grid)
    every = _demand(found.spec, found.grid)
    trips = None if survey is None else round_trips(survey)
    return Asked(
        year=year,
        horizon_year=horizon,
        is_held=is_held,
        terminals=found,
        orbit=demand.in_the_world(borne),
        whole=demand.in_the_world(every),
        orbit_by_region=_by_region(borne, found),
        whole_by_region=_by_region(every, found),
        cell_tokens_per_s=np.asarray(borne.answer_tokens_per_s.sum(axis=0)),
        model=system.service.model_names[0],
        late=_late(found.spec, outcome, trips),
        machines=tuple(_machine(name, survey, trips) for name in MACHINES),
    )


_demand, _misses = jax.jit(demand.demand), jax.jit(demand.misses)
"""Compiled whole: op by op they are a hundred programs."""


def _by_region(given: demand.Demand, found: Terminals) -> demand.Demand:
    return demand.by_region(given, region=found.region_index, regions=len(found.region))


def counted_year(begun_year: float, months: int) -> tuple[float, float, bool]:
    """Return the year to count terminals for, the horizon's, and whether they differ.

    The catalogue's counts are of the ends of years: that of 2030 is of 2031.0.
    """
    first, last = (one + 1.0 for one in years())
    horizon = begun_year + months * MONTH_S / YEAR_S
    year = min(max(horizon, first), last)
    return year, horizon, year != horizon


# --- who is late ----------------------------------------------------------------------------------


def round_trips(survey: Survey) -> Trips:
    """Return the round trips of all places and instants: light, handling, frames and queues."""
    people = survey.cities.population_count
    reached = [
        (way, people[place])
        for ways in survey.ways
        for place, way in enumerate(ways)
        if isinstance(way, Way)
    ]
    radio_s = survey.access_s + survey.queueing_s
    weight = np.array([count for _, count in reached])
    return Trips(
        duration_s=np.array([2.0 * (way.up_s + way.space_s + radio_s) for way, _ in reached]),
        people_count=weight,
        unreached_fraction=1.0 - float(weight.sum()) / float(people.sum() * len(survey.ways)),
    )


def quantiles(values: Numbers, weights: Numbers, shares: Numbers) -> Numbers:
    """Return for each share the least value that so large a part of the weights has at most."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order]) / weights.sum()
    return values[order][np.minimum(np.searchsorted(reached, shares), len(values) - 1)]


def midpoints(count: int) -> Numbers:
    """Middles of equal parts of all."""
    return (np.arange(count) + 0.5) / count


def late(spec: demand.Spec, trips: Trips, *, first_token_s: float, token_s: float) -> Late:
    """Judge each class by the network's delays, crossed with those to the first token."""
    network_s = quantiles(trips.duration_s, trips.people_count, midpoints(NETWORK_QUANTILES))
    waits_s = -first_token_s * np.log1p(-midpoints(FIRST_TOKEN_QUANTILES))
    crossed = [one.ravel() for one in np.meshgrid(network_s, waits_s)]
    found = _misses(
        spec,
        demand.Delays(
            network_s=jnp.asarray(crossed[0]),
            queue_s=jnp.asarray(0.0),
            first_token_s=jnp.asarray(crossed[1]),
            token_s=jnp.asarray(token_s),
        ),
    )
    return Late(
        **{name: np.asarray(value) for name, value in vars(found).items()},
        unreached_fraction=trips.unreached_fraction,
        network_mean_s=float(np.average(trips.duration_s, weights=trips.people_count)),
        first_token_s=first_token_s,
        token_s=token_s,
    )


def _late(spec: demand.Spec, outcome: Outcome, trips: Trips | None) -> Late | str:
    if trips is None:
        return NO_MESH
    if not trips.duration_s.size:
        return UNREACHED
    found = paces(outcome)
    return NOT_SERVED if found is None else late(spec, trips, **found)


def paces(outcome: Outcome) -> dict[str, float] | None:
    """Return the first model's means over what groups serve of it; none where they serve none."""
    found = outcome.service
    stage = serving.STAGES.index("cooling")
    tokens = np.asarray(found.stage_tokens_per_s)[stage, 0] * np.asarray(outcome.satellite_count)
    serves = (tokens > 0.0) & (np.asarray(found.batch_count)[0] > 0.0)
    if not serves.any():
        return None

    def mean(times_s: Any) -> float:
        return float(np.average(np.asarray(times_s)[0][serves], weights=tokens[serves]))

    return {"first_token_s": mean(found.first_token_s), "token_s": mean(found.output_token_s)}


# --- what machines may leave to others ------------------------------------------------------------


def _machine(name: str, survey: Survey | None, trips: Trips | None) -> Machine:
    named = tasks_of(name)
    ends = np.array([0.5, 0.95])
    places = {"on board": tolerant(named, AT_ONCE_S, AT_ONCE_S)}
    if survey is not None:
        fibre_s = 2.0 * survey.ground.one_way_s
        places["ground"] = tolerant(
            named, *quantiles(fibre_s, survey.cities.population_count, ends)
        )
    if trips is not None and trips.duration_s.size:
        places["orbit"] = tolerant(named, *quantiles(trips.duration_s, trips.people_count, ends))
    return Machine(name=name, tasks=named, places=places)


def tolerant(named: NamedTasks, median_s: float, late_s: float) -> Tolerant:
    """Tell which tasks can do with delays of such quantiles, there and back."""
    # Cities that hold a data centre have a way of no length.
    median_s, late_s = (max(float(one), AT_ONCE_S) for one in (median_s, late_s))
    found = control.tolerated(named.asked, control.delays(median_s=median_s, late_s=late_s))
    return Tolerant(
        median_s=median_s,
        late_s=late_s,
        tolerated_fraction=np.asarray(found.tolerated_fraction),
        served=np.asarray(found.served),
        whole_fraction=float(control.served_fraction(found)),
    )
