"""When is each group filled, on which ramp, and how surely?

The scenario's own rocket, and three ramps beside it: as planned and permitted, as claimed for 2027,
as claimed for the years after. What a schedule rests on (payload, success, pads, vehicles,
turnarounds, flights a year) is drawn from the ranges of its values, each by itself from a triangle
whose top is the value; a group counts as filled when 99 % of what it wants is alive.

Leaves out: that delays come together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack import fleet
from sunstack.disciplines import launch
from sunstack.fleet import Years
from sunstack.programme import Programme
from sunstack.resolve import Resolved
from sunstack.resolve.launching import SCHEDULE_KEYS, drawn, launches, mean_inclination_rad, ranges
from sunstack.resolve.numbers import Numbers, firm
from sunstack.resolve.values import ROCKET, Origin, origins

RAMPS = ("starship-v3", "starship-claimed-daily", "starship-claimed-hourly")
FILLED_FRACTION = 0.99
CHANCES = (0.1, 0.5, 0.9)
"""Shares of the draws in which a group is filled by the months told."""


@dataclass(frozen=True, kw_only=True)
class Ramp:
    """A fleet's years on one rocket."""

    rocket: str
    origins: Mapping[str, Origin]
    fleet: fleet.Spec
    years: Years
    drawn_month_filled_count: NDArray[np.int64]
    """Months until each group is filled, the horizon + 1 if never; shape (draws, groups)."""

    @property
    def month_filled_count(self) -> NDArray[np.int64]:
        """The same at the values themselves, shape (groups,)."""
        return np.asarray(_month_filled(self.fleet, self.years))


def ramps(resolved: Resolved, found: Programme, *, rockets: tuple[str, ...] = RAMPS) -> list[Ramp]:
    """Follow the fleet on the scenario's rocket, and on others.

    Args:
        resolved: the scenario.
        found: its fleet on its own rocket.
        rockets: names of the catalogue.

    Raises:
        ScenarioError: a rocket is not known.
        CatalogueError: a rocket lacks a number.
    """
    own = str(resolved.origins[ROCKET].value)
    others = [
        _ramp(resolved, found, name, origins(resolved.document, rocket=name))
        for name in rockets
        if name != own
    ]
    first = _ramp(resolved, found, own, resolved.origins, known=found.years)
    return [first, *others]


def lifts(spec: fleet.Spec) -> bool:
    """Whether a rocket brings at least one satellite to every group."""
    packed = launch.packing(
        spec.launch.rocket,
        satellite_kg=spec.satellite_kg,
        stowed_volume_m3=spec.stowed_volume_m3,
    )
    return bool(np.all(np.asarray(packed.satellite_count) >= 1.0))


def _ramp(
    resolved: Resolved,
    found: Programme,
    rocket: str,
    values: Mapping[str, Origin],
    *,
    known: Years | None = None,
) -> Ramp:
    """Follow the fleet on a rocket, unless its years are known (and drawn, if they are)."""
    number, system = Numbers(values), resolved.system
    build = partial(
        launches,
        words=number,
        inclination_rad=mean_inclination_rad(system.orbits.inclination_rad, system.plane_group),
    )
    spec = firm(replace(found.fleet, launch=build(number)))
    months = system.upkeep.month_count
    sampled = _sampled(build, values, seed=resolved.document.scenario.seed)
    return Ramp(
        rocket=rocket,
        origins=values,
        fleet=spec,
        years=known or fleet.years(spec, month_count=months),
        drawn_month_filled_count=np.asarray(_drawn_month_filled(spec, sampled, month_count=months)),
    )


def _sampled(
    build: Callable[[Mapping[str, Array]], launch.Spec], values: Mapping[str, Origin], *, seed: int
) -> launch.Spec:
    """Draw so many rockets and cadences, every number with a leading axis."""
    number, known = Numbers(values), ranges(values)
    given = {
        key: number[key]
        for key, origin in values.items()
        if key.startswith("launch.") and not isinstance(origin.value, str)
    }
    draws = int(float(values["fleet.schedule_draw_count"].value))
    return jax.vmap(build)(_drawn_values(given, known, seed, draw_count=draws))


@partial(jax.jit, static_argnames=("draw_count",))
def _drawn_values(
    given: Mapping[str, Array],
    known: Mapping[str, tuple[float, float]],
    seed: int,
    *,
    draw_count: int,
) -> Mapping[str, Array]:
    keys = jax.random.split(jax.random.key(seed), draw_count)
    # Compiling sorts names; each number keeps its own draws by its place in the list.
    listed = {name: known[name] for name in SCHEDULE_KEYS if name in known}
    found: Mapping[str, Array] = jax.vmap(lambda key: drawn(given, listed, key=key))(keys)
    return found


def _month_filled(spec: fleet.Spec, years: Years) -> Array:
    return fleet.month_filled_count(
        years, wanted_count=spec.wanted_count, share_fraction=FILLED_FRACTION
    )


@partial(jax.jit, static_argnames=("month_count",))
def _drawn_month_filled(spec: fleet.Spec, sampled: launch.Spec, *, month_count: int) -> Array:
    def one(ramp: launch.Spec) -> Array:
        drawn_spec = replace(spec, launch=ramp)
        return _month_filled(drawn_spec, fleet.years(drawn_spec, month_count=month_count))

    months: Array = jax.lax.map(one, sampled, batch_size=64)
    return months


def chances(ramp: Ramp) -> list[dict[str, Any]]:
    """For each group, by when it is filled in 10, 50, 90 % of the draws, and in which share."""
    horizon, months = ramp.years.flight_count.shape[0], ramp.drawn_month_filled_count
    return [_chances(column, horizon) for column in np.sort(months, axis=0).T]


def _chances(months: NDArray[np.int64], horizon: int) -> dict[str, Any]:
    places = [math.ceil(chance * len(months)) - 1 for chance in CHANCES]
    at = [int(months[place]) for place in places]
    return {
        "chance_filled_fraction": float((months <= horizon).mean()),
        "month_filled_by_chance": [month if month <= horizon else None for month in at],
    }
