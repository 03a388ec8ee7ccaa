"""Who is answered through a day, by the satellites overhead, in sunlight, or anywhere free?

The world's demand at instants of one UTC day, against what the satellites that are there then can
give (`supply`), routed by four rules (`routing`):

    overhead   by satellites that the place sees, and none else
    nearest    by those, then over the mesh by the nearest that are free
    sunlight   the same, by satellites in sunlight alone
    load       evenly over all satellites that the mesh reaches

Assumes: delays by distance as measured at one instant (`connections.reach`); a fluid.
Leaves out: what is put off till later, sessions that stay where they began, what a full radio link
or laser holds back, and the queue of a satellite that is nearly full.
Reference: see `asking`, `supply`, `routing` and `disciplines.demand.deadlines`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from sunstack import operations, serving
from sunstack.asked import NOT_SERVED, Asked, paces
from sunstack.connections.survey import Survey
from sunstack.disciplines import demand
from sunstack.evaluate import Outcome
from sunstack.resolve import Resolved
from sunstack.system import System
from sunstack.units import DAY_S

from .asking import OVERHEAD_RING, Askers, Pool, Ways, askers, ways
from .fleet import flown, in_place, pools_of
from .routing import Flows, evenly, nearest_first, quotients
from .supply import LIGHTS, Supply, supply

POLICIES = ("overhead", "nearest", "sunlight", "load")
NOBODY_ASKS = (
    "nobody asks of orbit (service.terminals), or no accelerators of the payload are known"
)
LATE_FRACTION = 0.95
WAITS = 21
LOADS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
"""What is asked for over what all satellites could give, means of the day."""
LOAD_INSTANTS = 8

Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Routed:
    """A day under one policy; shape (classes,) unless said."""

    name: str
    served_tokens_per_s: Numbers
    """Shape (classes, instants)."""
    late_fraction: Numbers
    """Of what is served: past its deadline for the first token or the last."""
    missed_fraction: Numbers
    """Of what is asked: not served, or late."""
    delay_mean_s: Numbers
    """The network's, there and back."""
    delay_late_s: Numbers
    """That 95 of 100 do not exceed."""
    sunlit_fraction: float
    """Of tokens served: those that satellites in sunlight serve."""
    used_fraction: Numbers
    """Of what each group could give, shape (groups, instants)."""
    idle_count: Numbers
    """Satellites' worth without work, of all in place, shape (instants,)."""
    payload_power_w: Numbers
    """Of all payloads, idle ones with them, shape (instants,)."""
    working_power_w: Numbers
    """Of those at work, likewise."""
    battery_power_w: Numbers
    """Of that, what batteries give."""
    met_fraction: Numbers
    """Of what each cell asks, shape (askers, instants)."""
    met_at_load_fraction: Numbers
    """Of all, were as large a part of what satellites could give asked for as `LOADS`."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of demand; instants are the middles of its steps."""

    start_s: float
    """After the epoch."""
    elapsed_s: Numbers
    """Since then, shape (instants,)."""
    model: str
    is_filled: bool
    """Whether all satellites as given are there, new; else the fleet of the horizon's end."""
    group_names: tuple[str, ...]
    class_names: tuple[str, ...]
    grid: demand.Grid
    asking: Askers
    covered_fraction: Numbers
    """Of an asker's places: those that see any satellite, shape (askers, instants)."""
    satellite_count: Numbers
    """Shape (lights, groups, cells, instants), as `supply.LIGHTS`."""
    capacity_tokens_per_s: Numbers
    """Shape (lights, groups, instants)."""
    planned_ratio: Numbers
    """A satellite's tokens, mean over this day, over what the closed form has, (groups,)."""
    season_ratio: float
    """What the fleet could give, mean over this day, over the year's mean."""
    has_mesh: bool
    policies: tuple[Routed, ...]


def day(
    resolved: Resolved,
    outcome: Outcome,
    seen: Survey | None,
    asked: Asked | None,
    *,
    start_s: float,
    is_filled: bool = False,
    demand_ratio: float = 1.0,
    policies: Sequence[str] = POLICIES,
) -> Day | str:
    """Follow a day of demand, or say why there is none to follow.

    Args:
        resolved: the scenario.
        outcome: what it evaluates to.
        seen: what its network is; none where no group makes a mesh.
        asked: who asks.
        start_s: of the UTC day, after the epoch.
        is_filled: with all satellites as given, new, instead of the fleet of the horizon's end.
        demand_ratio: of what the terminals ask, to follow more or less of it.
        policies: to be followed, of `POLICIES`.
    """
    if asked is None:
        return NOBODY_ASKS
    pace = paces(outcome)
    serving_now = float(outcome.service.fleet_tokens_per_s[0, -1]) > 0.0
    if pace is None or not (is_filled or serving_now):
        return NOT_SERVED
    system, settings = resolved.system, resolved.origins
    elapsed_s = _middles_s(float(settings["simulation.day_step_s"].value))
    grid = demand.equal_area_grid(cell_count=int(settings["simulation.day_cell_count"].value))
    at_s = start_s + elapsed_s
    each = supply(system, grid, elapsed_s=at_s, kept=flown(outcome, is_filled=is_filled))
    there = in_place(system, outcome, each, is_filled=is_filled)
    pools = pools_of(system, seen, grid, there, at_s)
    who = _times(askers(asked.terminals, grid, elapsed_s=elapsed_s), demand_ratio)
    world = _World(asked.terminals.spec, pace, there, pools, who, ways(grid, who.cell, pools))
    return Day(
        start_s=start_s,
        elapsed_s=elapsed_s,
        model=asked.model,
        is_filled=is_filled,
        group_names=system.group_names,
        class_names=asked.terminals.name,
        grid=grid,
        asking=who,
        covered_fraction=world.ways.covered_fraction,
        satellite_count=there.satellite_count,
        capacity_tokens_per_s=there.tokens_per_s.sum(axis=2),
        planned_ratio=_planned_ratio(system, each, start_s),
        season_ratio=_season_ratio(outcome, there, is_filled=is_filled),
        has_mesh=any(bool(np.isfinite(pool.delay_s).any()) for pool in pools),
        policies=tuple(_routed(world, name) for name in policies),
    )


def _middles_s(step_s: float) -> Numbers:
    """Middles of steps that fill a day."""
    count = round(DAY_S / step_s)
    return (np.arange(count, dtype=np.float64) + 0.5) * (DAY_S / count)


@dataclass(frozen=True)
class _World:
    """What every policy is followed in."""

    spec: demand.Spec
    pace: dict[str, float]
    there: Supply
    pools: tuple[Pool, ...]
    who: Askers
    ways: Ways


def _times(who: Askers, ratio: float) -> Askers:
    return Askers(
        cell=who.cell,
        request_per_s=ratio * who.request_per_s,
        tokens_per_s=ratio * who.tokens_per_s,
    )


# --- one policy -----------------------------------------------------------------------------------


def _routed(world: _World, name: str) -> Routed:
    free, kept = _free(world, name), _kept(world, name)
    asked = world.who.tokens_per_s.sum(axis=0)
    flows = _flows(world, name, free=free, asked=asked, instants=slice(None))
    met = quotients(flows.served.sum(axis=0), asked)
    return Routed(
        name=name,
        served_tokens_per_s=(world.who.tokens_per_s * met).sum(axis=1),
        met_fraction=met,
        met_at_load_fraction=_met_at_loads(world, name, free),
        **_lateness(world, flows, kept, asked),
        **_use(world, flows, free, _lights(name)),
    )


def _lights(name: str) -> slice:
    """Which of `LIGHTS` a policy lets serve."""
    return slice(1) if name == "sunlight" else slice(None)


def _free(world: _World, name: str) -> list[Numbers]:
    """What each pool could give, by cell and instant."""
    lights, tokens = _lights(name), world.there.tokens_per_s
    return [tokens[lights][:, list(pool.groups)].sum(axis=(0, 1)) for pool in world.pools]


def _kept(world: _World, name: str) -> list[int]:
    """Links that a policy uses."""
    links = world.ways.links
    return [n for n, one in enumerate(links) if name != "overhead" or one.ring == OVERHEAD_RING]


def _flows(
    world: _World, name: str, *, free: list[Numbers], asked: Numbers, instants: slice
) -> Flows:
    """Let what is asked flow at some of the instants."""
    links = [world.ways.links[one] for one in _kept(world, name)]
    links = [replace(one, gate=one.gate[:, instants]) for one in links]
    spread = evenly if name == "load" else nearest_first
    return spread(
        links,
        asked=(asked * world.ways.covered_fraction)[:, instants],
        free=[one[:, instants] for one in free],
    )


def _met_at_loads(world: _World, name: str, free: list[Numbers]) -> Numbers:
    """Follow the same demand made larger or smaller, at some instants."""
    asked = world.who.tokens_per_s.sum(axis=0)
    whole = world.there.tokens_per_s.sum(axis=(0, 1, 2)).mean() / asked.sum(axis=0).mean()
    some = slice(0, None, max(1, asked.shape[1] // LOAD_INSTANTS))
    return np.array(
        [
            _flows(world, name, free=free, asked=load * whole * asked, instants=some).served.sum()
            / (load * whole * asked[:, some].sum())
            for load in LOADS
        ]
    )


def _lateness(world: _World, flows: Flows, kept: list[int], asked: Numbers) -> dict[str, Any]:
    """Weigh each link's delay by what of each class goes through it."""
    share = quotients(world.who.tokens_per_s, asked)
    weight = np.einsum("lat,cat->cl", flows.served, share)
    delay_s = 2.0 * world.ways.delay_s[kept]
    whole = weight.sum(axis=1)
    parts = quotients(weight, whole[:, None])
    late = (parts * _late_fraction(world.spec, delay_s, world.pace).T).sum(axis=1)
    served = quotients(whole, world.who.tokens_per_s.sum(axis=(1, 2)))
    order = np.argsort(delay_s)
    reached = np.cumsum(parts[:, order], axis=1) >= LATE_FRACTION - 1e-9
    return {
        "late_fraction": late,
        "missed_fraction": 1.0 - served * (1.0 - late),
        "delay_mean_s": parts @ delay_s,
        "delay_late_s": np.where(whole > 0.0, delay_s[order][reached.argmax(axis=1)], 0.0),
    }


def _late_fraction(spec: demand.Spec, delay_s: Numbers, pace: dict[str, float]) -> Numbers:
    """Share of each class's answers that is late behind each delay, shape (delays, classes)."""
    shares = (np.arange(WAITS) + 0.5) / WAITS
    waits_s = jnp.asarray(-pace["first_token_s"] * np.log1p(-shares))

    def behind(one: Any) -> Any:
        delays = demand.Delays(
            network_s=one,
            queue_s=jnp.asarray(0.0),
            first_token_s=waits_s,
            token_s=jnp.asarray(pace["token_s"]),
        )
        return demand.misses(spec, delays).either_fraction

    return np.asarray(jax.vmap(behind)(jnp.asarray(delay_s)))


def _use(world: _World, flows: Flows, free: list[Numbers], lights: slice) -> dict[str, Any]:
    """Part what is used among groups and lights as they could give; tell work, power and light."""
    there, used = world.there, np.zeros_like(world.there.tokens_per_s)
    for pool, whole, taken in zip(world.pools, free, flows.used, strict=True):
        share = quotients(taken, whole)
        for group in pool.groups:
            used[lights, group] = share
    tokens = used * there.tokens_per_s
    could = there.tokens_per_s.sum(axis=(0, 2))
    drawn = used + (1.0 - used) * quotients(there.idle_power_w, there.payload_power_w)
    every = tokens.sum()
    return {
        "sunlit_fraction": float(tokens[LIGHTS.index("sunlight")].sum() / every) if every else 0.0,
        "used_fraction": quotients(tokens.sum(axis=(0, 2)), could),
        "idle_count": ((1.0 - used) * there.satellite_count).sum(axis=(0, 1, 2)),
        "payload_power_w": (drawn * there.payload_power_w).sum(axis=(0, 1, 2)),
        "working_power_w": (used * there.payload_power_w).sum(axis=(0, 1, 2)),
        "battery_power_w": (used * there.battery_power_w).sum(axis=(0, 1, 2)),
    }


# --- agreement ------------------------------------------------------------------------------------


def _planned_ratio(system: System, each: Supply, start_s: float) -> Numbers:
    """Mean of the day over the closed form of the same day; 1 where nothing is given, or flies."""
    run = operations.balance(system, elapsed_s=jnp.asarray([start_s + 0.5 * DAY_S]))
    tokens = serving.planned_tokens_per_s(system, serving.curve(system), plan=run.plan, run=run)[0]
    planned = np.asarray(operations.group_mean(system, tokens))[:, 0]
    count = each.satellite_count.sum(axis=(0, 2)).mean(axis=1)
    mean = quotients(each.tokens_per_s.sum(axis=(0, 2)).mean(axis=1), count)
    return np.where((planned > 0.0) & (count > 0.0), quotients(mean, planned), 1.0)


def _season_ratio(outcome: Outcome, there: Supply, *, is_filled: bool) -> float:
    """Mean of the day over the fleet's yearly mean."""
    of_year = np.asarray(outcome.service.fleet_tokens_per_s)[0, -1]
    if is_filled:
        linked = np.asarray(outcome.service.stage_tokens_per_s)[-1, 0]
        of_year = (linked * np.asarray(outcome.satellite_count)).sum()
    return float(there.tokens_per_s.sum(axis=(0, 1, 2)).mean() / of_year)
