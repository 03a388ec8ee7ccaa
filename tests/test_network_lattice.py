"""Are the closed forms of a shell the geometry of its satellites?"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import network
from sunstack.disciplines.network import Lattice
from sunstack.units import EARTH_RADIUS_M

RADIUS_M = EARTH_RADIUS_M + 550e3


def shell(
    planes: int = 10, slots: int = 12, phasing: float = 3.0, inclination_deg: float = 53.0
) -> Lattice:
    return network.walker(
        plane_count=planes,
        slot_count=slots,
        phasing_count=phasing,
        inclination_rad=np.radians(inclination_deg),
        radius_m=RADIUS_M,
        argument_of_latitude_rad=0.7,
        node_rad=0.3,
    )


def partners(lattice: Lattice, plane_offset: int, slot_offset: int) -> np.ndarray:
    """Positions of the other ends, found by counting slots."""
    position = np.asarray(network.position_m(lattice))
    planes, slots = lattice.plane_count, lattice.slot_count
    plane, slot = np.meshgrid(np.arange(planes), np.arange(slots), indexing="ij")
    there = plane + plane_offset
    shift = (there // planes) * int(lattice.seam_shift_count)
    return position[there % planes, (slot + slot_offset + shift) % slots]


@settings(max_examples=40, deadline=None)
@given(
    phasing=st.integers(0, 200),
    inclination_deg=st.floats(0.0, 180.0),
    plane_offset=st.integers(-7, 7),
    slot_offset=st.integers(-9, 9),
)
def test_lengths_are_distances(
    phasing: int, inclination_deg: float, plane_offset: int, slot_offset: int
) -> None:
    lattice = shell(phasing=phasing, inclination_deg=inclination_deg)
    length = network.link_length_m(lattice, plane_offset=plane_offset, slot_offset=slot_offset)
    here, there = network.position_m(lattice), partners(lattice, plane_offset, slot_offset)
    # The root of a small difference of numbers near 1: a millimetre where the ends meet.
    assert np.asarray(length) == pytest.approx(
        np.linalg.norm(np.asarray(here) - there, axis=-1), rel=1e-9, abs=0.3
    )


def test_a_walker_shell_is_the_textbook_s() -> None:
    # 53°: 120/10/3: plane p turned by 36° p, its first satellite 3 * 3° p on (360° * 3 / 120).
    lattice = shell()
    position = np.asarray(network.position_m(lattice)).reshape(-1, 3)
    for plane in range(10):
        node, along = 0.3 + np.radians(36.0 * plane), 0.7 + np.radians(9.0 * plane)
        tilt = np.radians(53.0)
        expected = RADIUS_M * np.array(
            [
                np.cos(along) * np.cos(node) - np.sin(along) * np.cos(tilt) * np.sin(node),
                np.cos(along) * np.sin(node) + np.sin(along) * np.cos(tilt) * np.cos(node),
                np.sin(along) * np.sin(tilt),
            ]
        )
        assert np.linalg.norm(position - expected, axis=1).min() < 1e-6


def test_whole_slots_of_phasing_change_nothing() -> None:
    # F = 10 planes' worth turns each plane by whole slots: the same satellites, other numbers.
    plain, turned = (
        np.asarray(network.position_m(shell(phasing=phasing))).reshape(-1, 3)
        for phasing in (3.0, 13.0)
    )
    apart = np.linalg.norm(plain[:, None] - turned[None], axis=2)
    assert apart.min(axis=1).max() < 1e-6


def test_partners_across_are_the_nearest_in_phase() -> None:
    lattice = shell(phasing=57.0)
    along = network.link_length_m(lattice, plane_offset=1, slot_offset=0)[:-1]
    for other in (-1, 1):
        farther = network.link_length_m(lattice, plane_offset=1, slot_offset=other)[:-1]
        assert float(jnp.mean(along)) <= float(jnp.mean(farther)) + 1e-6


def test_any_phases_may_be_given() -> None:
    phases = np.random.default_rng(3).uniform(0.0, 2.0 * np.pi, 10)
    lattice = network.renumbered(
        radius_m=RADIUS_M,
        inclination_rad=1.0,
        node_rad=jnp.arange(10) * 0.6,
        phase_rad=phases,
        slot_count=12,
    )
    slot = 2.0 * np.pi / 12
    turned = (np.asarray(lattice.phase_rad) - phases) / slot
    assert turned == pytest.approx(np.round(turned), abs=1e-9)
    steps = np.diff(np.asarray(lattice.phase_rad))
    assert np.abs(steps).max() <= 0.5 * slot + 1e-12


def test_a_plane_s_chord_and_how_low_it_grazes() -> None:
    lattice = shell(slots=12)
    chord = float(network.link_length_m(lattice, plane_offset=0, slot_offset=1)[0, 0])
    assert chord == pytest.approx(2.0 * RADIUS_M * np.sin(np.pi / 12))
    lowest = float(network.grazing_altitude_m(radius_m=RADIUS_M, length_m=chord))
    assert lowest == pytest.approx(RADIUS_M * np.cos(np.pi / 12) - EARTH_RADIUS_M)
