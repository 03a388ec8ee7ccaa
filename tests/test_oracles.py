"""Do kelvinzero and orbital-thermal, written by others, give the same in 200 random places each?

Constants: kelvinzero has this program's Earth (6,378.137 km, J2, mu) and almanac, but lets the
obliquity fall by 3.6e-7° a day instead of 4.0e-7°. orbital-thermal has an Earth of 6,371 km, fixed:
it is asked at the altitude that gives the same r/R. Its Stefan-Boltzmann constant agrees to 3e-11;
its copy of McCalip's model keeps 5.67e-8, less by 6.6e-5. Both cast a cylinder for a shadow.
"""

from __future__ import annotations

import math
from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest
from kelvinzero import orbit as kelvin
from numpy.typing import NDArray
from orbital_thermal import environment, equilibrium, mccalip_replication
from orbital_thermal.reference_architectures import RadiatorCaseInputs, radiator_heat_balance

from sunstack.disciplines import orbit, thermal
from sunstack.units import (
    DAY_S,
    EARTH_RADIUS_M,
    J2000_JULIAN_DAY,
    STEFAN_BOLTZMANN_W_PER_M2_K4,
    TROPICAL_YEAR_S,
)

COUNT = 200
THEIR_EARTH = 6371.0 / 6378.137
"""Factor on an altitude that keeps r/R on orbital-thermal's Earth."""
Numbers = NDArray[np.float64]


def draw(seed: int, *bounds: tuple[float, float]) -> list[Numbers]:
    """Draw COUNT values within each pair of bounds."""
    random = np.random.default_rng(seed)
    return [random.uniform(low, high, COUNT) for low, high in bounds]


def axes_m(altitudes_km: Numbers) -> Numbers:
    return EARTH_RADIUS_M + 1e3 * altitudes_km


def planes(
    altitudes_km: Numbers, inclinations_deg: Numbers, local_times_hours: Numbers
) -> orbit.Spec:
    zeros = jnp.zeros(len(altitudes_km))
    return orbit.Spec(
        semi_major_axis_m=jnp.asarray(axes_m(altitudes_km)),
        eccentricity_ratio=zeros,
        inclination_rad=jnp.radians(inclinations_deg),
        node_rad=orbit.node_of_local_time_rad(
            local_time_s=3600.0 * local_times_hours, julian_day=J2000_JULIAN_DAY
        ),
        argument_of_perigee_rad=zeros,
        argument_of_latitude_rad=zeros,
        satellite_count=zeros + 1.0,
    )


def node_offset_deg(local_time_hours: float) -> float:
    """Kelvinzero counts nodes from the mean Sun, eastwards: 18 h is 90°."""
    return (15.0 * (local_time_hours - 12.0)) % 360.0


# --- kelvinzero ----------------------------------------------------------------------------------


def test_the_share_in_shadow_is_kelvinzeros() -> None:
    altitude_km, beta_deg = draw(1, (200.0, 2500.0), (-90.0, 90.0))
    ours = orbit.eclipse_fraction(
        semi_major_axis_m=axes_m(altitude_km), beta_rad=np.radians(beta_deg)
    )
    theirs = kelvin.eclipse_fraction_per_orbit(np.radians(beta_deg), altitude_km)
    assert 0.2 < np.mean(theirs > 0.0) < 0.8  # both sides of the edge are met
    # the same arccos: rounding, enlarged near grazing to the root of it
    np.testing.assert_allclose(ours, theirs, rtol=0.0, atol=1e-8)


def test_the_beta_angle_is_kelvinzeros() -> None:
    altitude_km, inclination_deg, hours, day = draw(
        2, (200.0, 2000.0), (0.0, 180.0), (0.0, 24.0), (0.0, 13_000.0)
    )
    spec = planes(altitude_km, inclination_deg, hours)
    sky = orbit.sky(spec, epoch_julian_day=J2000_JULIAN_DAY, elapsed_s=jnp.asarray(day * DAY_S))
    theirs = [
        kelvin.beta_angle(kelvin.Orbit(h, node_offset_deg(t), i), d)
        for h, i, t, d in zip(altitude_km, inclination_deg, hours, day, strict=True)
    ]
    # obliquities 5e-4° apart after 35 years; a root of the rounding where beta is near 90°
    off_deg = np.degrees(np.diagonal(sky.beta_rad) - np.array(theirs))
    assert np.abs(off_deg).max() < 1e-3


def test_the_sun_synchronous_inclination_is_kelvinzeros() -> None:
    (altitude_km,) = draw(3, (150.0, 5500.0))
    ours = orbit.sun_synchronous_inclination_rad(semi_major_axis_m=axes_m(altitude_km))
    # the same formula, constants and year: rounding
    np.testing.assert_allclose(
        np.degrees(ours), kelvin.sso_inclination_deg(altitude_km), rtol=1e-12
    )


def test_the_drift_of_the_node_is_kelvinzeros() -> None:
    altitude_km, inclination_deg = draw(4, (150.0, 5000.0), (0.0, 180.0))
    ours = orbit.secular_rates(
        semi_major_axis_m=axes_m(altitude_km),
        eccentricity_ratio=0.0,
        inclination_rad=np.radians(inclination_deg),
    ).node_rad_per_s
    theirs = kelvin.raan_precession_rate(altitude_km, inclination_deg)
    # the same formula and constants: rounding, relative to 2e-6 rad/s
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-20)


def test_the_year_in_shadow_is_kelvinzeros() -> None:
    altitude_km, hours = draw(5, (300.0, 1600.0), (0.0, 24.0))
    inclination = orbit.sun_synchronous_inclination_rad(semi_major_axis_m=axes_m(altitude_km))
    spec = planes(altitude_km, np.degrees(np.asarray(inclination)), hours)
    days_s = jnp.arange(366) * (TROPICAL_YEAR_S / 366)  # as kelvinzero samples it
    shadow = orbit.sky(spec, epoch_julian_day=J2000_JULIAN_DAY, elapsed_s=days_s).eclipse_fraction
    stats = [
        kelvin.yearly_eclipse_stats(kelvin.Orbit(h, node_offset_deg(t)))
        for h, t in zip(altitude_km, hours, strict=True)
    ]
    # the samples are the same; in a year obliquities part by 1e-5°, a grazing sample by 1e-3
    np.testing.assert_allclose(
        shadow.mean(axis=1), [one.eclipse_fraction for one in stats], rtol=0.0, atol=1e-5
    )
    days = np.asarray((shadow > 0.0).mean(axis=1)) * TROPICAL_YEAR_S / DAY_S
    assert np.abs(days - [one.eclipse_days for one in stats]).max() < 1.01  # one sample


# --- orbital-thermal -----------------------------------------------------------------------------


def test_the_view_of_a_tilted_plate_is_orbital_thermals() -> None:
    altitude_km, tilt_deg = draw(6, (150.0, 3000.0), (0.0, 180.0))
    ours = thermal.view_factor_ratio(
        tilt_rad=np.radians(tilt_deg), semi_major_axis_m=axes_m(altitude_km)
    )
    theirs = [
        environment.sphere_view_factor(h * THEIR_EARTH, tilt)
        for h, tilt in zip(altitude_km, tilt_deg, strict=True)
    ]
    # theirs is a quadrature "accurate to ~1e-9"
    np.testing.assert_allclose(ours, theirs, rtol=0.0, atol=1e-8)


@pytest.mark.parametrize("tilt_deg", [0.0, 90.0, 180.0])
def test_the_plain_attitudes_are_orbital_thermals(tilt_deg: float) -> None:
    (altitude_km,) = draw(7, (150.0, 3000.0))
    axis_m = axes_m(altitude_km)
    ours = {
        0.0: thermal.nadir_view_factor_ratio(semi_major_axis_m=axis_m),
        90.0: thermal.upright_view_factor_ratio(semi_major_axis_m=axis_m),
        180.0: jnp.zeros(COUNT),
    }[tilt_deg]
    theirs = [environment.sphere_view_factor(h * THEIR_EARTH, tilt_deg) for h in altitude_km]
    np.testing.assert_allclose(ours, theirs, rtol=0.0, atol=1e-8)
    tilted = thermal.view_factor_ratio(tilt_rad=math.radians(tilt_deg), semi_major_axis_m=axis_m)
    np.testing.assert_allclose(tilted, theirs, rtol=0.0, atol=1e-8)


def panel(*, area_m2: float, emissivity: float) -> thermal.Spec:
    one = jnp.asarray(1.0)
    return thermal.Spec(
        radiator_area_m2=jnp.asarray(area_m2),
        emissivity_ratio=jnp.asarray(emissivity),
        solar_absorptance_ratio=one,
        solar_absorptance_end_ratio=one,
        fin_efficiency=one,
        sun_incidence_rad=one,
        loop_conductance_w_per_k=one,
        chip_resistance_k_per_w=one,
        chip_count=one,
        chip_limit_k=one,
        throttle_band_k=one,
        cold_plate_heat_capacity_j_per_k=one,
        radiator_heat_capacity_j_per_m2_k=one,
        array_solar_absorptance_ratio=one,
        array_emissivity_ratio=jnp.asarray(emissivity),
        array_conversion_efficiency=one,
        life_s=one,
        radiator_attitude="edge-on",
    )


def test_the_steady_temperature_is_orbital_thermals() -> None:
    drawn = draw(8, (1e3, 1e6), (1.0, 500.0), (0.3, 1.0), (0.0, 300.0))
    for heat_w, area_m2, emissivity, sink_k in zip(*drawn, strict=True):
        # what two faces would take in from surroundings at the sink's temperature
        gain = 2.0 * emissivity * STEFAN_BOLTZMANN_W_PER_M2_K4 * sink_k**4
        ours = thermal.radiator_temperature_k(
            panel(area_m2=area_m2, emissivity=emissivity), heat_w=heat_w, gain_w_per_m2=gain
        )
        theirs = equilibrium.equilibrium_temperature(heat_w, 2.0 * area_m2, emissivity, sink_k)
        assert float(ours) == pytest.approx(theirs, rel=1e-9)  # constants 3e-11 apart


def test_the_balance_of_a_panel_is_orbital_thermals() -> None:
    drawn = draw(
        9,
        (200.0, 420.0),
        (0.3, 1.0),
        (0.02, 0.9),
        (0.02, 1.0),
        (0.0, 0.9),
        (0.0, 0.5),
        (200.0, 280.0),
    )
    for kelvins, emissivity, sunny, warm, view, albedo, earth_k in zip(*drawn, strict=True):
        case = RadiatorCaseInputs(
            name="drawn",
            radiator_temperature_K=kelvins,
            emissivity_thermal=emissivity,
            absorptivity_solar=sunny,
            absorptivity_earth_ir=warm,
            earth_view_factor=view,
            earth_albedo=albedo,
            solar_irradiance_W_m2=1361.0,
            earth_temperature_K=earth_k,
        )
        around = thermal.Surroundings(
            sunlight_w_per_m2=jnp.asarray(1361.0),
            albedo_ratio=jnp.asarray(albedo),
            earth_infrared_w_per_m2=jnp.asarray(STEFAN_BOLTZMANN_W_PER_M2_K4 * earth_k**4),
            semi_major_axis_m=jnp.asarray(EARTH_RADIUS_M),
        )
        gain = thermal.gain_w_per_m2(
            around,
            sun_sine_ratio=1.0,
            view_ratio=view,
            sun_zenith_cosine_ratio=1.0,
            solar_absorptance_ratio=sunny,
            infrared_absorptance_ratio=warm,
        )
        emitted = thermal.radiator_emission_w(
            panel(area_m2=1.0, emissivity=emissivity), radiator_temperature_k=kelvins
        )
        theirs = radiator_heat_balance(case, sigma=STEFAN_BOLTZMANN_W_PER_M2_K4)
        # the same sums; flux is the difference of terms up to 4 kW/m²
        assert float(emitted - gain) == pytest.approx(theirs.net_rejection_W_m2, abs=1e-9)


def test_the_shadow_on_the_smaller_earth_is_orbital_thermals() -> None:
    altitude_km, beta_deg = draw(10, (200.0, 2500.0), (0.0, 89.9))
    ours = orbit.eclipse_fraction(
        semi_major_axis_m=axes_m(altitude_km), beta_rad=np.radians(beta_deg)
    )
    theirs = [
        environment.eclipse_fraction(h * THEIR_EARTH, beta)
        for h, beta in zip(altitude_km, beta_deg, strict=True)
    ]
    np.testing.assert_allclose(ours, theirs, rtol=0.0, atol=1e-8)  # as for kelvinzero's


def test_the_temperature_of_mccalips_panel_is_orbital_thermals() -> None:
    drawn = draw(11, (0.0, 90.0), (300.0, 2000.0), (0.7, 0.98), (0.6, 0.95), (0.6, 0.95))
    for beta_deg, altitude_km, absorbed, front, back in zip(*drawn, strict=True):
        theirs = mccalip_replication.run_case(
            {
                "betaAngle": beta_deg,
                "orbitalAltitudeKm": altitude_km,
                "solarAbsorptivity": absorbed,
                "emissivityPV": front,
                "emissivityRad": back,
            }
        )
        view = theirs["geometry"]["vfSideA"]  # an input: his is a cosine with a floor
        ours = thermal.array_temperature_k(
            replace(
                panel(area_m2=1.0, emissivity=0.5 * (front + back)),
                array_solar_absorptance_ratio=jnp.asarray(absorbed),
                array_conversion_efficiency=jnp.asarray(0.0),  # electricity returns as heat
            ),
            thermal.Surroundings(
                sunlight_w_per_m2=jnp.asarray(1361.0),
                albedo_ratio=jnp.asarray(0.30),
                earth_infrared_w_per_m2=jnp.asarray(237.0),
                semi_major_axis_m=jnp.asarray(EARTH_RADIUS_M),
            ),
            incidence_cosine_ratio=1.0,
            view_ratio=2.0 * view,
            albedo_view_ratio=view * math.cos(math.radians(beta_deg)),
        )
        # 6.6e-5 in the constant is a quarter of that in temperature: 0.006 K; his space has 3 K
        assert float(ours) == pytest.approx(theirs["thermal"]["eqTempK"], abs=0.01)
