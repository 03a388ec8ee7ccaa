"""What becomes of a system's fleet over the years: launched, lit, cooled, healthy, come down?

Builds the fleet of `fleet.py` from a system and from its first and last year, runs it, and weighs
what goes up and down. Pure JAX, differentiable as `evaluate` is.

A satellite's payload draws by age what lies between its first and its last year, and beyond its
design life what it drew in its last. Of that work are left, each by age: the chips at work, whole
stores, payloads below their memory's limit of dose, what holes in the radiator leave to be cooled,
and what measures against upsets and restarts leave.

A derelict's fall through the solar cycle is computed once, for the design as resolved, with its
slopes in mass over area and in altitude; a design moved from there has its fall moved along them.

Assumes: every life begins in the orbits as given; a radiator in surplus bears holes.
Leaves out: launches that follow the price, a fleet that learns; collisions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from jax import Array

from sunstack import fleet
from sunstack.disciplines import launch, orbit, power, radiation, reliability
from sunstack.fleet import MONTH_S, Years
from sunstack.margins import lowering_m_per_s, raising_m_per_s, station_keeping_m_per_s
from sunstack.operations import Balance, group_mean, group_sum, year_s
from sunstack.system import Fall, System
from sunstack.units import DAY_S, EARTH_RADIUS_M

DATES = 12
"""Dates over a solar cycle on which satellites are taken to begin their fall."""
ALTITUDE_STEP_M, MASS_STEP, FARTHEST = 5e3, 1.05, 3.0
"""Over which the slopes of falls are taken, and how far in a fall's logarithm they are held."""
STAGES = ("in place", "lit", "cooled", "chips", "store", "dose", "holes", "upsets")
"""What is left of the payloads' peak power, one thing after the other."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Programme:
    """A fleet's years, and what they bring up and down; by month unless said."""

    fleet: fleet.Spec
    years: Years
    stage_power_w: Array
    """Payload power left after each of `STAGES` at the horizon's end, shape (stages, groups)."""
    launched_kg: Array
    reentered_kg: Array
    """Dead on arrival, disposed of and come down by themselves."""
    propellant_kg: Array
    """Used by the satellites themselves."""
    spent_usd: Array
    """For launches."""
    silent_corruption_per_s: Array
    """Of one accelerator, shape (groups,), as the following."""
    stopping_upset_per_s: Array
    restart_lost_fraction: Array
    """Of what the years' capacity would be, what restarts after these take from it."""
    raising_m_per_s: Array
    """Velocity changes of a life, shape (groups,)."""
    station_keeping_m_per_s: Array
    lowering_m_per_s: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class _Life:
    """By group and month of age, shape (groups, months) or (1, months)."""

    lit_w: Array
    payload_w: Array
    chips: Array
    store: Array
    dose: Array
    holes: Array
    upsets: Array
    """Shape (groups, 1)."""


def programme(system: System, *, first: Balance, last: Balance) -> Programme:
    """Follow the fleet to the horizon, by every plane's first year and its last."""
    life = _life(system, first, last)
    spec = _spec(system, life)
    key = jax.random.key(system.upkeep.seed) if system.upkeep.is_drawn else None
    years = fleet.years(spec, month_count=system.upkeep.month_count, key=key)
    found: Programme = _weighed(system, spec, life, years)
    return found


@jax.jit
def _weighed(system: System, spec: fleet.Spec, life: _Life, years: Years) -> Programme:
    exposed = (system.radiation, system.radiation_environment, _sampled_orbits(system))
    upsets = radiation.chip_upsets(*exposed)
    measured = _sampled_mean(radiation.measured_fraction(*exposed))
    return Programme(
        fleet=spec,
        years=years,
        stage_power_w=_stages_w(system, life, years),
        **_tonnes_kg(system, spec, years),
        spent_usd=spent_usd(spec, years),
        silent_corruption_per_s=_sampled_mean(upsets.silent_corruption_per_s),
        stopping_upset_per_s=_sampled_mean(radiation.stopping_upset_per_s(upsets)),
        restart_lost_fraction=1.0 - life.upsets[:, 0] / jnp.maximum(measured, 1e-12),
        raising_m_per_s=group_mean(system, raising_m_per_s(system)),
        station_keeping_m_per_s=group_mean(system, station_keeping_m_per_s(system)),
        lowering_m_per_s=group_mean(system, lowering_m_per_s(system)),
    )


@jax.jit
def _spec(system: System, life: _Life) -> fleet.Spec:
    return fleet.Spec(
        launch=system.launch,
        reliability=system.reliability,
        policy=system.upkeep.policy,
        wanted_count=group_sum(system, system.orbits.satellite_count).astype(float),
        spare_count=system.upkeep.spare_count,
        satellite_kg=system.mass.stated_mass_kg,
        stowed_volume_m3=system.ascent.stowed_volume_m3,
        raising_s=_raising(system).duration_s,
        decay_s=_decay_s(system),
        disposal_success_fraction=system.upkeep.disposal_success_fraction,
        service_fraction=_at_work_fraction(system) * life.dose * life.holes * life.upsets,
        payload_w=life.payload_w,
    )


# --- what a satellite does by age -----------------------------------------------------------------


@jax.jit
def _life(system: System, first: Balance, last: Balance) -> _Life:
    age_s = (jnp.arange(system.upkeep.month_count) + 0.5) * MONTH_S
    exposed = (system.radiation, system.radiation_environment, _sampled_orbits(system))
    below = radiation.within_limit_fraction(*exposed, age_s=age_s, step_s=MONTH_S)
    undisturbed = radiation.undisturbed_fraction(*exposed)
    return _Life(
        lit_w=_between_years(
            system, first.uncooled.payload_mean_w, last.uncooled.payload_mean_w, age_s
        ),
        payload_w=_between_years(
            system, first.plan.payload_mean_w, last.plan.payload_mean_w, age_s
        ),
        chips=_at_work_fraction(system)
        * reliability.chips_fraction(system.reliability, age_s=age_s)[None, :],
        store=reliability.store_fraction(system.reliability, age_s=age_s)[None, :],
        dose=below.mean(axis=1),
        holes=_unholed_fraction(system, last, age_s),
        upsets=_sampled_mean(undisturbed)[:, None],
    )


def _at_work_fraction(system: System) -> Array:
    """Share of the accelerators carried that work while none has failed: the rest are spares."""
    chips = system.reliability.chips
    return chips.needed_count / chips.carried_count


def _between_years(system: System, first_w: Array, last_w: Array, age_s: Array) -> Array:
    """Group means of two years (planes, days), and by age what lies between them."""
    begun, ended = (group_mean(system, run.mean(axis=1))[:, None] for run in (first_w, last_w))
    year = year_s(system)
    share = (age_s - 0.5 * year) / jnp.maximum(system.flight.life_s - year, DAY_S)
    return begun + (ended - begun) * jnp.clip(share, 0.0, 1.0)


def _unholed_fraction(system: System, last: Balance, age_s: Array) -> Array:
    """Share of the payload's power that a holed radiator still cools."""
    left = reliability.radiator_left_fraction(
        _radiator(system), holes_per_m2_per_s=_sampled_mean(_holes(system))[:, None], age_s=age_s
    )
    sunlit_w = last.plan.payload_sunlit_w + jnp.minimum(last.array_lit_w, system.power.bus_power_w)
    rejected, needed = (
        group_mean(system, run.mean(axis=1))[:, None] for run in (last.heat_limit_w, sunlit_w)
    )
    return jnp.clip(left * jnp.maximum(rejected / jnp.maximum(needed, 1e-9), 1.0), 0.0, 1.0)


@jax.jit
def radiator_after_life(system: System, *, wall_m: Array, loops: Array) -> tuple[Array, Array]:
    """Share of each group's radiator whole after a design life, (groups,), and the wall's mass."""
    coolant = replace(system.coolant, wall_thickness_m=wall_m, loop_count=loops)
    moved = replace(system, coolant=coolant)
    left = reliability.radiator_left_fraction(
        _radiator(moved),
        holes_per_m2_per_s=_sampled_mean(_holes(moved)),
        age_s=system.flight.life_s,
    )
    return left, reliability.armour_kg(_radiator(moved), bare_thickness_m=0.0)


def _radiator(system: System) -> reliability.Radiator:
    return reliability.Radiator(
        exposed_area_m2=2.0 * system.coolant.area_fraction * system.thermal.radiator_area_m2,
        wall_thickness_m=system.coolant.wall_thickness_m,
        loop_count=system.coolant.loop_count,
    )


def _holes(system: System) -> Array:
    """Holes in each square metre of wall, shape (groups, samples)."""
    return reliability.holes_per_m2_per_s(
        wall_thickness_m=system.coolant.wall_thickness_m,
        altitude_m=_sampled_axis_m(system) - EARTH_RADIUS_M,
        inclination_rad=_all_orbits(system).inclination_rad[system.sampled_planes],
        julian_day=system.epoch_julian_day + 0.5 * system.upkeep.month_count * MONTH_S / DAY_S,
        debris_factor=system.coolant.debris_factor,
    )


def _all_orbits(system: System) -> orbit.Spec:
    return system.orbits if system.whole is None else system.whole.orbits


def _sampled_axis_m(system: System) -> Array:
    return _all_orbits(system).semi_major_axis_m[system.sampled_planes]


def _sampled_orbits(system: System) -> radiation.Orbit:
    """Orbits that stand for each group's, shape (groups, samples)."""
    return radiation.Orbit(
        altitude_m=_sampled_axis_m(system) - EARTH_RADIUS_M,
        inclination_rad=_all_orbits(system).inclination_rad[system.sampled_planes],
        solar_activity_fraction=system.radiation.solar_activity_fraction,
    )


def _sampled_mean(values: Array) -> Array:
    return values.mean(axis=1)


# --- the way up and down --------------------------------------------------------------------------


def _raising(system: System) -> launch.Raising:
    """Spiral from release to place, thrusting in the sunlit part of the darkest orbit."""
    axis_m = _sampled_axis_m(system).mean(axis=1)
    dark = orbit.eclipse_fraction(semi_major_axis_m=axis_m, beta_rad=jnp.zeros_like(axis_m))
    return launch.raising(
        mass_kg=system.mass.stated_mass_kg,
        delta_v_m_per_s=group_mean(system, raising_m_per_s(system)),
        specific_impulse_s=system.ascent.specific_impulse_s,
        thrust_n=system.ascent.thrust_n,
        sunlit_fraction=1.0 - dark,
        duty_fraction=system.ascent.duty_fraction,
    )


def ballistic_coefficient_kg_per_m2(system: System) -> Array:
    """Of a dead satellite that tumbles: half of its flat parts, as of any plate, is its area."""
    area_m2 = 0.5 * (system.power.array_area_m2 + system.thermal.radiator_area_m2)
    return system.mass.stated_mass_kg / (area_m2 * system.flight.drag_coefficient_ratio)


def fall(system: System) -> Fall:
    """How long derelicts fall through the solar cycle, and its slopes, by differences."""
    shift_m = ALTITUDE_STEP_M * jnp.array([0.0, 1.0, -1.0, 0.0, 0.0])
    factor = MASS_STEP ** jnp.array([0.0, 0.0, 0.0, 1.0, -1.0])
    duration_s, higher, lower, heavier, lighter = jax.vmap(_fall_s, in_axes=(None, 0, 0))(
        system, shift_m, factor
    )
    apart_m = _shifted_m(system, shift_m[1]).mean(axis=1) - _shifted_m(system, shift_m[2]).mean(
        axis=1
    )
    return Fall(
        duration_s=duration_s,
        ballistic_coefficient_kg_per_m2=ballistic_coefficient_kg_per_m2(system),
        semi_major_axis_m=_sampled_axis_m(system).mean(axis=1),
        ballistic_exponent_ratio=_log_ratio(heavier, lighter) / (2.0 * jnp.log(MASS_STEP)),
        altitude_slope_per_m=_log_ratio(higher, lower) / apart_m,
    )


def _shifted_m(system: System, shift_m: Array) -> Array:
    """Sampled orbits some metres higher, inside the air's table."""
    top_m = EARTH_RADIUS_M + system.atmosphere.altitude_m[-1]
    return jnp.minimum(_sampled_axis_m(system) + shift_m, top_m)


def _log_ratio(more_s: Array, less_s: Array) -> Array:
    """Logarithm of a ratio of falls; 0 where there is no fall."""
    falls = (more_s > 0.0) & (less_s > 0.0)
    ratio = jnp.where(falls, more_s, 1.0) / jnp.where(falls, less_s, 1.0)
    return jnp.where(falls, jnp.log(ratio), 0.0)


def _fall_s(system: System, shift_m: Array, factor: Array) -> Array:
    """Mean over altitudes and dates, some metres higher and some factor heavier; (groups,)."""
    cycle = system.upkeep.solar_cycle
    starts = cycle.minimum_julian_day + jnp.arange(DATES) / DATES * cycle.period_s / DAY_S
    times_s = orbit.decay_time_through_cycle_s(
        system.atmosphere,
        cycle,
        semi_major_axis_m=_shifted_m(system, shift_m)[:, :, None],
        ballistic_coefficient_kg_per_m2=ballistic_coefficient_kg_per_m2(system) * factor,
        start_julian_day=starts,
    )
    return times_s.mean(axis=(1, 2))


def _decay_s(system: System) -> Array:
    """The fall of the design as resolved, moved with the design by its slopes.

    Right to some per cent within 50 km and a factor 1.5 in mass over area; no farther than a factor
    20 either way, so that a design that strays has a finite one.
    """
    known = system.upkeep.fall
    heavier = jnp.log(
        ballistic_coefficient_kg_per_m2(system) / known.ballistic_coefficient_kg_per_m2
    )
    higher_m = _sampled_axis_m(system).mean(axis=1) - known.semi_major_axis_m
    moved = known.ballistic_exponent_ratio * heavier + known.altitude_slope_per_m * higher_m
    return known.duration_s * jnp.exp(jnp.clip(moved, -FARTHEST, FARTHEST))


@jax.jit
def spreading_s(system: System, *, node_spread_rad: float) -> Array:
    """Time planes wait at the height of release until their nodes have parted, (groups,)."""
    inclination = group_mean(system, system.orbits.inclination_rad)
    drifts = [
        orbit.secular_rates(
            semi_major_axis_m=axis_m, eccentricity_ratio=0.0, inclination_rad=inclination
        ).node_rad_per_s
        for axis_m in (
            EARTH_RADIUS_M + system.ascent.release_altitude_m,
            _sampled_axis_m(system).mean(axis=1),
        )
    ]
    return launch.plane_spreading_s(
        node_spread_rad=node_spread_rad,
        parking_drift_rad_per_s=drifts[0],
        final_drift_rad_per_s=drifts[1],
    )


@jax.jit
def cells_left_fraction(system: System) -> Array:
    """Power trapped particles leave triple-junction cells after a design life, (groups,).

    NaN where the tables do not hold all of a group's orbits.
    """
    orbits, tables = _sampled_orbits(system), system.radiation_environment
    fluence = radiation.cell_fluence_per_m2_s(tables, orbits) * system.flight.life_s
    left = power.triple_junction_remaining_ratio(fluence_per_m2=fluence).mean(axis=1)
    known = radiation.known_fraction(system.radiation, tables, orbits).min(axis=1)
    return jnp.where(known > 0.0, left, jnp.nan)


# --- what the years bring -------------------------------------------------------------------------


def _stages_w(system: System, life: _Life, years: Years) -> Array:
    """Power left stage by stage at the horizon's end, of those in place and wanted."""
    by_age = years.last_working_count[:, ::-1]
    edges_s = jnp.arange(by_age.shape[1]) * MONTH_S
    raising_s = _raising(system).duration_s[:, None]
    in_place = by_age * jnp.clip((edges_s - raising_s) / MONTH_S + 1.0, 0.0, 1.0)
    wanted = group_sum(system, system.orbits.satellite_count)
    asked = jnp.minimum(wanted / jnp.maximum(in_place.sum(axis=1), 1e-12), 1.0)
    full_w = jnp.full_like(life.lit_w, system.power.payload_peak_power_w)
    left = [full_w, life.lit_w, life.payload_w]
    for share in (life.chips, life.store, life.dose, life.holes, life.upsets):
        left.append(left[-1] * share)
    return jnp.stack([asked * (in_place * power_w).sum(axis=1) for power_w in left])


def _tonnes_kg(system: System, spec: fleet.Spec, years: Years) -> dict[str, Array]:
    """Masses of each month, all groups together."""
    down = years.dead_on_arrival_count + years.disposed_count + years.decayed_count
    arrived = years.launched_count - years.lost_count - years.dead_on_arrival_count
    kept_m_per_s = group_mean(system, station_keeping_m_per_s(system)) / system.flight.life_s
    used = (
        _burnt_kg(system, arrived, group_mean(system, raising_m_per_s(system)))
        + _burnt_kg(system, years.in_place_count, kept_m_per_s * MONTH_S)
        + _burnt_kg(system, years.disposed_count, group_mean(system, lowering_m_per_s(system)))
    )
    return {
        "launched_kg": years.launched_count.sum(axis=1) * spec.satellite_kg,
        "reentered_kg": down.sum(axis=1) * spec.satellite_kg,
        "propellant_kg": used.sum(axis=1),
    }


def _burnt_kg(system: System, satellite_count: Array, delta_v_m_per_s: Array) -> Array:
    return satellite_count * launch.propellant_kg(
        mass_kg=system.mass.stated_mass_kg,
        delta_v_m_per_s=delta_v_m_per_s,
        specific_impulse_s=system.ascent.specific_impulse_s,
    )


def spent_usd(spec: fleet.Spec, years: Years) -> Array:
    """Price of each month's flights, full or not, by what they could carry to a low orbit."""
    flown_kg = years.flight_count.sum(axis=1) * spec.launch.charged_kg
    until_kg = jnp.cumsum(flown_kg) - 0.5 * flown_kg
    return flown_kg * launch.price_usd_per_kg(spec.launch.pricing, launched_kg=until_kg)
