"""Does what satellites and spectrum carry come down to cells and people without loss?"""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import network
from sunstack.disciplines.network import Beams

EARTH_M2 = 4.0 * np.pi * 6_371_008.8**2
BEAMS = Beams(
    capacity_bit_per_s=jnp.asarray(96e9),
    beam_count=jnp.asarray(48.0),
    channel_count=jnp.asarray(16.0),
    channel_hz=jnp.asarray(250e6),
    spectral_efficiency=jnp.asarray(5.0),
    cell_m2=jnp.asarray(380e6),
)


def test_a_satellite_and_a_cell_by_hand() -> None:
    # 250 MHz at 5 bit: 1.25 Gbit/s a beam; 48 make 60 of the 96; 16 channels 20 in a cell.
    assert float(network.channel_bit_per_s(BEAMS)) == pytest.approx(1.25e9)
    assert float(network.satellite_bit_per_s(BEAMS)) == pytest.approx(60e9)
    weak = replace(BEAMS, capacity_bit_per_s=jnp.asarray(20e9))
    assert float(network.satellite_bit_per_s(weak)) == pytest.approx(20e9)
    assert float(network.cell_ceiling_bit_per_s(BEAMS)) == pytest.approx(20e9)
    # 480 cells for 48 beams: each a tenth of the time. Fewer than beams: all of it.
    assert float(network.time_share_fraction(BEAMS, cell_count=480)) == pytest.approx(0.1)
    assert float(network.time_share_fraction(BEAMS, cell_count=30)) == 1.0


def test_a_footprint_is_its_share_of_the_sphere() -> None:
    assert float(network.footprint_m2(view_angle_rad=np.pi)) == pytest.approx(EARTH_M2)
    # A small one is flat: π (R ψ)².
    flat = np.pi * (6_371_008.8 * 0.01) ** 2
    assert float(network.footprint_m2(view_angle_rad=0.01)) == pytest.approx(flat, rel=1e-4)


@jax.jit
def _supplied(inclination_rad: float, radius_m: float) -> network.Supply:
    """In 400 belts of equal area, from 200 satellites."""
    shell = network.walker(
        plane_count=20,
        slot_count=10,
        phasing_count=3,
        inclination_rad=inclination_rad,
        radius_m=radius_m,
    )
    sine = (jnp.arange(400) + 0.5) / 200.0 - 1.0
    ground = {"site_radius_m": 6_371_008.8, "elevation_rad": 0.4}
    return network.supply(
        BEAMS,
        in_view_count=network.mean_in_view_count(shell, latitude_rad=jnp.arcsin(sine), **ground),
        view_angle_rad=network.view_angle_rad(orbit_radius_m=shell.radius_m, **ground),
    )


@settings(max_examples=10)
@given(inclination_deg=st.floats(20.0, 100.0), height_m=st.floats(400e3, 1_500e3))
def test_what_satellites_carry_is_what_the_ground_gets(
    inclination_deg: float, height_m: float
) -> None:
    # With spectrum to spare and all ground served, the sum over the Earth is the fleet's.
    got = _supplied(np.radians(inclination_deg), 6_371_008.8 + height_m)
    whole = float(got.by_satellites_bit_per_s_per_m2.mean()) * EARTH_M2
    assert whole == pytest.approx(200 * 60e9, rel=0.01)


def test_spectrum_is_a_ceiling_that_says_when_it_binds() -> None:
    view = jnp.asarray(0.15)
    thin = network.supply(BEAMS, in_view_count=10.0, view_angle_rad=view)
    dense = network.supply(BEAMS, in_view_count=1e4, view_angle_rad=view)
    assert float(thin.spectrum_margin_bit_per_s_per_m2) > 0.0
    assert float(dense.spectrum_margin_bit_per_s_per_m2) < 0.0
    assert float(dense.least_bit_per_s_per_m2) == pytest.approx(20e9 / 380e6)
    # A tenth of the ground served gets ten times as much; none served, nothing.
    tenth = network.supply(BEAMS, in_view_count=10.0, view_angle_rad=view, served_fraction=0.1)
    assert float(tenth.least_bit_per_s_per_m2) == pytest.approx(
        10.0 * float(thin.least_bit_per_s_per_m2)
    )
    none = network.supply(BEAMS, in_view_count=10.0, view_angle_rad=view, served_fraction=0.0)
    assert float(none.least_bit_per_s_per_m2) == 0.0


def test_people_share_by_hand() -> None:
    # 20 Gbit/s for 380 km² with 10 people a km², one in ten at a time: 52.6 Mbit/s each.
    each = network.each_bit_per_s(
        supply_bit_per_s_per_m2=20e9 / 380e6, people_per_m2=1e-5, busy_fraction=0.1
    )
    assert float(each) == pytest.approx(52.63e6, rel=1e-3)
    assert float(network.each_bit_per_s(supply_bit_per_s_per_m2=50.0, people_per_m2=0.0)) == 0.0


def test_satellites_crowd_towards_their_inclination() -> None:
    density = [
        float(
            network.satellites_per_m2(
                satellite_count=1584,
                south_rad=np.radians(south),
                north_rad=np.radians(south + 3.0),
                inclination_rad=np.radians(53.0),
            )
        )
        for south in (-1.5, 30.0, 50.0, 60.0)
    ]
    # At the equator N / (2 π² R² sin i), the limit of a narrow belt.
    equator = 1584 / (2.0 * np.pi**2 * 6_371_008.8**2 * np.sin(np.radians(53.0)))
    assert density[0] == pytest.approx(equator, rel=1e-3)
    assert density[0] < density[1] < density[2]
    assert density[3] == 0.0
