"""What does the satellite weigh, part by part?

    m = (array + battery + radiator + payload + bus) / (1 - structure share)

Assumes: areal densities and specific energy hold at any size.
Leaves out: propellant beyond what `bus_mass_kg` holds, contingency (compare with the stated mass).
Reference: Wertz & Larson (3rd ed.), sec. 10.3, for structure as a share of dry mass.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
from jax import Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """Masses and densities; scalars."""

    array_areal_density_kg_per_m2: Array
    radiator_areal_density_kg_per_m2: Array
    battery_specific_energy_j_per_kg: Array
    payload_mass_kg: Array
    bus_mass_kg: Array
    structure_mass_fraction: Array
    stated_mass_kg: Array
    """As the builder says; the build-up itself where the scenario says `auto`."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Result:
    """The build-up; the parts sum to the total."""

    array_kg: Array
    battery_kg: Array
    radiator_kg: Array
    payload_kg: Array
    bus_kg: Array
    structure_kg: Array
    total_kg: Array


def build_up(
    spec: Spec, *, array_area_m2: Array, radiator_area_m2: Array, battery_capacity_j: Array
) -> Result:
    """Weigh every part."""
    array_kg = spec.array_areal_density_kg_per_m2 * array_area_m2
    radiator_kg = spec.radiator_areal_density_kg_per_m2 * radiator_area_m2
    battery_kg = battery_capacity_j / spec.battery_specific_energy_j_per_kg
    parts_kg = array_kg + radiator_kg + battery_kg + spec.payload_mass_kg + spec.bus_mass_kg
    total_kg = parts_kg / (1.0 - spec.structure_mass_fraction)
    return Result(
        array_kg=array_kg,
        battery_kg=battery_kg,
        radiator_kg=radiator_kg,
        payload_kg=spec.payload_mass_kg,
        bus_kg=spec.bus_mass_kg,
        structure_kg=total_kg - parts_kg,
        total_kg=total_kg,
    )
