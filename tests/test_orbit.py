"""Does an orbit turn as it should, and is the satellite where it should be?

Light, march, drag and frames have files of their own.
"""

from __future__ import annotations

import math
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.optimize import least_squares

from sunstack.disciplines import orbit
from sunstack.disciplines.orbit.elements import eccentric_anomaly_rad
from sunstack.units import (
    DAY_S,
    EARTH_J2,
    EARTH_RADIUS_M,
    GRAVITATIONAL_PARAMETER_M3_PER_S2,
    TROPICAL_YEAR_S,
)

AXIS_550_M = EARTH_RADIUS_M + 550e3
AXIS_650_M = EARTH_RADIUS_M + 650e3


def spec(**given: float) -> orbit.Spec:
    """One plane of one satellite; what is not given is zero."""
    numbers = {
        "semi_major_axis_m": AXIS_550_M,
        "eccentricity_ratio": 0.0,
        "inclination_rad": 0.0,
        "node_rad": 0.0,
        "argument_of_perigee_rad": 0.0,
        "argument_of_latitude_rad": 0.0,
        "satellite_count": 1.0,
    } | given
    return orbit.Spec(**{name: jnp.asarray([value]) for name, value in numbers.items()})


axes = st.floats(EARTH_RADIUS_M + 300e3, EARTH_RADIUS_M + 2000e3)
angles = st.floats(0.0, 2.0 * math.pi)
inclinations = st.floats(0.0, math.pi)
eccentricities = st.floats(0.0, 0.02)


# --- how an orbit turns, by hand -----------------------------------------------------------------


def test_period_at_550_km_by_hand() -> None:
    # 6,928,137³ = 3.325442e20 m³; over μ 834,280 s²; root 913.389 s; times 2π 5,738.99 s.
    period = orbit.circular_period_s(semi_major_axis_m=AXIS_550_M)
    assert float(period) == pytest.approx(5738.99, abs=0.01)  # the last digit written


def test_node_drift_at_650_km_and_30_degrees_by_hand() -> None:
    # (R/a)² = (6378.137/7028.137)² = 0.823583, times J2 = 8.91633e-4; n = √(μ/a³) = 1.071540e-3/s;
    # -1.5 · 8.91633e-4 · 1.071540e-3 · cos 30° = -1.241128e-6 rad/s, a day -6.1440°.
    rates = orbit.secular_rates(
        semi_major_axis_m=AXIS_650_M, eccentricity_ratio=0.0, inclination_rad=math.radians(30)
    )
    a_day = math.degrees(float(rates.node_rad_per_s) * DAY_S)
    assert a_day == pytest.approx(-6.1440, abs=2e-4)  # six digits were carried


def test_perigee_stands_still_where_five_cosines_squared_make_one() -> None:
    # 5 cos² i = 1: i = arccos √0.2 = 63.4349°; M' = n [1 + 0.75 g (3/5 - 1)] = n (1 - 0.3 g).
    rates = orbit.secular_rates(
        semi_major_axis_m=AXIS_650_M, eccentricity_ratio=0.0, inclination_rad=math.acos(0.2**0.5)
    )
    motion = float(orbit.mean_motion_rad_per_s(semi_major_axis_m=AXIS_650_M))
    assert float(rates.argument_of_perigee_rad_per_s) == pytest.approx(0.0, abs=1e-20)
    assert float(rates.mean_anomaly_rad_per_s) == pytest.approx(
        motion * (1.0 - 0.3 * 8.91633e-4),
        rel=1e-8,  # g was written to six digits
    )


def test_sun_synchronous_inclination_at_650_km_by_hand() -> None:
    # The Sun: 2π / (365.2422 · 86400 s) = 1.991064e-7 rad/s. From the drift above, without its
    # cosine: 1.433131e-6 rad/s. cos i = -0.138931, i = 97.9860°.
    inclination = orbit.sun_synchronous_inclination_rad(semi_major_axis_m=AXIS_650_M)
    assert math.degrees(float(inclination)) == pytest.approx(97.9860, abs=1e-4)


@given(altitude_m=st.floats(200e3, 5900e3), eccentricity=eccentricities)
def test_a_sun_synchronous_node_follows_the_mean_sun(
    altitude_m: float, eccentricity: float
) -> None:
    axis = EARTH_RADIUS_M + altitude_m
    inclination = orbit.sun_synchronous_inclination_rad(
        semi_major_axis_m=axis, eccentricity_ratio=eccentricity
    )
    drift = orbit.node_drift_from_sun_rad_per_s(
        semi_major_axis_m=axis, eccentricity_ratio=eccentricity, inclination_rad=inclination
    )
    # Rounding of 1e-16 in the cosine is 1e-22 rad/s; a year of it is 1e-14 rad.
    assert abs(float(drift)) * TROPICAL_YEAR_S < 1e-12


def test_no_inclination_is_sun_synchronous_above_5980_km() -> None:
    # cos i = -1 where 1.5 J2 √μ R² a^-3.5 = 1.991064e-7/s: a = (6.6243e24)^(1/3.5) = 12,352.5 km,
    # an altitude of 5,974 km.
    def inclination(altitude_m: float) -> float:
        return float(
            orbit.sun_synchronous_inclination_rad(semi_major_axis_m=EARTH_RADIUS_M + altitude_m)
        )

    assert inclination(5970e3) > math.radians(175)
    assert math.isnan(inclination(5990e3))


@given(axis=axes, eccentricity=eccentricities, inclination=inclinations)
def test_drifts_mirror_at_the_pole(axis: float, eccentricity: float, inclination: float) -> None:
    there, back = (
        orbit.secular_rates(
            semi_major_axis_m=axis, eccentricity_ratio=eccentricity, inclination_rad=angle
        )
        for angle in (inclination, math.pi - inclination)
    )
    motion = float(orbit.mean_motion_rad_per_s(semi_major_axis_m=axis))
    rounding = 1e-15 * motion
    assert float(there.node_rad_per_s + back.node_rad_per_s) == pytest.approx(0.0, abs=rounding)
    assert float(there.argument_of_perigee_rad_per_s) == pytest.approx(
        float(back.argument_of_perigee_rad_per_s), abs=rounding
    )
    assert float(there.mean_anomaly_rad_per_s) == pytest.approx(
        float(back.mean_anomaly_rad_per_s), abs=rounding
    )


# --- where the satellite is ----------------------------------------------------------------------


def test_position_over_the_ascending_node_by_hand() -> None:
    # At u = 0 the sines vanish: the satellite stands on its node, and the radius is
    # a [1 + g (sin² i / 4 - 1.5 + 2.25 sin² i)] = a [1 + g (2.5 · 0.75 - 1.5)] = a (1 + 0.375 g)
    # for i = 60°, with g = J2 (R/a)² = 1.08262668e-3 · 0.8475294 = 9.175579e-4.
    node = math.radians(50)
    found = orbit.position_m(spec(inclination_rad=math.radians(60), node_rad=node), elapsed_s=0.0)[
        0
    ]
    radius = AXIS_550_M * (1.0 + 0.375 * 9.175579e-4)
    assert np.asarray(found) == pytest.approx(
        [radius * math.cos(node), radius * math.sin(node), 0.0],
        abs=0.01,  # g to seven digits is 1 mm of radius
    )


def test_eccentric_orbit_has_its_perigee_where_it_should() -> None:
    # Mean anomaly 0 at perigee, π at apogee; in the equator plane sin i = 0 leaves -1.5 g a of
    # radius.
    e, lift = 0.01, -1.5 * EARTH_J2 * (EARTH_RADIUS_M / (AXIS_550_M * (1 - 1e-4))) ** 2
    for anomaly, radius in ((0.0, 1.0 - e), (math.pi, 1.0 + e)):
        plane = spec(
            eccentricity_ratio=e,
            argument_of_perigee_rad=0.7,
            argument_of_latitude_rad=0.7 + anomaly,
        )
        found = orbit.position_m(plane, elapsed_s=0.0)[0]
        angle = 0.7 + anomaly
        expected = AXIS_550_M * (radius + lift) * np.array([math.cos(angle), math.sin(angle), 0.0])
        assert np.asarray(found) == pytest.approx(expected, abs=1e-6)  # rounding of 7e6 m


@given(mean=st.floats(-10.0, 10.0), eccentricity=eccentricities)
def test_eccentric_anomaly_solves_keplers_equation(mean: float, eccentricity: float) -> None:
    anomaly = float(eccentric_anomaly_rad(mean_anomaly_rad=mean, eccentricity_ratio=eccentricity))
    # 4e-15 is two roundings of an angle of up to ten.
    assert anomaly - eccentricity * math.sin(anomaly) == pytest.approx(mean, abs=4e-15)


@given(axis=axes, eccentricity=eccentricities, inclination=inclinations, node=angles, ahead=angles)
def test_a_satellite_stays_in_its_ring_and_a_phase_is_a_phase(
    axis: float, eccentricity: float, inclination: float, node: float, ahead: float
) -> None:
    plane = spec(
        semi_major_axis_m=axis,
        eccentricity_ratio=eccentricity,
        inclination_rad=inclination,
        node_rad=node,
    )
    times = np.linspace(0.0, DAY_S, 25)
    found = orbit.position_m(plane, elapsed_s=times, phase_rad=ahead)
    moved = orbit.position_m(orbit.shifted(plane, phase_rad=ahead), elapsed_s=times)
    assert np.asarray(found) == pytest.approx(np.asarray(moved), abs=1e-5)  # rounding of 7e6 m
    # δr/a is at most g (1/4 + 3/2), and g is under 1.1e-3.
    ratio = np.linalg.norm(found, axis=-1) / axis
    assert np.all(np.abs(ratio - 1.0) <= eccentricity + 1.75 * 1.1e-3)


def test_satellites_of_a_plane_are_evenly_spaced_and_go_round() -> None:
    plane = spec(inclination_rad=1.0, satellite_count=8.0)
    phases = 2.0 * math.pi / 8.0 * np.arange(9)
    ring = np.asarray(orbit.position_m(plane, elapsed_s=np.zeros(9), phase_rad=phases))
    assert ring[8] == pytest.approx(ring[0], abs=1e-5)
    neighbours = np.linalg.norm(np.diff(ring, axis=0), axis=1)
    chord = 2.0 * AXIS_550_M * math.sin(math.pi / 8.0)
    assert neighbours == pytest.approx(
        chord, rel=4e-3
    )  # the short-period terms are 1e-3 of r, twice


# --- against the equations of motion -------------------------------------------------------------


def oblate_acceleration(_time: float, state: NDArray[np.float64]) -> NDArray[np.float64]:
    """Point mass and J2, in SI."""
    place, distance = state[:3], float(np.linalg.norm(state[:3]))
    strength = GRAVITATIONAL_PARAMETER_M3_PER_S2 / distance**3
    bulge = 1.5 * EARTH_J2 * (EARTH_RADIUS_M / distance) ** 2
    height = 5.0 * (place[2] / distance) ** 2
    pull = -strength * place * (1.0 + bulge * (np.array([1.0, 1.0, 3.0]) - height))
    return np.concatenate([state[3:], pull])


def integrated_day_m(plane: orbit.Spec, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions over a day from the place and velocity that `position_m` gives at its start."""
    place, velocity = jax.jvp(
        lambda time: orbit.position_m(plane, elapsed_s=time)[0], (0.0,), (1.0,)
    )
    run = solve_ivp(
        oblate_acceleration,
        (0.0, float(times[-1])),
        np.concatenate([place, velocity]),
        method="DOP853",
        t_eval=times,
        rtol=1e-12,
        atol=1e-6,
    )
    return np.asarray(run.y[:3].T)


def from_corrections(plane: orbit.Spec, change: jax.Array) -> orbit.Spec:
    """Change axis (km), e cos ω, e sin ω, inclination, node and argument of latitude."""
    xi = plane.eccentricity_ratio * jnp.cos(plane.argument_of_perigee_rad) + change[1]
    eta = plane.eccentricity_ratio * jnp.sin(plane.argument_of_perigee_rad) + change[2]
    return replace(
        plane,
        semi_major_axis_m=plane.semi_major_axis_m + 1e3 * change[0],
        eccentricity_ratio=jnp.sqrt(xi**2 + eta**2 + 1e-24),  # differentiable at zero
        argument_of_perigee_rad=jnp.arctan2(eta, xi + 1e-12),
        inclination_rad=plane.inclination_rad + change[3],
        node_rad=plane.node_rad + change[4],
        argument_of_latitude_rad=plane.argument_of_latitude_rad + change[5],
    )


@jax.jit
def misfit_km(
    change: jax.Array, plane: orbit.Spec, times: jax.Array, reference_m: jax.Array
) -> jax.Array:
    found = orbit.position_m(from_corrections(plane, change), elapsed_s=times)
    return jnp.ravel(found - reference_m) / 1e3


slopes_of_misfit_km = jax.jit(jax.jacfwd(misfit_km))


@pytest.mark.parametrize("eccentricity", [0.0, 0.001])
@pytest.mark.parametrize(
    ("altitude_m", "inclination_deg"), [(550e3, 97.5930), (1200e3, 53.0)], ids=["550", "1200"]
)
def test_a_day_of_numerical_integration_is_met(
    altitude_m: float, inclination_deg: float, eccentricity: float
) -> None:
    """Mean elements are fitted to the integration, as an orbit determination would.

    `elements` claims 0.1 km; 110 m leaves a tenth for the choice of starting angles.
    """
    plane = spec(
        semi_major_axis_m=EARTH_RADIUS_M + altitude_m,
        eccentricity_ratio=eccentricity,
        inclination_rad=math.radians(inclination_deg),
        node_rad=1.0,
        argument_of_perigee_rad=0.7,
        argument_of_latitude_rad=0.3,
    )
    times = np.arange(0.0, DAY_S + 1.0, 60.0)
    reference = integrated_day_m(plane, times)

    fit = least_squares(
        lambda change: np.asarray(misfit_km(change, plane, times, reference)),
        np.zeros(6),
        jac=lambda change: np.asarray(slopes_of_misfit_km(change, plane, times, reference)),
        x_scale=[1.0, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3],
        xtol=1e-14,
        ftol=1e-14,
    )
    error_m = 1e3 * np.linalg.norm(fit.fun.reshape(-1, 3), axis=1)
    assert error_m.max() <= 110.0
    assert (
        abs(fit.x[0]) < 0.1
    )  # the fit corrects the axis by metres, it does not find another orbit
