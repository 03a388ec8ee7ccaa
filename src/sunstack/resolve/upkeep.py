"""What fails, what replaces it and what comes down, in SI?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack import programme
from sunstack.disciplines import orbit, radiation, reliability
from sunstack.errors import ScenarioError
from sunstack.scenario import Document
from sunstack.system import Coolant, Fall, System, Upkeep
from sunstack.units import DAY_S, J2000_JULIAN_DAY, YEAR_S

from .numbers import Numbers
from .planes import Columns
from .radiation import sensitivity

MOST_DRAWN = 10_000
"""Satellites of a fleet that is drawn one by one."""
SAMPLES = 12
"""Planes that stand for the altitudes of a group."""
MONTHS = 12


def failures(number: Numbers) -> reliability.Spec:
    """Build what of a satellite fails."""
    chips = number["payload.chip_count"]
    working = jnp.maximum(jnp.round(chips * (1.0 - number["reliability.spare_chip_fraction"])), 1.0)
    return reliability.Spec(
        bus=_bus(number),
        chips=_units(
            number, "reliability.chip_failure_fraction_per_year", needed=working, carried=chips
        ),
        drives=_units(
            number,
            "reliability.drive_failure_fraction_per_year",
            needed=number["reliability.needed_drive_count"],
            carried=number["reliability.drive_count"],
        ),
    )


def _bus(number: Numbers) -> reliability.Bus:
    dead = number["reliability.dead_on_arrival_fraction"]
    if number.word("reliability.bus_failures") == "weibull":
        return reliability.WeibullBus(
            dead_on_arrival_fraction=dead,
            scale_s=number["reliability.bus_scale_years"],
            shape_ratio=number["reliability.bus_shape_ratio"],
        )
    return reliability.ConstantBus(
        dead_on_arrival_fraction=dead,
        failure_per_s=_per_s(number, "reliability.bus_failure_fraction_per_year"),
    )


def _per_s(number: Numbers, key: str) -> Array:
    return reliability.hazard_of_annual_fraction_per_s(annual_fraction=number[key] * YEAR_S)


def _units(number: Numbers, key: str, *, needed: Array, carried: Array) -> reliability.Units:
    return reliability.Units(
        ground_failure_per_s=_per_s(number, key),
        orbit_factor=number["reliability.orbit_factor"],
        wear_out_scale_s=number["reliability.wear_out_scale_years"],
        wear_out_shape_ratio=number["reliability.wear_out_shape_ratio"],
        needed_count=needed,
        carried_count=carried,
    )


def coolant(number: Numbers) -> Coolant:
    """Build what of a radiator can be holed."""
    return Coolant(
        area_fraction=number["reliability.coolant_area_fraction"],
        wall_thickness_m=number["reliability.coolant_wall_mm"],
        loop_count=number["reliability.coolant_loop_count"],
        debris_factor=number["reliability.debris_factor"],
    )


def exposure_of_chips(number: Numbers) -> radiation.Spec:
    """Build shielding, limit and measures."""
    return radiation.Spec(
        shielding_m=number["radiation.shielding_mm"],
        solar_activity_fraction=number["radiation.solar_activity_fraction"],
        event_per_s=1.0 / number["radiation.solar_event_years"],
        memory_limit_gy=number["radiation.memory_limit_krad"],
        chip=sensitivity().value,
        silicon_area_ratio=number["radiation.silicon_area_ratio"],
        memory_ratio=number["radiation.memory_ratio"],
        measure=radiation.Measure(
            silent_removed_fraction=number["radiation.silent_removed_fraction"],
            found_fraction=number["radiation.found_fraction"],
            memory_error_factor=number["radiation.memory_error_factor"],
            others_removed_fraction=number["radiation.others_removed_fraction"],
            time_overhead_fraction=number["radiation.time_overhead_fraction"],
            energy_factor=number["radiation.energy_factor"],
        ),
        paused_fraction=number["radiation.anomaly_pause_fraction"],
        restart_s=number["radiation.restart_s"],
        stops_at_limit=number.word("radiation.past_memory_limit") == "stop",
    )


def upkeep(number: Numbers, document: Document, *, groups: int) -> Upkeep:
    """Build when satellites are replaced and how the fleet is followed; see `completed`."""
    return Upkeep(
        **_measures(number),
        spare_count=jnp.zeros(groups),
        fall=_no_fall(groups),
        seed=jnp.asarray(document.scenario.seed),
        is_drawn=number.word("fleet.draws") == "drawn",
        month_count=round(float(number.found["fleet.horizon_years"].value) * MONTHS),
    )


def _measures(number: Numbers) -> dict[str, Any]:
    return {
        "policy": _policy(number),
        "disposal_success_fraction": number["disposal.success_fraction"],
        "casualty_area_m2": number["disposal.casualty_area_m2"],
        "solar_cycle": _cycle(number),
    }


def moved_upkeep(number: Numbers, system: System) -> Upkeep:
    """Move a sized design's upkeep with its numbers, traced by JAX.

    Derelicts fall as the design that was resolved, moved along the slopes of its fall: right to
    some per cent (see `programme`); unless what moves is the solar cycle.
    """
    moved = replace(system.upkeep, **_measures(number), spare_count=_spare_count(number, system))
    if any(key.startswith("environment.cycle_") for key in number.moved):
        moved = replace(moved, fall=_fall(replace(system, upkeep=moved)))
    return moved


def _no_fall(groups: int) -> Fall:
    """A fall of no time, until the design is sized."""
    return Fall(
        duration_s=jnp.zeros(groups),
        ballistic_coefficient_kg_per_m2=jnp.ones(()),
        semi_major_axis_m=jnp.zeros(groups),
        ballistic_exponent_ratio=jnp.zeros(groups),
        altitude_slope_per_m=jnp.zeros(groups),
    )


def _policy(number: Numbers) -> reliability.Policy:
    policy = number.word("fleet.policy")
    if policy == "run-to-failure":
        return reliability.RunToFailure()
    if policy == "refresh-when-obsolete":
        return reliability.RefreshWhenObsolete(
            progress_per_s=jnp.log1p(number["fleet.progress_fraction_per_year"] * YEAR_S) / YEAR_S,
            threshold_fraction=number["fleet.obsolete_fraction"],
        )
    given = "fleet.replacement_age_years"
    return reliability.ReplaceAtAge(
        life_s=number[given if given in number.found else "satellite.life_years"]
    )


def _cycle(number: Numbers) -> orbit.SolarCycle:
    since_2000_s = number["environment.cycle_minimum_years"] - 2000.0 * YEAR_S
    return orbit.SolarCycle(
        low_solar_flux_units=number["environment.cycle_low_solar_flux_units"],
        high_solar_flux_units=number["environment.cycle_high_solar_flux_units"],
        period_s=number["environment.cycle_years"],
        minimum_julian_day=J2000_JULIAN_DAY + since_2000_s / DAY_S,
    )


def sampled_planes(
    semi_major_axis_m: Columns,
    satellite_count: Columns,
    group: Columns,
) -> NDArray[np.int32]:
    """Choose planes whose altitudes stand for those of each group's satellites."""
    return np.stack(
        [
            _sampled(semi_major_axis_m, satellite_count, np.flatnonzero(group == number))
            for number in range(int(group.max()) + 1)
        ]
    ).astype(np.int32)


def _sampled(
    semi_major_axis_m: Columns,
    satellite_count: Columns,
    own: NDArray[np.integer[Any]],
) -> NDArray[np.integer[Any]]:
    rising = own[np.argsort(semi_major_axis_m[own], kind="stable")]
    until = np.cumsum(satellite_count[rising])
    wanted = (np.arange(SAMPLES) + 0.5) / SAMPLES * until[-1]
    return np.asarray(rising[np.searchsorted(until, wanted)])


def completed(number: Numbers, system: System) -> System:
    """Add what follows from the sized design: spares, and how long derelicts fall."""
    upkeep = replace(
        system.upkeep,
        spare_count=_spare_count(number, system),
        fall=_fall(system),
    )
    return replace(system, upkeep=upkeep)


_fall = jax.jit(programme.fall)


def _spare_count(number: Numbers, system: System) -> Array:
    """Spares of each group, so many in each plane, shape (groups,)."""
    nobody, key = jnp.zeros(len(system.group_names)), "fleet.spare_confidence_fraction"
    if key not in number.moved and float(number.found[key].value) == 0.0:
        return nobody
    planes = system if system.whole is None else system.whole
    per_plane = reliability.spares_per_plane_count(
        satellite_count=planes.orbits.satellite_count,
        loss_per_s=_loss_per_s(system),
        resupply_s=number["fleet.resupply_days"],
        probability_fraction=number[key],
    )
    return nobody.at[planes.plane_group].add(per_plane)


def _loss_per_s(system: System) -> Array:
    """Mean hazard of a bus over its design life."""
    life_s = system.flight.life_s
    left = reliability.survival_fraction(system.reliability.bus, age_s=life_s)
    return -jnp.log(left) / life_s


def check_draws(document: Document, system: System) -> None:
    """Refuse to draw a fleet too large for it.

    Raises:
        ScenarioError: it is.
    """
    count = float(system.orbits.satellite_count.sum())
    if system.upkeep.is_drawn and count > MOST_DRAWN:
        raise ScenarioError(
            f"{document.path}: fleet.draws: drawn is for up to {MOST_DRAWN:,} satellites, "
            f"these are {count:,.0f}; write mean"
        )
