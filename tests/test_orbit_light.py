"""Does a satellite see the Sun when and as it should?"""

from __future__ import annotations

import math
from datetime import date

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines import orbit
from sunstack.units import DAY_S, EARTH_RADIUS_M, HOUR_S

AXIS_M = EARTH_RADIUS_M + 550e3
axes = st.floats(EARTH_RADIUS_M + 300e3, EARTH_RADIUS_M + 2000e3)
betas = st.floats(-0.5 * math.pi, 0.5 * math.pi)
days = st.floats(2433282.5, 2469807.5)
"""1950 to 2050, where the Sun's series holds."""


def julian_day(year: int, month: int, day: int, hour: float = 0.0) -> float:
    return date(year, month, day).toordinal() + 1721424.5 + hour / 24.0


@jax.jit
def shadows(axis: jax.Array, beta: jax.Array) -> jax.Array:
    """Share of the orbit in umbra, cylinder and penumbra."""
    cones = jnp.asarray([orbit.UMBRA_CONE_RAD, 0.0, orbit.PENUMBRA_CONE_RAD])
    return orbit.eclipse_fraction(
        semi_major_axis_m=axis, beta_rad=jnp.asarray(beta)[..., None], cone_rad=cones
    )


# --- the Sun -------------------------------------------------------------------------------------


def test_sun_stands_over_the_tropics_at_solstices_and_the_equator_at_equinoxes() -> None:
    # Instants to the minute as almanacs print them (UTC); the series is good to 0.01°.
    instants = {
        julian_day(2028, 6, 20, 20.03): 23.436,
        julian_day(2028, 12, 21, 8.33): -23.436,
        julian_day(2028, 3, 20, 2.28): 0.0,
        julian_day(2028, 9, 22, 11.75): 0.0,
    }
    height = orbit.sun(julian_day=jnp.asarray(list(instants))).direction_ratio[:, 2]
    assert np.degrees(np.arcsin(height)) == pytest.approx(list(instants.values()), abs=0.01)


def test_sun_is_nearest_in_january_and_farthest_in_july() -> None:
    year = orbit.sun(julian_day=julian_day(2028, 1, 1) + np.arange(366.0)).distance_ratio
    assert int(jnp.argmin(year)) in range(7)
    assert int(jnp.argmax(year)) in range(181, 190)
    # 1 ∓ 0.0167; the series is good to 0.0003.
    assert [float(year.min()), float(year.max())] == pytest.approx([0.9833, 1.0167], abs=3e-4)


@given(day=days)
def test_direction_is_a_unit_vector(day: float) -> None:
    seen = orbit.sun(julian_day=day)
    assert float(jnp.linalg.norm(seen.direction_ratio)) == pytest.approx(1.0, abs=1e-14)


@given(day=days, local_time_s=st.floats(0.0, DAY_S))
def test_a_node_at_noon_is_where_the_mean_sun_is(day: float, local_time_s: float) -> None:
    sun = float(orbit.sun(julian_day=day).mean_longitude_rad)
    node = float(orbit.node_of_local_time_rad(local_time_s=local_time_s, julian_day=day))
    # A node an hour east of the mean Sun is passed an hour after noon.
    hours = 12.0 + math.degrees(node - sun) / 15.0
    assert hours * HOUR_S == pytest.approx(local_time_s, abs=1e-6)


def test_nodes_of_dawn_noon_and_dusk_by_hand() -> None:
    hours = np.array([6.0, 12.0, 18.0])
    node = orbit.node_of_local_time_rad(local_time_s=hours * HOUR_S, julian_day=2461850.5)
    sun = orbit.sun(julian_day=2461850.5).mean_longitude_rad
    assert np.degrees(node - sun) == pytest.approx([-90.0, 0.0, 90.0], abs=1e-9)


# --- beta ----------------------------------------------------------------------------------------


def test_beta_of_a_dawn_dusk_orbit_by_hand() -> None:
    # Ascending at 18 h, inclination 98°: the angular momentum points at the mean Sun's right
    # ascension and declination 90° - 98° = -8°, and β is 90° less the Sun's angle from it.
    # June: 90 - (23.44 + 8) = 58.56°. December: 90 - (23.44 - 8) = 74.56°. The true Sun is up to
    # half a degree beside the mean one then, which is under 0.02° of β.
    for day, expected in ((julian_day(2028, 6, 21), 58.56), (julian_day(2028, 12, 21), 74.56)):
        node = orbit.node_of_local_time_rad(local_time_s=18.0 * HOUR_S, julian_day=day)
        beta = orbit.beta_rad(
            inclination_rad=math.radians(98.0),
            node_rad=node,
            direction_ratio=orbit.sun(julian_day=day).direction_ratio,
        )
        assert math.degrees(float(beta)) == pytest.approx(expected, abs=0.03)


def test_beta_of_an_equatorial_orbit_is_the_suns_declination() -> None:
    direction = orbit.sun(julian_day=julian_day(2028, 6, 20, 20.03)).direction_ratio
    beta = orbit.beta_rad(inclination_rad=0.0, node_rad=1.2, direction_ratio=direction)
    assert math.degrees(float(beta)) == pytest.approx(23.436, abs=0.01)


@given(inclination=st.floats(0.0, math.pi), node=st.floats(0.0, 6.28), day=days)
def test_beta_is_the_angle_to_the_orbit_plane(inclination: float, node: float, day: float) -> None:
    direction = orbit.sun(julian_day=day).direction_ratio
    normal = np.array(
        [
            math.sin(node) * math.sin(inclination),
            -math.cos(node) * math.sin(inclination),
            math.cos(inclination),
        ]
    )
    angles = {"inclination_rad": inclination, "node_rad": node}
    beta = float(orbit.beta_rad(**angles, direction_ratio=direction))
    assert math.sin(beta) == pytest.approx(float(normal @ np.asarray(direction)), abs=1e-12)
    opposite = float(orbit.beta_rad(**angles, direction_ratio=-direction))
    assert opposite == pytest.approx(-beta, abs=1e-12)


# --- shadow --------------------------------------------------------------------------------------


def test_longest_eclipse_at_550_km_by_hand() -> None:
    # β = 0: the shadow's half-angle is arcsin(R/r) = arcsin(0.920614) = 67.0159°, of 180° 0.372311;
    # of 5,738.99 s that is 35.61 min.
    fraction = float(orbit.eclipse_fraction(semi_major_axis_m=AXIS_M, beta_rad=0.0))
    assert fraction == pytest.approx(0.372311, abs=1e-6)
    period = float(orbit.circular_period_s(semi_major_axis_m=AXIS_M))
    assert fraction * period / 60.0 == pytest.approx(35.61, abs=0.005)


def test_eclipse_at_sixty_degrees_by_hand() -> None:
    # √(1 - 0.920614²) / cos 60° = 0.390475 / 0.5 = 0.780950; arccos 38.6524°, of 180° 0.214735.
    fraction = orbit.eclipse_fraction(semi_major_axis_m=AXIS_M, beta_rad=math.radians(60.0))
    assert float(fraction) == pytest.approx(0.214735, abs=2e-6)


@given(axis=axes, beta=betas)
def test_eclipse_is_at_most_half_and_umbra_within_cylinder_within_penumbra(
    axis: float, beta: float
) -> None:
    umbra, cylinder, penumbra = np.asarray(shadows(axis, beta))
    assert 0.0 <= umbra <= cylinder <= penumbra <= 0.5


@given(axis=axes, beta=betas, more=st.floats(1e-4, 1.0))
def test_eclipse_shrinks_with_beta_on_either_side(axis: float, beta: float, more: float) -> None:
    steeper = min(abs(beta) + more, 0.5 * math.pi)
    here, mirrored, there = np.asarray(shadows(axis, np.array([beta, -beta, steeper])))
    assert here == pytest.approx(mirrored, abs=0.0)
    assert np.all(there <= here)
    assert np.all((there < here) | (here == 0.0) | (steeper == abs(beta)))


@given(axis=axes, share=st.floats(1e-6, 1.0))
def test_there_is_shadow_below_the_critical_beta_and_none_above(axis: float, share: float) -> None:
    critical = math.asin(EARTH_RADIUS_M / axis)
    above = critical + share * (0.5 * math.pi - critical)
    below = critical * (1.0 - share)
    assert float(shadows(axis, above)[1]) == 0.0
    assert float(shadows(axis, below)[1]) > 0.0


@given(beta=st.floats(-1.5, 1.5), low=axes, climb=st.floats(1e3, 500e3))
def test_higher_orbits_are_never_longer_in_shadow(beta: float, low: float, climb: float) -> None:
    # Stated for the cylinder: the penumbra widens behind the Earth.
    assert float(shadows(low + climb, beta)[1]) <= float(shadows(low, beta)[1])


def test_gradient_is_finite_where_there_is_no_shadow() -> None:
    slope = jax.grad(lambda axis: orbit.eclipse_fraction(semi_major_axis_m=axis, beta_rad=1.5))
    assert float(slope(AXIS_M)) == 0.0


@jax.jit
def light_round_the_orbit(axis: jax.Array, beta: jax.Array) -> jax.Array:
    """Illumination at 20,000 places of a circular orbit in the x-y plane."""
    along = jnp.arange(20000) * (2.0 * jnp.pi / 20000)
    ring = axis * jnp.stack([jnp.cos(along), jnp.sin(along), 0.0 * along], axis=-1)
    sun = jnp.stack([jnp.cos(beta), 0.0 * beta, jnp.sin(beta)])
    return orbit.illumination_fraction(position_m=ring, direction_ratio=sun)


@given(axis=axes, share=st.floats(-0.97, 0.97))
def test_light_met_on_the_way_round_averages_to_the_eclipse_fraction(
    axis: float, share: float
) -> None:
    """To 97 % of the critical beta; beyond, the orbit grazes the penumbra (next test).

    The half-lit edge lies 4e-5 R behind the cylinder's, which moves the fraction by up to 3e-5;
    20,000 places leave 5e-5 of the edges of umbra and penumbra, which are steps.
    """
    beta = share * math.asin(EARTH_RADIUS_M / axis)
    seen = np.asarray(light_round_the_orbit(axis, beta))
    umbra, cylinder, penumbra = np.asarray(shadows(axis, beta))
    assert 1.0 - seen.mean() == pytest.approx(cylinder, abs=1e-4)
    assert np.mean(seen == 0.0) == pytest.approx(umbra, abs=3e-4)
    assert np.mean(seen < 1.0) == pytest.approx(penumbra, abs=3e-4)


@given(axis=axes, share=st.floats(0.97, 1.1))
def test_an_orbit_that_grazes_the_shadow_lies_between_umbra_and_penumbra(
    axis: float, share: float
) -> None:
    beta = min(share * math.asin(EARTH_RADIUS_M / axis), 0.5 * math.pi)
    dark = 1.0 - float(light_round_the_orbit(axis, beta).mean())
    umbra, _, penumbra = np.asarray(shadows(axis, beta))
    # The flat sides of the cone, 1/cos of half a degree, are 1e-5 off: 5e-4 at the grazing edge.
    assert umbra - 5e-4 <= dark <= penumbra + 5e-4


def test_light_on_the_axis_of_the_shadow_by_hand() -> None:
    # 1,000 km behind the limb plane the umbra has narrowed by 1,000 km · tan 0.26411° = 4.610 km
    # and the penumbra widened by 1,000 km · tan 0.26898° = 4.695 km; halfway between them half is
    # seen.
    sun = jnp.asarray([1.0, 0.0, 0.0])
    depth, narrow, wide = -1000e3, EARTH_RADIUS_M - 4610.0, EARTH_RADIUS_M + 4695.0
    places = jnp.asarray(
        [
            [depth, 0.5 * (narrow + wide), 0.0],
            [depth, 0.0, narrow - 10.0],
            [depth, wide + 10.0, 0.0],
            [0.0, 0.0, EARTH_RADIUS_M],
        ]
    )
    seen = orbit.illumination_fraction(position_m=places, direction_ratio=sun)
    assert np.asarray(seen) == pytest.approx([0.5, 0.0, 1.0, 1.0], abs=2e-4)  # metres of 9.3 km


# --- means over the lit arc ----------------------------------------------------------------------


@given(fraction=st.floats(0.0, 0.45))
def test_means_over_the_lit_arc_are_those_of_a_sum(fraction: float) -> None:
    half = math.pi * (1.0 - fraction)
    angle = (np.arange(20000) + 0.5) / 20000 * 2.0 * half - half
    day = np.maximum(np.cos(angle), 0.0)
    expected = [np.mean(np.cos(angle) ** 2), np.mean(day), np.mean(day**3)]
    found = [float(one) for one in orbit.lit_arc_means(eclipse_fraction=fraction)]
    assert found == pytest.approx(expected, abs=1e-7)  # the midpoint rule at 20,000 points


# --- the sky of a year ---------------------------------------------------------------------------


def test_sky_is_made_of_its_parts() -> None:
    planes = orbit.Spec(
        semi_major_axis_m=jnp.asarray([AXIS_M, AXIS_M + 4e5]),
        eccentricity_ratio=jnp.zeros(2),
        inclination_rad=jnp.asarray([0.9, 1.7]),
        node_rad=jnp.asarray([0.3, 2.0]),
        argument_of_perigee_rad=jnp.zeros(2),
        argument_of_latitude_rad=jnp.zeros(2),
        satellite_count=jnp.ones(2),
    )
    elapsed_s = jnp.asarray([0.0, 40.0, 200.0]) * DAY_S
    sky = orbit.sky(planes, epoch_julian_day=2461850.5, elapsed_s=elapsed_s)
    assert sky.beta_rad.shape == sky.eclipse_fraction.shape == (2, 3)
    assert sky.period_s.shape == (2, 1)
    sun = orbit.sun(julian_day=2461850.5 + 200.0)
    drift = orbit.secular_rates(
        semi_major_axis_m=AXIS_M + 4e5, eccentricity_ratio=0.0, inclination_rad=1.7
    ).node_rad_per_s
    beta = orbit.beta_rad(
        inclination_rad=1.7,
        node_rad=2.0 + drift * 200.0 * DAY_S,
        direction_ratio=sun.direction_ratio,
    )
    assert float(sky.beta_rad[1, 2]) == pytest.approx(float(beta), abs=1e-12)
    assert float(sky.eclipse_fraction[1, 2]) == pytest.approx(
        float(shadows(AXIS_M + 4e5, beta)[1]), abs=1e-12
    )
    assert float(sky.flux_ratio[2]) == pytest.approx(float(sun.distance_ratio) ** -2, rel=1e-14)
