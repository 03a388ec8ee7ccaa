"""What do links, weather and ground stations give for published budgets, losses and networks?"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array

from sunstack.catalogue import weather_tables
from sunstack.catalogue.sites import Site, site
from sunstack.disciplines import network
from sunstack.resolve.links import photons_per_bit_count
from sunstack.resolve.weather import band_of, climate_at, climate_row
from sunstack.units import to_si

from .inputs import Inputs, Quantity

# --- light ----------------------------------------------------------------------------------------


def _photons(given: Inputs) -> float:
    """Take a number of photons, or that of a modulation of the catalogue."""
    if "modulation" in given.given:
        return photons_per_bit_count(given.word("modulation"))
    return given["photons_per_bit_count"]


def gain_of_an_aperture(given: Inputs) -> float:
    """Take the gain over all round, in decibels."""
    gain = network.gain_ratio(
        aperture_m=given["aperture_cm"],
        wavelength_m=given["wavelength_nm"],
        aperture_efficiency=given["aperture_efficiency"],
    )
    return float(10.0 * jnp.log10(gain))


def divergence_of_a_beam(given: Inputs) -> float:
    """Take the angle from the axis to the first dark ring."""
    return float(
        network.divergence_rad(aperture_m=given["aperture_cm"], wavelength_m=given["wavelength_nm"])
    )


def radius_of_a_spot(given: Inputs) -> float:
    """Take the radius of that ring at a range."""
    return float(
        network.spot_radius_m(
            aperture_m=given["aperture_cm"],
            wavelength_m=given["wavelength_nm"],
            range_m=given["range_km"],
        )
    )


def power_received_over_a_laser_link(given: Inputs) -> float:
    """Take what two gains pass over a range."""
    gain = given["gain_db"]
    return float(
        network.friis_w(
            power_w=given["power_w"],
            transmit_gain_ratio=gain,
            receive_gain_ratio=gain,
            wavelength_m=given["wavelength_nm"],
            path_efficiency=1.0 / given["path_loss_db"],
            range_m=given["range_km"],
        )
    )


def rate_that_photons_allow(given: Inputs) -> float:
    """Give every bit its photons out of what such a link receives."""
    return float(
        network.photon_limit_bit_per_s(
            received_w=power_received_over_a_laser_link(given),
            photons_per_bit_count=_photons(given),
            wavelength_m=given["wavelength_nm"],
        )
    )


def power_that_a_rate_needs(given: Inputs) -> float:
    """Give every bit of a rate its photons."""
    each = network.photon_limit_bit_per_s(
        received_w=1.0, photons_per_bit_count=_photons(given), wavelength_m=given["wavelength_nm"]
    )
    return given["rate_gbit_per_s"] / float(each)


def range_at_which_photons_carry_a_rate(given: Inputs) -> float:
    """Stretch the far field until such a link receives just what a rate needs."""
    far_m = 1e9
    gain = given["gain_db"]
    received = network.friis_w(
        power_w=given["power_w"],
        transmit_gain_ratio=gain,
        receive_gain_ratio=gain,
        wavelength_m=given["wavelength_nm"],
        path_efficiency=1.0 / given["path_loss_db"],
        range_m=far_m,
    )
    return float(far_m * jnp.sqrt(received / power_that_a_rate_needs(given)))


def range_of_the_near_field(given: Inputs) -> float:
    """Take the range up to which two apertures can pass all of the light."""
    return float(
        network.near_field_range_m(
            aperture_m=given["aperture_cm"], wavelength_m=given["wavelength_nm"]
        )
    )


def beams_side_by_side(given: Inputs) -> float:
    """Count the beams that an aperture can be cut up for at a range."""
    return float(
        network.spatial_channel_count(
            aperture_m=given["aperture_cm"],
            wavelength_m=given["wavelength_nm"],
            range_m=given["range_km"],
        )
    )


def rate_of_a_grid_of_colours(given: Inputs) -> float:
    """Fill a band with carriers."""
    count = network.wavelength_channel_count(
        band_hz=given["band_ghz"], spacing_hz=given["spacing_ghz"]
    )
    return float(count) * given["channel_gbit_per_s"]


def steps_of_a_scan(given: Inputs) -> float:
    """Cover a cone with a beam."""
    return float(
        network.scan_step_count(
            uncertainty_rad=given["uncertainty_urad"],
            beam_rad=given["beam_urad"],
            overlap_fraction=given["overlap_fraction"],
        )
    )


# --- radio ----------------------------------------------------------------------------------------


def free_space_loss(given: Inputs) -> float:
    """Take the loss between antennas that radiate all round, in decibels."""
    loss = network.free_space_loss_db(
        range_m=given["range_km"], frequency_hz=given["frequency_ghz"]
    )
    return float(loss)


def limit_of_flux(given: Inputs) -> float:
    """Take the limit at the ground in 1 MHz, in dB(W/m²)."""
    low, high = network.KU_FLUX_W_PER_M2_HZ
    limit = network.flux_limit_w_per_m2_hz(
        elevation_rad=given["elevation_deg"], horizon_w_per_m2_hz=low, high_w_per_m2_hz=high
    )
    return float(10.0 * jnp.log10(limit * 1e6))


def excess_for_a_fleet(given: Inputs) -> float:
    """Take by how many decibels a fleet tightens the limit of 17.7 to 19.3 GHz."""
    return float(network.fleet_excess_db(satellite_count=given["satellite_count"]))


def loss_by_weather(given: Inputs) -> float:
    """Take the loss exceeded for a share of the year at a place, in decibels."""
    place, band = _place(given), given.word("band")
    found = network.loss_db(
        climate_at(place, band),
        band_of(band),
        elevation_rad=given["elevation_deg"],
        exceeded_fraction=given["exceeded_fraction"],
        dish_m=given["dish_m"],
    )
    return float(found.total_db)


def rain_rate(given: Inputs) -> float:
    """Take the rain rate exceeded for 0.01 % of the year, in m/s."""
    rate = weather_tables.climates().rain_mm_per_h[climate_row(_place(given))]
    return to_si("_mm_per_h", float(rate))


def _place(given: Inputs) -> Site:
    return site(f"{given.word('latitude_deg')},{given.word('longitude_deg')}")


# --- ground stations ------------------------------------------------------------------------------


def clear_alone(given: Inputs) -> float:
    """Count stations as independent."""
    return float(network.independent_fraction(clear_fraction=_stations(given)))


def clear_by_count(given: Inputs) -> float:
    """Count each station as 0.86 independent ones."""
    return float(network.counted_fraction(clear_fraction=_stations(given)))


def clear_together(given: Inputs) -> float:
    """Correlate the skies of stations by their distances."""
    places = [site(name) for name in given.word("stations").split("|")]
    apart = network.distances_m(
        latitude_rad=np.radians([place.latitude_deg for place in places]),
        longitude_rad=np.radians([place.longitude_deg for place in places]),
    )
    shared = network.mean_correlation_ratio(
        distances_m=apart, cloud_length_m=given["cloud_length_km"]
    )
    clear = jnp.full(len(places), given["clear_fraction"])
    return float(network.network_fraction(clear_fraction=clear, correlation_ratio=shared))


def independent_stations(given: Inputs) -> float:
    """Count the independent stations that would be clear as often."""
    clear = jnp.full(1, given["clear_fraction"])
    return float(
        network.effective_count(clear_fraction=clear, network_fraction=given["network_fraction"])
    )


def _stations(given: Inputs) -> Array:
    return jnp.full(int(given["station_count"]), given["clear_fraction"])


LINKS: dict[str, Quantity] = {
    "gain of an aperture": gain_of_an_aperture,
    "divergence of a beam": divergence_of_a_beam,
    "radius of a spot": radius_of_a_spot,
    "power received over a laser link": power_received_over_a_laser_link,
    "rate that photons allow": rate_that_photons_allow,
    "power that a rate needs": power_that_a_rate_needs,
    "range at which photons carry a rate": range_at_which_photons_carry_a_rate,
    "range of the near field": range_of_the_near_field,
    "beams side by side": beams_side_by_side,
    "rate of a grid of colours": rate_of_a_grid_of_colours,
    "steps of a scan": steps_of_a_scan,
    "free-space loss": free_space_loss,
    "limit of flux at the ground": limit_of_flux,
    "excess for a fleet": excess_for_a_fleet,
    "loss by weather": loss_by_weather,
    "rain rate": rain_rate,
    "independent skies": clear_alone,
    "skies by count": clear_by_count,
    "correlated skies": clear_together,
    "independent stations of a network": independent_stations,
}
