"""How much of every demand at once can a shell carry, and how nearly is that the most?

All demands are multiplied by one ratio λ. Any split of them over ways that loads resource e to the
share u of its capacity carries λ = 1 / max u; any tolls bound λ from above (`tolls`). Each round

    tolls   w = exp(α (u / max u - 1)) / c      steeper as the gap closes: α = 10 / gap
    ways    all demand on the cheapest, loading y
    split   u <- (1 - γ) u + γ y                γ where ln Σ exp(α u / max u) is least

raises what is carried (Frank & Wolfe's method on a smooth maximum), and its tolls may lower the
bound. Whenever the rounds stop, what is carried is carried: the loads are within all capacities,
and the bound, or a cut that needs no search, stands beside it.

Assumes: flows may be split over any number of ways. Pairs without any way are left out, and told.
Leaves out: what queues need beyond capacity; motion (an instant).
Reference: Leighton et al., J. Computer & System Sciences 50 (1995) 228; Fratta, Gerla & Kleinrock,
The flow deviation method, Networks 3 (1973) 97.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from jax import Array, lax

from .cuts import access_ratio
from .rings import NEVER_S
from .sweep import UNREACHED_S
from .tolls import Cheapest, Tolls, cheapest
from .traffic import Access, Demand, Grid, Loads, Mask, capacities

type Route = Callable[..., Cheapest]
"""Finds the ways under tolls, as `tolls.cheapest`."""

STEEPEST = 2000.0
FLATTEST = 10.0
CARRYING = 3.0
"""Flat enough to move most in few rounds; such tolls prove little."""
SPREAD_FRACTION = 0.003
"""Of all tolls spread evenly over the lasers, so that ways are short where nothing is full."""
LABEL_FACTOR = 0.25
"""Size of labels that the sweep's roundings suit."""
LEAST_TOLL_FACTOR = 1e-6
"""Of a laser, so that no label rounds it away."""
SHRINK_FRACTION = 1e-12
"""By which all is carried less, for the roundings of what is summed."""
BISECTIONS = 14


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Throughput:
    """What is carried of every demand, and what at most could be."""

    lower_ratio: Array
    """Carried, of every demand that can be reached."""
    upper_ratio: Array
    """Proved to be the most."""
    carried: Loads
    """By each resource, at the lower ratio: within every capacity."""
    toll: Tolls
    """Of the last round; `bound_ratio` bounds with them."""
    laser_fraction: Array
    """Of the upper bound's tolls: where what limits lies. A cut at the sites has none."""
    reached: Mask
    """Pairs with a way, shape (sites, targets)."""
    iteration_count: Array

    @property
    def gap_ratio(self) -> Array:
        """Of the bound over what is carried, less 1."""
        return self.upper_ratio / jnp.maximum(self.lower_ratio, 1e-300) - 1.0


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class _Round:
    """Where the rounds stand; loads are those of all demand once."""

    carried: Loads
    best: Loads
    lower_ratio: Array
    upper_ratio: Array
    steepness_factor: Array
    scale_factor: Array
    laser_fraction: Array
    reached: Mask
    number_count: Array


def concurrent(
    net: Grid,
    access: Access,
    demand: Demand,
    *,
    gap_ratio: float = 0.05,
    most_iteration_count: int = 200,
    flat_iteration_count: int = 0,
    route: Route = cheapest,
) -> Throughput:
    """Carry as much of every demand at once as the shell can, to within a gap.

    Args:
        net: the shell's lasers.
        access: which satellites the sites reach.
        demand: between the sites.
        gap_ratio: of the bound over what is carried, less 1, at which to stop.
        most_iteration_count: rounds after which to stop, whatever the gap.
        flat_iteration_count: rounds at first of flat tolls, which carry more in fewer rounds and
            prove less: for where another bound is at hand.
        route: finds the ways: `tolls.cheapest`, or `bends.cheapest` where that takes too long.
    """
    capacity = capacities(net, access)
    case = _Case(
        net=net,
        access=access,
        demand=demand,
        capacity=capacity,
        flat_iteration_count=jnp.asarray(flat_iteration_count),
    )

    def unproved(state: _Round) -> Array:
        wide = state.upper_ratio > (1.0 + gap_ratio) * state.lower_ratio
        return wide & (state.number_count < most_iteration_count) & state.reached.any()

    last = lax.while_loop(unproved, lambda state: _next(case, route, state), _begun(case))
    return Throughput(
        lower_ratio=last.lower_ratio,
        upper_ratio=jnp.where(last.reached.any(), last.upper_ratio, 0.0),
        carried=jax.tree.map(lambda load: last.lower_ratio * load, last.best),
        toll=_tolls(case, _weights(case, last), last.scale_factor),
        laser_fraction=last.laser_fraction,
        reached=last.reached,
        iteration_count=last.number_count,
    )


def bound_ratio(
    net: Grid, access: Access, demand: Demand, *, toll: Tolls, found: Cheapest
) -> Array:
    """Most of every demand at once, by tolls and the cheapest ways under them.

    Args:
        net: the shell's lasers.
        access: which satellites the sites reach.
        demand: between the sites, all with a way.
        toll: of each resource, as given to `tolls.cheapest`.
        found: what that found.
    """
    capacity = capacities(net, access)

    def taken(of_bit_per_s: Array, at_factor: Array) -> Array:
        return jnp.where(of_bit_per_s > 0.0, of_bit_per_s * at_factor, 0.0).sum()

    rounded = toll.laser_bit_per_s.astype(jnp.float32).astype(float) + found.spare_factor
    all_taken = _sum(jax.tree.map(taken, capacity, replace(toll, laser_bit_per_s=rounded)))
    # A pair without rate pays nothing, whether it has a way or not.
    paid = jnp.where(demand.rate_bit_per_s > 0.0, demand.rate_bit_per_s * found.toll_factor, 0.0)
    return all_taken / jnp.maximum(paid.sum(), 1e-300)


def tightened(
    net: Grid, access: Access, demand: Demand, found: Throughput, *, lane_count: int = 32
) -> Throughput:
    """Bound what was found once more, by its last tolls and the exact ways under them.

    For what was found by `bends`, whose ways bound nothing.
    """
    rate = jnp.where(found.reached, demand.rate_bit_per_s, 0.0)
    wanted = replace(demand, rate_bit_per_s=rate)
    exact = cheapest(net, access, wanted, toll=found.toll, lane_count=lane_count)
    # A pair whose exact way was not found to its end bounds nothing.
    whole = (exact.toll_factor < UNREACHED_S) | ~found.reached
    proved = bound_ratio(net, access, wanted, toll=found.toll, found=exact)
    bound = jnp.where(whole.all(), proved, jnp.inf)
    weight = jax.tree.map(
        lambda of, at: jnp.where(of > 0.0, of * at, 0.0), capacities(net, access), found.toll
    )
    tighter = bound < found.upper_ratio
    lasers = weight.laser_bit_per_s.sum() / jnp.maximum(_sum(weight), 1e-300)
    return replace(
        found,
        upper_ratio=jnp.minimum(bound, found.upper_ratio),
        laser_fraction=jnp.where(tighter, lasers, found.laser_fraction),
    )


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class _Case:
    net: Grid
    access: Access
    demand: Demand
    capacity: Loads
    flat_iteration_count: Array


def _begun(case: _Case) -> _Round:
    none = jax.tree.map(lambda of: jnp.zeros(of.shape), case.capacity)
    return _Round(
        carried=none,
        best=none,
        lower_ratio=jnp.zeros(()),
        upper_ratio=jnp.asarray(jnp.inf),
        steepness_factor=jnp.where(case.flat_iteration_count > 0, CARRYING, FLATTEST),
        # Of a lattice with even tolls, whose ways are of some planes + slots.
        scale_factor=LABEL_FACTOR * _total(case.capacity) / sum(case.net.along_bit_per_s.shape),
        laser_fraction=jnp.zeros(()),
        reached=case.demand.rate_bit_per_s > 0.0,
        number_count=jnp.zeros((), int),
    )


def _next(case: _Case, route: Route, state: _Round) -> _Round:
    """One round; the first carries all that has a way, on ways of even tolls."""
    weight = _weights(case, state)
    toll = _tolls(case, weight, state.scale_factor)
    found = route(case.net, case.access, _wanted(case, state.reached), toll=toll)
    is_first = state.number_count == 0
    there = found.toll_factor < UNREACHED_S
    reached = jnp.where(is_first, state.reached & there, state.reached)
    # A way missed later would leave demand behind: then nothing moves.
    whole = (there | ~reached).all()
    wanted = _wanted(case, reached)
    bound = bound_ratio(case.net, case.access, wanted, toll=toll, found=found)
    bound = jnp.where(whole, bound, jnp.inf)
    step = jnp.where(is_first, 1.0, jnp.where(whole, _step(case, state, found.carried), 0.0))
    carried = jax.tree.map(lambda u, y: u + step * (y - u), state.carried, found.carried)
    most = jnp.maximum(_largest(_shares(case, carried)), 1e-300)
    lower = jnp.where(reached.any(), (1.0 - SHRINK_FRACTION) / most, 0.0)
    better = lower > state.lower_ratio
    lower = jnp.maximum(lower, state.lower_ratio)
    before = jnp.minimum(state.upper_ratio, access_ratio(case.access, wanted))
    upper = jnp.minimum(bound, before)
    gap = jnp.maximum(upper / jnp.maximum(lower, 1e-300) - 1.0, 1e-9)
    steeper = jnp.clip(FLATTEST / gap, FLATTEST, STEEPEST)
    is_flat = state.number_count + 1 < case.flat_iteration_count
    return _Round(
        carried=carried,
        best=jax.tree.map(lambda new, old: jnp.where(better, new, old), carried, state.best),
        lower_ratio=lower,
        upper_ratio=upper,
        steepness_factor=jnp.where(is_flat, CARRYING, steeper),
        scale_factor=state.scale_factor * LABEL_FACTOR / jnp.maximum(found.label_factor, 1e-30),
        laser_fraction=jnp.where(
            bound < before, weight.laser_bit_per_s.sum() / _sum(weight), state.laser_fraction
        ),
        reached=reached,
        number_count=state.number_count + 1,
    )


def _wanted(case: _Case, reached: Mask) -> Demand:
    rate = jnp.where(reached, case.demand.rate_bit_per_s, 0.0)
    return replace(case.demand, rate_bit_per_s=rate)


def _sum(one: Loads) -> Array:
    return jnp.stack([leaf.sum() for leaf in jax.tree.leaves(one)]).sum()


def _total(capacity: Loads) -> Array:
    """Mean capacity of a laser times the number of resources: what even tolls are scaled by."""
    there = capacity.laser_bit_per_s > 0.0
    count = jnp.maximum(there.sum(), 1)
    mean = capacity.laser_bit_per_s.sum() / count
    return mean * _sum(jax.tree.map(lambda of: (of > 0.0).astype(float), capacity))


def _shares(case: _Case, carried: Loads) -> Loads:
    """Of each capacity; 0 where there is none, since nothing is sent there."""
    shares: Loads = jax.tree.map(
        lambda load, of: jnp.where(of > 0.0, load / jnp.where(of > 0.0, of, 1.0), 0.0),
        carried,
        case.capacity,
    )
    return shares


def _largest(shares: Loads) -> Array:
    return jnp.stack([leaf.max() for leaf in jax.tree.leaves(shares)]).max()


def _weights(case: _Case, state: _Round) -> Loads:
    """What each resource's capacity times its toll is; all of them 1, and what is spread."""
    share = _shares(case, state.carried)
    most = jnp.maximum(_largest(share), 1e-300)
    there = jax.tree.map(lambda of: of > 0.0, case.capacity)
    raw = jax.tree.map(
        lambda u, is_there: jnp.where(
            is_there, jnp.exp(state.steepness_factor * (u / most - 1.0)), 0.0
        ),
        share,
        there,
    )
    total = jnp.maximum(_sum(raw), 1e-300)
    weight: Loads = jax.tree.map(lambda one: one / total, raw)
    lasers = there.laser_bit_per_s
    spread = SPREAD_FRACTION / jnp.maximum(lasers.sum(), 1)
    laser = weight.laser_bit_per_s + jnp.where(lasers, spread, 0.0)
    return replace(weight, laser_bit_per_s=laser)


def _tolls(case: _Case, weight: Loads, scale: Array) -> Tolls:
    """Each resource's weight over its capacity, `NEVER_S` where it has none."""
    toll: Tolls = jax.tree.map(
        lambda one, of: jnp.where(of > 0.0, scale * one / jnp.where(of > 0.0, of, 1.0), NEVER_S),
        weight,
        case.capacity,
    )
    return replace(toll, laser_bit_per_s=jnp.maximum(toll.laser_bit_per_s, LEAST_TOLL_FACTOR))


def _step(case: _Case, state: _Round, target: Loads) -> Array:
    """Where between what is carried and the target the smooth maximum is least."""
    here, there = (
        jnp.concatenate([leaf.ravel() for leaf in jax.tree.leaves(_shares(case, one))])
        for one in (state.carried, target)
    )
    steep = state.steepness_factor / jnp.maximum(here.max(), 1e-300)
    start, slope = (steep * here).astype(jnp.float32), (steep * (there - here)).astype(jnp.float32)

    def halve(_: int, within_fraction: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = within_fraction
        middle = 0.5 * (low + high)
        rising = (jax.nn.softmax(start + middle * slope) * slope).sum() > 0.0
        return jnp.where(rising, low, middle), jnp.where(rising, middle, high)

    ends = (jnp.zeros((), jnp.float32), jnp.ones((), jnp.float32))
    low, high = lax.fori_loop(0, BISECTIONS, halve, ends)
    step: Array = 0.5 * (low + high)
    return step.astype(float)
