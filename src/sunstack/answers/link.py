"""What does one link carry: a laser between satellites, or a radio to a site in its weather?"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sunstack import catalogue
from sunstack.catalogue import sites, tables
from sunstack.disciplines import network
from sunstack.errors import ScenarioError
from sunstack.resolve import links, weather
from sunstack.units import EARTH_RADIUS_M

LASER, RADIO = "suncatcher", "gateway-ka-down"
LOW_ORBIT_KM = 550.0
"""Altitude of a satellite whose radio link is asked for without one."""
AIR_KM = 80.0
"""Below it a laser between satellites passes through air and weather."""
UNCERTAINTY_URAD, DWELL_S, OVERLAP_FRACTION = 500.0, 5e-3, 0.2
"""Cone in which a partner is sought, time on each step, overlap of steps: an example of ours."""
SEARCH_DEVIATIONS = 3.0
SHARES = (1e-4, 1e-3, 1e-2, 0.05)
"""Shares of the year for which losses and rates are told."""
YEAR_SHARES = np.geomspace(network.LEAST_FRACTION, network.MOST_FRACTION, 200)
FLUX_LIMITS = (
    (10.7e9, 11.7e9, network.KU_FLUX_W_PER_M2_HZ),
    (17.7e9, 19.3e9, network.KA_FLUX_W_PER_M2_HZ),
)
"""Bands with a limit of flux at the ground, for a fleet of up to 50 satellites."""

LASER_CAVEATS = (
    "Apertures are evenly lit and alike at both ends; background light and Doppler are left out.",
    f"The search is an example: a cone of {UNCERTAINTY_URAD:g} µrad, {1e3 * DWELL_S:g} ms a step.",
)
RADIO_CAVEATS = (
    "Losses are those of an average year by maps of the ITU-R; a worst month is 4 times as long.",
    "Clear sky is a sky without clouds of water in cells some 100 km wide; ice is not counted. "
    "A rough guide: 65 % where satellites saw 69 %, across Australia and New Zealand.",
)


def asked_link(
    *,
    distance_km: float | None,
    radio: str | None,
    site: str | None,
    elevation_deg: float,
    altitude_km: float | None,
    laser: str,
    **changes: Any,
) -> dict[str, Any]:
    """Answer for a laser where a distance is given, for a radio where a site is.

    Raises:
        ScenarioError: neither is given, or both; or as the two answers.
        CatalogueError: as the two answers.
    """
    given = [name for name, value in changes.items() if value is not None]
    if (distance_km is None) == (site is None):
        raise ScenarioError(
            "link: write either --distance-km, for a laser between satellites, or --site, for a "
            "radio to the ground"
        )
    if distance_km is not None:
        if radio is not None:
            raise ScenarioError("radio: goes to a site; write --site instead of --distance-km")
        return laser_link_of(
            distance_km=distance_km, laser=laser, altitude_km=altitude_km, **changes
        )
    if given:
        raise ScenarioError(f"{', '.join(given)}: of a laser; write --distance-km, not --site")
    return radio_link_of(
        radio=radio or RADIO,
        place=str(site),
        elevation_deg=elevation_deg,
        altitude_km=LOW_ORBIT_KM if altitude_km is None else altitude_km,
    )


_rates = jax.jit(network.channel_rate_bit_per_s)

# --- lasers ---------------------------------------------------------------------------------------


def laser_link_of(
    *,
    distance_km: float,
    laser: str = LASER,
    aperture_cm: float | None = None,
    power_w: float | None = None,
    modulation: str | None = None,
    jitter_urad: float | None = None,
    rate_gbit_per_s: float | None = None,
    altitude_km: float | None = None,
) -> dict[str, Any]:
    """Answer for a laser between two alike terminals.

    Raises:
        ScenarioError: a number is none, or the Earth stands between the satellites.
        CatalogueError: no such terminal or modulation.
    """
    _check_above_zero(
        distance_km=distance_km,
        aperture_cm=aperture_cm,
        power_w=power_w,
        rate_gbit_per_s=rate_gbit_per_s,
    )
    if jitter_urad is not None and not 0.0 <= jitter_urad < math.inf:
        raise ScenarioError(f"jitter_urad: {jitter_urad:g} is no spread; write 0 or more")
    grazing_km = None if altitude_km is None else _grazing_km(distance_km, altitude_km)
    terminal = links.changed(
        links.laser_terminal(laser),
        aperture_m=None if aperture_cm is None else aperture_cm / 1e2,
        power_w=power_w,
        jitter_rad=None if jitter_urad is None else jitter_urad / 1e6,
        photons_per_bit_count=(
            None if modulation is None else links.photons_per_bit_count(modulation)
        ),
    )
    wanted = float(terminal.line_rate_bit_per_s)
    if rate_gbit_per_s is not None:
        wanted = rate_gbit_per_s * 1e9
    word = catalogue.entry("laser", laser).facts["modulation"].value
    return {
        "distance_km": distance_km,
        "altitude_km": altitude_km,
        "grazing_altitude_km": grazing_km,
        "laser": laser,
        "modulation": modulation or str(word),
        **_terminal(terminal),
        **_light(terminal, distance_km * 1e3),
        **_bits(terminal, distance_km * 1e3, wanted),
        **_search(terminal),
        "caveats": list(LASER_CAVEATS),
    }


LARGEST_ASKED = 1e12
"""In any of the units asked in: beyond it no length, rate or power is a link's."""


def _check_above_zero(**given: float | None) -> None:
    for name, value in given.items():
        if value is not None and not 0.0 < value < LARGEST_ASKED:
            raise ScenarioError(
                f"{name}: {value:g} is out of place; write a number above 0, below "
                f"{LARGEST_ASKED:g}"
            )


def _grazing_km(distance_km: float, altitude_km: float) -> float:
    """Return how near the Earth a link passes; refuse one through it."""
    if not 0.0 < altitude_km < LARGEST_ASKED:
        raise ScenarioError(
            f"altitude_km: {altitude_km:g} is no altitude; write a number above 0, below "
            f"{LARGEST_ASKED:g}"
        )
    radius = EARTH_RADIUS_M + altitude_km * 1e3
    grazing = network.grazing_altitude_m(radius_m=radius, length_m=distance_km * 1e3)
    if float(grazing) <= 0.0:
        longest = 2.0 * math.sqrt(radius**2 - (EARTH_RADIUS_M + AIR_KM * 1e3) ** 2) / 1e3
        raise ScenarioError(
            f"distance_km: {distance_km:g} between satellites at {altitude_km:g} km leads through "
            f"the Earth; write at most {math.floor(longest):,}, which clears the air below "
            f"{AIR_KM:g} km"
            if altitude_km > AIR_KM
            else f"distance_km: {distance_km:g} at {altitude_km:g} km leads through the Earth"
        )
    return float(grazing) / 1e3


def _terminal(terminal: network.Terminal) -> dict[str, float]:
    return {
        "power_w": float(terminal.power_w),
        "aperture_cm": 1e2 * float(terminal.aperture_m),
        "jitter_urad": 1e6 * float(terminal.jitter_rad),
        "wavelength_nm": 1e9 * float(terminal.wavelength_m),
        "photons_per_bit_count": float(terminal.photons_per_bit_count),
        "line_rate_gbit_per_s": float(terminal.line_rate_bit_per_s) / 1e9,
    }


def _light(terminal: network.Terminal, range_m: float) -> dict[str, float]:
    """Tell what the beam does on its way."""
    glass: dict[str, Any] = {
        "aperture_m": terminal.aperture_m,
        "wavelength_m": terminal.wavelength_m,
    }
    gain = network.gain_ratio(**glass, aperture_efficiency=terminal.aperture_efficiency)
    held = network.pointing_fraction(
        waist_rad=network.beam_waist_rad(**glass), jitter_rad=terminal.jitter_rad
    )
    return {
        "delay_ms": 1e3 * range_m / network.LIGHT_M_PER_S,
        "gain_db": _decibels(gain),
        "divergence_urad": 1e6 * float(network.divergence_rad(**glass)),
        "spot_radius_m": float(network.spot_radius_m(**glass, range_m=range_m)),
        "near_field_km": float(network.near_field_range_m(**glass)) / 1e3,
        "beams_side_by_side_count": float(network.spatial_channel_count(**glass, range_m=range_m)),
        "pointing_loss_db": -_decibels(held),
        "received_w": float(network.received_w(terminal, terminal, range_m=range_m)),
    }


def _bits(terminal: network.Terminal, range_m: float, wanted: float) -> dict[str, float]:
    """Tell what it carries, and what is to spare."""
    limit = network.photon_limit_bit_per_s(
        received_w=network.received_w(terminal, terminal, range_m=range_m),
        photons_per_bit_count=terminal.photons_per_bit_count,
        wavelength_m=terminal.wavelength_m,
    )
    margin = network.margin_db(terminal, terminal, range_m=range_m, rate_bit_per_s=wanted)
    outage = network.pointing_outage_fraction(
        waist_rad=network.beam_waist_rad(
            aperture_m=terminal.aperture_m, wavelength_m=terminal.wavelength_m
        ),
        jitter_rad=terminal.jitter_rad,
        # The margin is over the mean light: what a steady beam has to spare is as much more.
        least_ratio=10.0 ** (-0.1 * margin) * network.held_fraction(terminal),
    )
    rate = network.link_rate_bit_per_s(terminal, terminal, range_m=range_m)
    return {
        "photon_limit_gbit_per_s": float(limit) / 1e9,
        "rate_gbit_per_s": float(rate) / 1e9,
        "wanted_gbit_per_s": wanted / 1e9,
        "margin_db": float(margin),
        "reach_km": float(network.reach_m(terminal, terminal, rate_bit_per_s=wanted)) / 1e3,
        "pointing_outage_fraction": float(outage),
    }


def _search(terminal: network.Terminal) -> dict[str, float]:
    """Tell how long the partner is sought with the beam itself."""
    beam = network.beam_waist_rad(
        aperture_m=terminal.aperture_m, wavelength_m=terminal.wavelength_m
    )
    whole = network.acquisition_s(
        uncertainty_rad=UNCERTAINTY_URAD / 1e6,
        beam_rad=beam,
        dwell_s=DWELL_S,
        overlap_fraction=OVERLAP_FRACTION,
    )
    share = network.spiral_fraction(deviations_ratio=SEARCH_DEVIATIONS)
    return {"search_s": float(whole), "mean_search_s": float(whole * share)}


# --- radio ----------------------------------------------------------------------------------------


def radio_link_of(
    *,
    radio: str = RADIO,
    place: str,
    elevation_deg: float = 40.0,
    altitude_km: float = LOW_ORBIT_KM,
) -> dict[str, Any]:
    """Answer for a radio link between a satellite and a site in its weather.

    Raises:
        ScenarioError: the elevation lies outside the weather tables, or there is no altitude.
        CatalogueError: no such radio or site, or no climate near it.
    """
    weather.check_weather(elevation_deg=elevation_deg)
    _check_above_zero(altitude_km=altitude_km)
    where, channel = sites.site(place), links.radio_channel(radio)
    distance = network.slant_range_m(
        site_radius_m=EARTH_RADIUS_M,
        orbit_radius_m=EARTH_RADIUS_M + altitude_km * 1e3,
        elevation_rad=math.radians(elevation_deg),
    )
    shares = np.concatenate([YEAR_SHARES, SHARES])
    losses = links.weather_losses(
        where, radio, elevation_deg=elevation_deg, exceeded_fraction=shares
    )
    rates = _rates(channel, links.codings(), range_m=distance, weather_loss_db=losses.total_db)
    path = network.free_space_loss_db(range_m=distance, frequency_hz=channel.frequency_hz)
    near, away_km = sites.nearest(where, sites.data_centres())
    return {
        "radio": radio,
        "site": where.name,
        "latitude_deg": where.latitude_deg,
        "longitude_deg": where.longitude_deg,
        "elevation_deg": elevation_deg,
        "altitude_km": altitude_km,
        "range_km": float(distance) / 1e3,
        "frequency_ghz": float(channel.frequency_hz) / 1e9,
        "bandwidth_mhz": float(channel.bandwidth_hz) / 1e6,
        "free_space_loss_db": float(path),
        "by_share": _by_share(channel, losses, rates, distance),
        **_over_the_year(rates[: len(YEAR_SHARES)]),
        **_flux(channel, distance, elevation_deg),
        "clear_sky_fraction": weather.clear_sky_fraction(where),
        "nearest_data_centre": near.name,
        "nearest_data_centre_km": away_km,
        "caveats": list(RADIO_CAVEATS),
    }


def _by_share(channel: network.Channel, losses: Any, rates: Any, distance: Any) -> list[Any]:
    """Tell losses, signal, coding and rate for shares of the year."""
    names = tables.codings().name
    found = []
    for place in range(len(YEAR_SHARES), len(YEAR_SHARES) + len(SHARES)):
        parts = {key: float(part[place]) for key, part in losses._asdict().items()}
        carrier = network.carrier_to_noise_ratio(
            channel, range_m=distance, weather_loss_db=parts["total_db"]
        )
        symbols = channel.bandwidth_hz / (1.0 + channel.roll_off_fraction)
        held = jnp.isclose(links.codings().efficiency, rates[place] / symbols, rtol=1e-9)
        found.append(
            {
                "exceeded_fraction": SHARES[place - len(YEAR_SHARES)],
                **parts,
                "carrier_to_noise_db": _decibels(carrier),
                "coding": names[int(jnp.argmax(held))] if bool(held.any()) else None,
                "rate_gbit_per_s": float(rates[place]) / 1e9,
            }
        )
    return found


def _over_the_year(rates: Any) -> dict[str, float]:
    words = {"exceeded_fraction": jnp.asarray(YEAR_SHARES), "rate_bit_per_s": rates}
    usual = float(rates[-1])
    held = {
        name: network.availability_fraction(**words, least_bit_per_s=least)
        for name, least in (("any_rate", 1.0), ("half_rate", 0.5 * usual))
    }
    return {
        "usual_rate_gbit_per_s": usual / 1e9,
        "mean_rate_gbit_per_s": float(network.mean_rate_bit_per_s(**words)) / 1e9,
        **{f"{name}_fraction": float(share) for name, share in held.items()},
    }


def _flux(channel: network.Channel, distance: Any, elevation_deg: float) -> dict[str, float | None]:
    """Tell what a limit of flux leaves, in bands that have one; None elsewhere, and upwards."""
    for low, high, limits in FLUX_LIMITS:
        if low <= float(channel.frequency_hz) <= high and float(channel.warm_k) > 0.0:
            flux = network.flux_w_per_m2_hz(
                eirp_w_per_hz=channel.eirp_w / channel.bandwidth_hz, range_m=distance
            )
            limit = network.flux_limit_w_per_m2_hz(
                elevation_rad=math.radians(elevation_deg),
                horizon_w_per_m2_hz=limits[0],
                high_w_per_m2_hz=limits[1],
            )
            margin = network.flux_margin_db(flux_w_per_m2_hz=flux, limit_w_per_m2_hz=limit)
            return {"flux_margin_db": float(margin)}
    return {"flux_margin_db": None}


def _decibels(ratio: Any) -> float:
    return 10.0 * math.log10(float(ratio))
