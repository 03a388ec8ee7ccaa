"""What are a rocket, its cadence and its price in SI?"""

from __future__ import annotations

from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from sunstack.disciplines import launch
from sunstack.errors import ScenarioError
from sunstack.scenario import Document
from sunstack.system import Ascent, System
from sunstack.units import YEAR_S, to_si

from .numbers import Numbers
from .values import Origin

POLAR_RAD = 80.0 * jnp.pi / 180.0 - 1e-9
"""From here on a rocket lifts what it lifts to a sun-synchronous orbit."""

Values = Mapping[str, Array]
"""A scenario's values in SI, by key."""


def launches(values: Values, *, words: Numbers, inclination_rad: Array) -> launch.Spec:
    """Build a rocket, how often it flies and what it costs.

    Args:
        values: of the keys `launch.*`; traced by JAX, so that many may be built at once.
        words: where the keys that hold words are looked up.
        inclination_rad: of each group, shape (groups,).
    """
    return launch.Spec(
        rocket=_rocket(values, inclination_rad),
        cadence=_cadence(values, words.word("launch.flight_limit")),
        pricing=_pricing(values, words.word("launch.pricing")),
        charged_kg=values["launch.payload_mass_kg"],
    )


def _rocket(values: Values, inclination_rad: Array) -> launch.Rocket:
    share = jnp.where(
        inclination_rad >= POLAR_RAD, values["launch.sun_synchronous_payload_ratio"], 1.0
    )
    area_m2 = 0.25 * jnp.pi * values["launch.bay_diameter_m"] ** 2
    return launch.Rocket(
        payload_mass_kg=values["launch.payload_mass_kg"] * share,
        adapter_mass_fraction=values["launch.adapter_mass_fraction"],
        bay_volume_m3=area_m2 * values["launch.bay_height_m"],
        packing_fraction=values["launch.packing_fraction"],
    )


def _cadence(values: Values, flight_limit: str) -> launch.Cadence:
    permitted = values["launch.yearly_permitted_flight_count"]
    planned = values["launch.yearly_flight_count"]
    most = {
        "larger": jnp.maximum(permitted, planned),
        "planned": planned,
        "permitted": permitted,
    }[flight_limit]
    return launch.Cadence(
        first_flight_s=values["launch.first_flight_years"],
        first_cadence_per_s=values["launch.first_yearly_flight_count"] / YEAR_S,
        doubling_s=values["launch.doubling_years"],
        pad_count=values["launch.pad_count"],
        pad_turnaround_s=values["launch.pad_turnaround_days"],
        vehicle_count=values["launch.vehicle_count"],
        vehicle_turnaround_s=values["launch.vehicle_turnaround_days"],
        permitted_per_s=most / YEAR_S,
        success_fraction=values["launch.success_fraction"],
    )


def _pricing(values: Values, pricing: str) -> launch.Learning | launch.Reuse:
    carried_kg = values["launch.payload_mass_kg"]
    propellant = values["launch.propellant_cost_usd"] / carried_kg
    if pricing == "reuse":
        vehicle = values["launch.vehicle_cost_usd"] / carried_kg
        return launch.Reuse(
            vehicle_usd_per_kg=vehicle,
            reuse_count=values["launch.reuse_count"],
            refurbishment_fraction=values["launch.refurbishment_fraction"],
            refurbished_usd_per_kg=vehicle,
            propellant_usd_per_kg=propellant,
            margin_fraction=values["launch.margin_fraction"],
        )
    price = values["launch.price_usd_per_kg"]
    learns = pricing == "learning"
    return launch.Learning(
        start_usd_per_kg=price,
        start_kg=values["launch.learned_mass_kg"] if learns else jnp.ones_like(price),
        learning_fraction=values["launch.learning_fraction"] * float(learns),
        floor_usd_per_kg=propellant if learns else jnp.zeros_like(price),
    )


def ascent(values: Values) -> Ascent:
    """Build the way from release to place."""
    thrust_n = values["launch.thruster_count"] * launch.hall_thrust_n(
        power_w=values["launch.thruster_power_kw"],
        efficiency=values["launch.thruster_efficiency"],
        specific_impulse_s=values["launch.thruster_specific_impulse_s"],
    )
    return Ascent(
        release_altitude_m=values["launch.release_altitude_km"],
        lowered_altitude_m=values["disposal.lowered_altitude_km"],
        thrust_n=thrust_n,
        specific_impulse_s=values["launch.thruster_specific_impulse_s"],
        duty_fraction=values["launch.thrust_duty_fraction"],
        stowed_volume_m3=values["satellite.stowed_volume_m3"],
    )


def mean_inclination_rad(inclination_rad: ArrayLike, group: ArrayLike) -> Array:
    """Mean inclination of each group's planes, shape (groups,)."""
    index = np.asarray(group).astype(int)
    return jnp.asarray(np.bincount(index, np.asarray(inclination_rad)) / np.bincount(index))


SCHEDULE_KEYS = (
    "launch.payload_mass_kg",
    "launch.success_fraction",
    "launch.first_flight_years",
    "launch.first_yearly_flight_count",
    "launch.doubling_years",
    "launch.yearly_flight_count",
    "launch.yearly_permitted_flight_count",
    "launch.vehicle_count",
    "launch.vehicle_turnaround_days",
    "launch.pad_count",
    "launch.pad_turnaround_days",
)
"""What a schedule rests on, drawn where a range is known."""


def ranges(found: Mapping[str, Origin]) -> dict[str, tuple[float, float]]:
    """Return low and high in SI of what a schedule rests on, where a range is known."""
    known = ((key, found[key].low, found[key].high) for key in SCHEDULE_KEYS)
    return {
        key: (to_si(key, low), to_si(key, high))
        for key, low, high in known
        if low is not None and high is not None
    }


def drawn(values: Values, ranges: Mapping[str, tuple[float, float]], *, key: Array) -> Values:
    """Draw values from triangles over their ranges, the value itself the likeliest.

    Args:
        values: in SI.
        ranges: low and high of those to be drawn, in SI.
        key: of the draw.
    """
    keys = jax.random.split(key, len(ranges))
    found = {
        name: _triangular(one, values[name], low, high)
        for one, (name, (low, high)) in zip(keys, ranges.items(), strict=True)
    }
    return {**values, **found}


def _triangular(key: Array, mode: Array, low: float, high: float) -> Array:
    """Invert the distribution: rising until the mode, falling after it."""
    chance = jax.random.uniform(key)
    span = jnp.maximum(high - low, 1e-300)
    rising = low + jnp.sqrt(chance * span * (mode - low))
    falling = high - jnp.sqrt((1.0 - chance) * span * (high - mode))
    return jnp.where(chance < (mode - low) / span, rising, falling)


def check_lift(document: Document, system: System) -> None:
    """Refuse a rocket that cannot bring one satellite to every group.

    Raises:
        ScenarioError: it cannot.
    """
    packed = launch.packing(
        system.launch.rocket,
        satellite_kg=system.mass.stated_mass_kg,
        stowed_volume_m3=system.ascent.stowed_volume_m3,
    )
    each = np.broadcast_to(np.asarray(packed.satellite_count), (len(system.group_names),))
    left = [name for name, count in zip(system.group_names, each, strict=True) if count < 1.0]
    if left:
        raise ScenarioError(
            f"{document.path}: launch.rocket: cannot carry one satellite of "
            f"{float(system.mass.stated_mass_kg):,.0f} kg and "
            f"{float(system.ascent.stowed_volume_m3):,.0f} m³ to {', '.join(left)}; "
            "name a larger one"
        )
