"""Do the parts of a satellite sum to what it weighs?"""

from __future__ import annotations

from dataclasses import fields

import jax.numpy as jnp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines import mass

PARTS = ("array_kg", "battery_kg", "radiator_kg", "payload_kg", "bus_kg", "structure_kg")


def spec(**changes: float) -> mass.Spec:
    numbers = {
        "array_areal_density_kg_per_m2": 1.0,
        "radiator_areal_density_kg_per_m2": 4.0,
        "battery_specific_energy_j_per_kg": 150.0 * 3600.0,
        "payload_mass_kg": 500.0,
        "bus_mass_kg": 250.0,
        "structure_mass_fraction": 0.1,
        "stated_mass_kg": 2140.0,
    } | changes
    return mass.Spec(**{name: jnp.asarray(value) for name, value in numbers.items()})


def weigh(design: mass.Spec, array: float, radiator: float, capacity: float) -> mass.Result:
    return mass.build_up(
        design,
        array_area_m2=jnp.asarray(array),
        radiator_area_m2=jnp.asarray(radiator),
        battery_capacity_j=jnp.asarray(capacity),
    )


def test_build_up_by_hand() -> None:
    # 600 m² · 1 = 600; 110 m² · 4 = 440; 30 kWh / 150 Wh/kg = 200; 500 and 250: 1,990 kg of parts.
    # A tenth of the whole is structure: 1,990 / 0.9 = 2,211.11, structure 221.11.
    found = weigh(spec(), 600.0, 110.0, 30.0 * 3.6e6)
    expected = dict(zip(PARTS, (600.0, 200.0, 440.0, 500.0, 250.0, 221.111), strict=True))
    assert {name: float(getattr(found, name)) for name in PARTS} == pytest.approx(expected)
    assert float(found.total_kg) == pytest.approx(2211.111)


areas = st.floats(0.0, 1e5)


@given(
    array=areas, radiator=areas, capacity=st.floats(0.0, 1e12),
    structure=st.floats(0.0, 0.6), payload=st.floats(0.0, 1e5), bus=st.floats(0.0, 1e5),
)  # fmt: skip
def test_parts_sum_to_the_total_and_structure_has_its_share(
    array: float, radiator: float, capacity: float, structure: float, payload: float, bus: float
) -> None:
    design = spec(structure_mass_fraction=structure, payload_mass_kg=payload, bus_mass_kg=bus)
    found = weigh(design, array, radiator, capacity)
    total = float(found.total_kg)
    assert sum(float(getattr(found, name)) for name in PARTS) == pytest.approx(total, rel=1e-12)
    assert float(found.structure_kg) == pytest.approx(structure * total, rel=1e-9, abs=1e-9)
    assert all(float(getattr(found, one.name)) >= 0.0 for one in fields(found))


@given(array=areas, more=st.floats(1.0, 1e3))
def test_a_square_metre_of_array_brings_its_structure_along(array: float, more: float) -> None:
    small, large = (weigh(spec(), size, 110.0, 1e8) for size in (array, array + more))
    # 1 kg/m² over 0.9; the difference of totals of up to 1e5 kg is rounded to 1e-10.
    assert float(large.total_kg - small.total_kg) == pytest.approx(more / 0.9, abs=1e-9)
