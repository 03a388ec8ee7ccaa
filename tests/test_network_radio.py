"""Does a radio link carry what its signal allows, in any weather, and keep its limit of flux?"""

from __future__ import annotations

import math
from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack import catalogue
from sunstack.catalogue import sites, tables
from sunstack.disciplines import network
from sunstack.disciplines.network import Channel
from sunstack.resolve import links
from sunstack.units import EARTH_RADIUS_M

RADIOS = catalogue.names("radio")
SHARES = np.geomspace(1e-4, 0.5, 120)

_rates = jax.jit(network.channel_rate_bit_per_s)


def channel(**changed: float) -> Channel:
    numbers = {
        "frequency_hz": 19e9,
        "bandwidth_hz": 500e6,
        "eirp_w": 10.0**3.6,
        "gain_to_noise_per_k": 10.0**2.5,
        "noise_k": 200.0,
        "warm_k": 0.0,
        "other_loss_db": 0.0,
        "implementation_loss_db": 0.0,
        "roll_off_fraction": 0.0,
    }
    return Channel(**{key: jnp.asarray(value) for key, value in (numbers | changed).items()})


def decibels(ratio: object) -> float:
    return 10.0 * math.log10(float(ratio))  # type: ignore[arg-type]  # a scalar array


def test_a_link_by_hand() -> None:
    # 36 dBW + 25 dB/K - 178.02 dB (1,000 km, 19 GHz) - 5 dB + 228.60 dB - 86.99 dBHz = 19.59 dB
    assert float(network.free_space_loss_db(range_m=1e6, frequency_hz=19e9)) == pytest.approx(
        178.02, abs=0.01
    )
    found = network.carrier_to_noise_ratio(channel(), range_m=1e6, weather_loss_db=5.0)
    assert decibels(found) == pytest.approx(19.59, abs=0.01)
    # rain of 5 dB sends 275 K (1 - 10^-0.5) = 188.0 K into a receiver of 200 K: 2.88 dB more noise
    warm = network.carrier_to_noise_ratio(channel(warm_k=275.0), range_m=1e6, weather_loss_db=5.0)
    assert decibels(warm) == pytest.approx(19.59 - 2.877, abs=0.01)


def test_a_rate_by_hand() -> None:
    """19.59 dB, less 2 dB; 0.97 dB more in a filter of 400 MHz; less 1.5 dB: 17.06 dB."""
    link = channel(other_loss_db=2.0, implementation_loss_db=1.5, roll_off_fraction=0.25)
    rate = network.channel_rate_bit_per_s(link, links.codings(), range_m=1e6, weather_loss_db=5.0)
    # 256APSK 29/45-L asks 16.98 dB and carries 5.06569 bits; the next that carries more, 17.24 dB
    assert float(rate) == pytest.approx(400e6 * 5.065690, rel=1e-9)


def test_slant_ranges_are_those_of_the_triangle() -> None:
    # by hand: overhead 550 km; at the horizon sqrt(6928.1² - 6378.1²) = 2,705.2 km
    ranges = network.slant_range_m(
        site_radius_m=EARTH_RADIUS_M,
        orbit_radius_m=EARTH_RADIUS_M + 550e3,
        elevation_rad=jnp.array([jnp.pi / 2.0, 0.0]),
    )
    np.testing.assert_allclose(ranges, [550e3, 2_705_200.0], rtol=1e-4)


def test_a_dish_has_the_gain_of_its_area() -> None:
    gain = network.dish_gain_ratio(dish_m=1.5, frequency_hz=28.5e9, aperture_efficiency=0.6)
    # 50 W into it is 17.0 + 50.8 dB less feeding; SpaceX applied for 66.5 dBW
    assert decibels(gain) + 10.0 * math.log10(50.0) == pytest.approx(66.5, abs=1.5)


def test_codings_carry_what_their_frames_hold() -> None:
    """Bits of a frame, less its outer code and heading, over its symbols; ETSI EN 302 307, 5.5."""
    bits = {"QPSK": 2, "8PSK": 3, "8APSK": 3, "16APSK": 4, "32APSK": 5}
    bits |= {"64APSK": 6, "128APSK": 7, "256APSK": 8}
    for name, efficiency in zip(
        tables.codings().name, tables.codings().bits_per_symbol, strict=True
    ):
        modulation, rate = name.split()
        slots = math.ceil(64_800 / bits[modulation] / 90)
        carried = [
            float(64_800 * Fraction(rate.removesuffix("-L"))) - outer - 80
            for outer in (128, 160, 192)  # corrects 8, 10 or 12 errors, by the code's rate
        ]
        frames = [one / (90 * (slots + 1)) for one in carried]
        assert min(abs(one / efficiency - 1.0) for one in frames) < 2e-6, name


def test_no_coding_beats_shannon_and_most_come_near() -> None:
    codings = links.codings()
    bound = network.shannon_efficiency(
        signal_to_noise_ratio=codings.threshold_ratio, implementation_loss_db=0.0
    )
    assert (codings.efficiency < bound).all()
    distant = network.shannon_efficiency(
        signal_to_noise_ratio=codings.threshold_ratio, implementation_loss_db=3.0
    )
    best = network.coded_efficiency(codings, signal_to_noise_ratio=codings.threshold_ratio)
    assert (best > distant).all()
    assert float(network.coded_efficiency(codings, signal_to_noise_ratio=0.5)) == 0.0


@settings(max_examples=25, deadline=None)
@given(low=st.floats(0.4, 90.0), more=st.floats(1.0, 3.0))
def test_a_better_signal_never_carries_less(low: float, more: float) -> None:
    both = network.coded_efficiency(
        links.codings(), signal_to_noise_ratio=jnp.array([low, low * more])
    )
    assert both[1] >= both[0]


@pytest.mark.parametrize("radio", RADIOS)
def test_links_of_the_catalogue_close_under_a_clear_sky(radio: str) -> None:
    link = links.radio_channel(radio)
    distance = network.slant_range_m(
        site_radius_m=EARTH_RADIUS_M,
        orbit_radius_m=EARTH_RADIUS_M + 550e3,
        elevation_rad=np.radians(40.0),
    )
    place = sites.site("Nairobi")
    losses = links.weather_losses(place, radio, elevation_deg=40.0, exceeded_fraction=SHARES)
    rates = _rates(link, links.codings(), range_m=distance, weather_loss_db=losses.total_db)
    assert float(rates[-1]) > 0.0
    assert (np.diff(rates) >= 0.0).all()
    words = {"exceeded_fraction": jnp.asarray(SHARES), "rate_bit_per_s": rates}
    mean = float(network.mean_rate_bit_per_s(**words))
    assert 0.0 < mean <= float(rates[-1])
    held = [
        float(network.availability_fraction(**words, least_bit_per_s=share * rates[-1]))
        for share in (0.25, 1.0)
    ]
    assert 1.0 > held[0] >= held[1] >= 0.5
    assert float(network.availability_fraction(**words, least_bit_per_s=1e15)) == 0.0


def test_the_mean_over_the_year_by_hand() -> None:
    # 2 Gbit/s but for 10 %, 3 but for half: of the year 0.4 has 2, 0.5 has 3, a tenth counts none
    shares, rates = jnp.array([0.1, 0.5]), jnp.array([2.0, 3.0])
    words = {"exceeded_fraction": shares, "rate_bit_per_s": rates}
    assert float(network.mean_rate_bit_per_s(**words)) == pytest.approx(0.8 + 1.5)
    held = network.availability_fraction(**words, least_bit_per_s=2.5)
    assert float(held) == pytest.approx(0.5)


def test_a_margin_is_what_the_threshold_leaves() -> None:
    link = channel(implementation_loss_db=1.5, roll_off_fraction=0.1)
    margin = network.channel_margin_db(link, range_m=1e6, threshold_ratio=10.0, weather_loss_db=5.0)
    # 19.59 dB, 0.41 dB more in the narrower filter, less 10 dB and 1.5 dB
    assert float(margin) == pytest.approx(8.50, abs=0.01)


def test_flux_at_the_ground_by_hand() -> None:
    # 0 dBW in 1 MHz at 600 km: -10 log10(4π 600,000²) = -126.55 dB(W/m²) in 1 MHz
    flux = network.flux_w_per_m2_hz(eirp_w_per_hz=1e-6, range_m=600e3)
    assert decibels(flux) + 60.0 == pytest.approx(-126.55, abs=0.01)
    low, high = network.KU_FLUX_W_PER_M2_HZ
    limits = network.flux_limit_w_per_m2_hz(
        elevation_rad=np.radians([0.0, 5.0, 10.0, 25.0, 90.0]),
        horizon_w_per_m2_hz=low,
        high_w_per_m2_hz=high,
    )
    found = [decibels(one) + 60.0 for one in limits]
    assert found == pytest.approx([-126.0, -126.0, -123.5, -116.0, -116.0], abs=1e-5)
    margin = network.flux_margin_db(flux_w_per_m2_hz=flux, limit_w_per_m2_hz=limits[0])
    assert float(margin) == pytest.approx(0.55, abs=0.01)
    # the other form of the same limit, -150 dB(W/m²) in 4 kHz, is as strict to 0.03 dB
    assert 10.0 * math.log10(10.0**-15.0 / 4e3) == pytest.approx(10.0 * math.log10(low), abs=0.03)
