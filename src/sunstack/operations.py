"""How is every plane run on a given day: what light, power, heat, and what plan for the payload?

The one place where the disciplines meet: `evaluate` asks it for a year, `simulate` for its days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.disciplines import network, orbit, power, thermal
from sunstack.system import Seen, System
from sunstack.units import DAY_S


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Balance:
    """Orbit means of every plane on every day: shape (planes, days)."""

    sunlit_fraction: Array
    eclipse_s: Array
    array_lit_w: Array
    """Mean over the lit arc."""
    array_power_w: Array
    """Mean over the orbit."""
    payload_limit_w: Array
    """Most the payload may draw, by its peak and by its cooling."""
    heat_limit_w: Array
    """Most the radiator rejects with the chips at their limit, bus included."""
    radiator_gain_w_per_m2: Array
    """Taken in from Sun and Earth at the hottest instant of the orbit."""
    battery_health_ratio: Array
    plan: power.Plan
    uncooled: power.Plan
    """What it would be if nothing had to be cooled."""
    heat_w: Array
    radiator_temperature_k: Array
    """Steady, in sunlight, at the planned power and the hottest instant's gain."""
    chip_temperature_k: Array


@jax.jit
def balance(system: System, *, elapsed_s: Array, seen: Seen | None = None) -> Balance:
    """Run every plane (planes,) at every instant `elapsed_s` (days,) after the epoch.

    Args:
        system: the design.
        elapsed_s: instants.
        seen: what planes see at them, if that is known.
    """
    known = seen or _seen(system, _sky(system, life_s(system)), elapsed_s)
    sky = known.sky
    around = _surroundings(system, sky)
    array_lit_w = _array_lit_w(system, sky, around, age_s=elapsed_s)
    cooled_w, gain = _cooling(system, sky, around, age_s=elapsed_s)
    health = power.health_over_life_ratio(
        system.power, cycle_count=known.shadow_count, age_s=elapsed_s
    )
    array_lit_w, cooled_w, gain, health = _kept((array_lit_w, cooled_w, gain, health))
    limit_w = jnp.clip(cooled_w, 0.0, system.power.payload_peak_power_w)
    plan_under = partial(
        power.plan,
        system.power,
        array_lit_w=array_lit_w,
        eclipse_fraction=sky.eclipse_fraction,
        period_s=sky.period_s,
        battery_health_ratio=health,
        usual_eclipse_fraction=known.usual_eclipse_fraction,
    )
    plan = plan_under(payload_limit_w=limit_w)
    uncooled = plan_under(payload_limit_w=jnp.full_like(limit_w, system.power.payload_peak_power_w))
    sunlit_bus_w = jnp.minimum(array_lit_w, system.power.bus_power_w)
    radiator_k, chip_k = _temperatures_k(system, plan.payload_sunlit_w, sunlit_bus_w, gain)
    return Balance(
        sunlit_fraction=1.0 - sky.eclipse_fraction,
        eclipse_s=sky.eclipse_fraction * sky.period_s,
        array_lit_w=array_lit_w,
        array_power_w=array_lit_w * (1.0 - sky.eclipse_fraction),
        payload_limit_w=limit_w,
        heat_limit_w=_heat_limit_w(system, cooled_w, gain),
        battery_health_ratio=health,
        radiator_gain_w_per_m2=gain,
        plan=plan,
        uncooled=uncooled,
        heat_w=plan.payload_mean_w + plan.bus_mean_w,
        radiator_temperature_k=radiator_k,
        chip_temperature_k=chip_k,
    )


def _sky(system: System, elapsed_s: Array) -> orbit.Sky:
    return _kept(
        orbit.sky(system.orbits, epoch_julian_day=system.epoch_julian_day, elapsed_s=elapsed_s)
    )


def _kept[Tree](found: Tree) -> Tree:
    """What many look at is kept, where the compiler would reckon it again for each of them."""
    kept: Tree = jax.lax.optimization_barrier(found)
    return kept


def _seen(system: System, life: orbit.Sky, elapsed_s: Array) -> Seen:
    """What planes see at some instants, shadows counted over the life's instants."""
    counted = _shadows_until_count(system, life)
    last = system.life_instants - 1
    # Instants are evenly spread: the one before, and the share of the way to the next.
    place = jnp.clip(elapsed_s / (system.flight.life_s / last), 0.0, last)
    before = jnp.clip(jnp.floor(place), 0, last - 1).astype(int)
    share = place - before
    return Seen(
        sky=_sky(system, elapsed_s),
        shadow_count=counted[:, before] * (1.0 - share) + counted[:, before + 1] * share,
        usual_eclipse_fraction=life.eclipse_fraction.mean(axis=1, keepdims=True),
    )


def _shadows_until_count(system: System, life: orbit.Sky) -> Array:
    interval_s = system.flight.life_s / (system.life_instants - 1)
    cycles = jnp.where(life.eclipse_fraction > 0.0, interval_s / life.period_s, 0.0)
    return jnp.cumsum(cycles, axis=1) - cycles


@jax.jit
def seen_in_years_and_life(system: System) -> tuple[Seen, Seen]:
    """What planes see in the first and the last year, and over the life."""
    life = _sky(system, life_s(system))
    years = _seen(system, life, jnp.concatenate(first_and_last_year_s(system)))
    over_life = replace(years, sky=life, shadow_count=_shadows_until_count(system, life))
    return _kept((years, over_life))


@jax.jit
def lifetime(system: System) -> tuple[Balance, Balance, Balance]:
    """Run the first year, the last year and the whole life.

    All at once: code compiled once for all. But where it is known what planes see, for samples of a
    study, years and life apart: the compiler then leaves out what nobody asks for.
    """
    first_s, last_s = first_and_last_year_s(system)
    days, life = len(first_s), life_s(system)
    if system.seen is None:
        whole = balance(system, elapsed_s=jnp.concatenate([first_s, last_s, life]))
        return (
            _part(whole, slice(days)),
            _part(whole, slice(days, 2 * days)),
            _part(whole, slice(2 * days, None)),
        )
    in_years, over_life = system.seen
    years = balance(system, elapsed_s=jnp.concatenate([first_s, last_s]), seen=in_years)
    found = balance(system, elapsed_s=life, seen=over_life)
    return _part(years, slice(days)), _part(years, slice(days, None)), found


def _part(run: Balance, instants: slice) -> Balance:
    part: Balance = jax.tree.map(lambda leaf: leaf[:, instants], run)
    return part


def _cooling(
    system: System, sky: orbit.Sky, around: thermal.Surroundings, *, age_s: Array
) -> tuple[Array, Array]:
    """Payload power the radiator can cool, and what it takes in, at the orbit's hottest instant."""
    gain = thermal.radiator_gain_w_per_m2(
        system.thermal,
        around,
        # The Sun then stands |beta| from the zenith below.
        sun_zenith_cosine_ratio=sky.beta_cosine_ratio,
        age_s=age_s,
    )
    cooled_w = thermal.payload_limit_w(
        system.thermal, bus_power_w=system.power.bus_power_w, gain_w_per_m2=gain
    )
    return cooled_w, gain


def _heat_limit_w(system: System, cooled_w: Array, gain_w_per_m2: Array) -> Array:
    """Heat rejected with the chips at their limit; of a bus too warm for any payload, what is left.

    Chips that draw nothing stand at the coolant's temperature: their resistance then drops out.
    """
    idle = replace(
        system.thermal, chip_resistance_k_per_w=jnp.zeros_like(system.thermal.chip_limit_k)
    )
    of_bus_w = thermal.payload_limit_w(idle, bus_power_w=0.0, gain_w_per_m2=gain_w_per_m2)
    with_payload_w = cooled_w + system.power.bus_power_w
    return jnp.where(cooled_w >= 0.0, with_payload_w, jnp.maximum(of_bus_w, 0.0))


def _temperatures_k(
    system: System, payload_w: Array, bus_w: Array, gain_w_per_m2: Array
) -> tuple[Array, Array]:
    """Steady temperatures of radiator and chips."""
    heat_w = payload_w + bus_w
    radiator_k = thermal.radiator_temperature_k(
        system.thermal, heat_w=heat_w, gain_w_per_m2=gain_w_per_m2
    )
    return radiator_k, thermal.chip_temperature_k(
        system.thermal, radiator_temperature_k=radiator_k, heat_w=heat_w, payload_w=payload_w
    )


@jax.jit
def radiator_heat(system: System, run: Balance, *, elapsed_s: Array) -> dict[str, Array]:
    """What the radiator takes in and emits at each orbit's hottest instant, (planes, days).

    The parts of the gain are those of `thermal.radiator_gain_w_per_m2`, which adds them up.
    """
    sky = orbit.sky(system.orbits, epoch_julian_day=system.epoch_julian_day, elapsed_s=elapsed_s)
    whole = _surroundings(system, sky)
    dark = replace(whole, sunlight_w_per_m2=jnp.zeros_like(whole.sunlight_w_per_m2))
    no_albedo = replace(whole, albedo_ratio=jnp.zeros_like(whole.albedo_ratio))

    def taken_w(around: thermal.Surroundings) -> Array:
        gain = thermal.radiator_gain_w_per_m2(
            system.thermal,
            around,
            sun_zenith_cosine_ratio=sky.beta_cosine_ratio,
            age_s=elapsed_s,
        )
        return gain * system.thermal.radiator_area_m2

    earth_infrared_w, without_albedo_w = taken_w(dark), taken_w(no_albedo)
    return {
        "payload_w": run.plan.payload_sunlit_w,
        "bus_w": jnp.minimum(run.array_lit_w, system.power.bus_power_w),
        "sunlight_w": without_albedo_w - earth_infrared_w,
        "albedo_w": taken_w(whole) - without_albedo_w,
        "earth_infrared_w": jnp.broadcast_to(earth_infrared_w, run.heat_w.shape),
        "emitted_w": thermal.radiator_emission_w(
            system.thermal, radiator_temperature_k=run.radiator_temperature_k
        ),
    }


def life_s(system: System) -> Array:
    """Instants spread evenly over the life, seconds after the epoch."""
    return jnp.linspace(0.0, 1.0, system.life_instants) * system.flight.life_s


def first_and_last_year_s(system: System) -> tuple[Array, Array]:
    """Days of the first and of the last year of life, which are one in a short life."""
    days_s = jnp.arange(system.year_instants) / system.year_instants * year_s(system)
    return days_s, days_s + system.flight.life_s - year_s(system)


def year_s(system: System) -> Array:
    """Length of the first and the last year: 365 days, or a shorter life."""
    return jnp.minimum(365.0 * DAY_S, system.flight.life_s)


def _surroundings(system: System, sky: orbit.Sky) -> thermal.Surroundings:
    return thermal.Surroundings(
        sunlight_w_per_m2=system.environment.solar_constant_w_per_m2 * sky.flux_ratio,
        albedo_ratio=system.environment.albedo_ratio,
        earth_infrared_w_per_m2=system.environment.earth_infrared_w_per_m2,
        semi_major_axis_m=system.orbits.semi_major_axis_m[:, None],
    )


def _array_lit_w(
    system: System, sky: orbit.Sky, around: thermal.Surroundings, *, age_s: Array
) -> Array:
    """Mean array output over the lit arc, at the array's mean lit temperature."""
    pointing = system.power.array_pointing
    incidence = power.incidence_cosine_ratio(
        array_pointing=pointing,
        beta_sine_ratio=sky.beta_sine_ratio,
        beta_cosine_ratio=sky.beta_cosine_ratio,
    )
    square, day, day_cube = orbit.lit_arc_means(eclipse_fraction=sky.eclipse_fraction)
    turn = power.vertical_turn_ratio(
        array_pointing=pointing, beta_cosine_ratio=sky.beta_cosine_ratio
    )
    turn = turn * turn
    upright, flat = thermal.array_view_ends_ratio(semi_major_axis_m=around.semi_major_axis_m)
    temperature = thermal.array_temperature_k(
        system.thermal,
        around,
        incidence_cosine_ratio=incidence,
        view_ratio=upright + (flat - upright) * turn * square,
        albedo_view_ratio=sky.beta_cosine_ratio
        * (upright * day + (flat - upright) * turn * day_cube),
    )
    return power.array_power_w(
        system.power,
        sunlight_w_per_m2=around.sunlight_w_per_m2 * incidence,
        cell_temperature_k=temperature,
        age_s=age_s,
    )


def group_sum(system: System, values: Array) -> Array:
    """Sum plane values (planes, ...) to groups (groups, ...)."""
    groups = len(system.group_names)
    return jax.ops.segment_sum(values, system.plane_group, num_segments=groups)


def group_mean(system: System, values: Array) -> Array:
    """Mean over a group's satellites of plane values (planes, ...)."""
    weight = system.orbits.satellite_count.reshape((-1,) + (1,) * (values.ndim - 1))
    return group_sum(system, values * weight) / group_sum(system, weight)


def group_largest(system: System, values: Array) -> Array:
    """Largest of plane values (planes, days) in each group."""
    groups = len(system.group_names)
    return jax.ops.segment_max(values.max(axis=1), system.plane_group, num_segments=groups)


def all_planes(system: System) -> System:
    """The system with all planes of its fleet, where it holds but some that stand for them."""
    whole = system.whole
    if whole is None:
        return system
    joint = replace(system.connection, next_plane=whole.next_plane, above_plane=whole.above_plane)
    return replace(
        system,
        orbits=whole.orbits,
        plane_group=whole.plane_group,
        connection=joint,
        whole=None,
        seen=None,
    )


def joined(system: System) -> tuple[network.Layout, network.PlaneLinks]:
    """What lasers join of each group, and how long they are."""
    joint, orbits = system.connection, system.orbits
    radius_m = orbits.semi_major_axis_m
    lengths = network.plane_links(
        radius_m=radius_m,
        inclination_rad=orbits.inclination_rad,
        node_rad=orbits.node_rad,
        phase_rad=orbits.argument_of_latitude_rad,
        slot_count=joint.layout.slot_count[system.plane_group],
        next_plane=joint.next_plane,
        above_plane=joint.above_plane,
    )

    def least_m(length_m: Array, used: ArrayLike = True) -> Array:
        margin_m = network.link_margin_m(
            length_m=length_m, radius_m=radius_m, range_m=joint.laser_range_m
        )
        return -group_largest(system, -jnp.where(used, margin_m, jnp.inf)[:, None])

    layout = network.held_layout(
        joint.layout,
        along_margin_m=least_m(lengths.along_m),
        across_margin_m=least_m(lengths.across_longest_m),
        rise_margin_m=least_m(lengths.rise_m, _rises(system)),
    )
    return layout, lengths


def _rises(system: System) -> Array:
    """Planes that have one above them."""
    return system.connection.above_plane != jnp.arange(len(system.plane_group))


@jax.jit
def offered(system: System) -> network.Estimate:
    """What each group's mesh of lasers offers, by the mean lengths of its links."""
    system = all_planes(system)
    joint, orbits, rises = system.connection, system.orbits, _rises(system)
    layout, lengths = joined(system)
    rising_m = group_sum(system, jnp.where(rises, lengths.rise_m, 0.0))
    return network.estimate(
        layout,
        along_m=group_mean(system, lengths.along_m),
        across_m=group_mean(system, lengths.across_m),
        rise_m=rising_m / jnp.maximum(group_sum(system, rises * 1.0), 1.0),
        hop_s=joint.hop_s,
        laser_rate_bit_per_s=joint.laser_rate_bit_per_s,
        laser_count=joint.laser_count,
        access_rate_bit_per_s=joint.access_rate_bit_per_s,
        access_satellite_count=joint.access.satellite_count.sum(),
        satellite_count=orbits.satellite_count.sum(),
    )
