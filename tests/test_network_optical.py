"""Does a laser link carry what its light allows, near and far, steady or not?"""

from __future__ import annotations

import math
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from sunstack.disciplines.network import optical

SUNCATCHER = optical.Terminal(
    power_w=jnp.asarray(5.0),
    aperture_m=jnp.asarray(0.10),
    aperture_efficiency=jnp.asarray(0.8),
    path_efficiency=jnp.asarray(0.5),
    wavelength_m=jnp.asarray(1.55e-6),
    jitter_rad=jnp.asarray(0.0),
    photons_per_bit_count=jnp.asarray(195.6),
    line_rate_bit_per_s=jnp.asarray(9.6e12),
)
RANGES_M = np.geomspace(1e2, 5e6, 40)


def test_a_far_link_by_hand() -> None:
    # areas 7.854e-3 m² at 0.8; (6.283e-3)² / (1.55e-6 · 5e6)² = 3.948e-5 / 60.06 = 6.573e-7
    caught = optical.captured_fraction(SUNCATCHER, SUNCATCHER, range_m=5e6)
    assert float(caught) == pytest.approx(6.573e-7, rel=1e-3)
    assert float(optical.received_w(SUNCATCHER, SUNCATCHER, range_m=5e6)) == pytest.approx(
        2.5 * 6.573e-7, rel=1e-3
    )
    # h c / λ = 1.2816e-19 J; 1.643e-6 W / (195.6 · 1.2816e-19 J) = 6.555e10 bit/s
    rate = optical.link_rate_bit_per_s(SUNCATCHER, SUNCATCHER, range_m=5e6)
    assert float(rate) == pytest.approx(6.555e10, rel=1e-3)


def test_gains_and_apertures_give_the_same_power() -> None:
    gain = optical.gain_ratio(aperture_m=0.10, wavelength_m=1.55e-6, aperture_efficiency=0.8)
    by_gain = optical.friis_w(
        power_w=5.0,
        transmit_gain_ratio=gain,
        receive_gain_ratio=gain,
        wavelength_m=1.55e-6,
        path_efficiency=0.5,
        range_m=RANGES_M,
    )
    by_area = optical.received_w(SUNCATCHER, SUNCATCHER, range_m=RANGES_M)
    np.testing.assert_allclose(by_gain, by_area, rtol=1e-12)
    assert float(by_area[0]) == 2.5  # in the near field: all that was sent and not lost


def test_the_dark_ring_is_that_of_an_airy_pattern() -> None:
    zero = float(special.jn_zeros(1, 1)[0]) / math.pi
    assert abs(optical.DARK_RING - zero) < 1e-12
    angle = optical.divergence_rad(aperture_m=0.10, wavelength_m=1.55e-6)
    assert float(angle) == pytest.approx(18.905e-6, rel=1e-4)
    spots = optical.spot_radius_m(aperture_m=0.10, wavelength_m=1.55e-6, range_m=RANGES_M)
    assert float(spots[0]) == 0.05  # in the near field as wide as the aperture


def test_an_aperture_is_cut_into_beams_where_each_keeps_its_near_field() -> None:
    def beams(range_m: float) -> float:
        return float(
            optical.spatial_channel_count(aperture_m=0.10, wavelength_m=1.55e-6, range_m=range_m)
        )

    # by hand: π 0.05² / 1.55e-6 = 5,067 m; a quarter of it 1,267 m; a sixteenth 317 m
    ranges = (5_068, 1_266, 1_268, 316, 318)
    assert [beams(range_m) for range_m in ranges] == [1.0, 4.0, 1.0, 16.0, 9.0]


def test_carriers_of_a_grid() -> None:
    band = 24 * 100e9
    counts = [
        float(optical.wavelength_channel_count(band_hz=band, spacing_hz=step))
        for step in (100e9, 75e9, 70e9)
    ]
    assert counts == [24.0, 32.0, 34.0]


def test_the_waist_of_a_beam_by_hand() -> None:
    # 2 · 1.55 µm / (π · 0.10 m); jitter of a tenth of it leaves 1 / 1.04 of the light
    waist = optical.beam_waist_rad(aperture_m=0.10, wavelength_m=1.55e-6)
    assert float(waist) == pytest.approx(9.868e-6, rel=1e-4)
    shaken = replace(SUNCATCHER, jitter_rad=0.1 * waist)
    assert float(optical.held_fraction(shaken)) == pytest.approx(1.0 / 1.04, rel=1e-9)


def test_jitter_is_the_mean_and_the_tail_of_drawn_errors() -> None:
    waist, jitter, offset = 9.87e-6, 3e-6, 2e-6
    drawn = jax.random.normal(jax.random.key(7), (2, 200_000)) * jitter
    angle = jnp.hypot(drawn[0] + offset, drawn[1])
    mean = float(jnp.exp(-2.0 * (angle / waist) ** 2).mean())
    found = optical.pointing_fraction(waist_rad=waist, jitter_rad=jitter, offset_rad=offset)
    assert float(found) == pytest.approx(mean, rel=3e-3)  # five spreads of the mean drawn
    lost = float((jnp.exp(-2.0 * (jnp.hypot(*drawn) / waist) ** 2) < 0.5).mean())
    tail = optical.pointing_outage_fraction(waist_rad=waist, jitter_rad=jitter, least_ratio=0.5)
    assert float(tail) == pytest.approx(lost, rel=2e-2)


def test_a_steady_beam_is_out_only_where_it_never_suffices() -> None:
    found = optical.pointing_outage_fraction(
        waist_rad=1e-5, jitter_rad=0.0, least_ratio=jnp.array([0.0, 0.999, 1.0, 2.0])
    )
    assert found.tolist() == [0.0, 0.0, 1.0, 1.0]
    slope = jax.grad(
        lambda jitter: optical.pointing_outage_fraction(
            waist_rad=1e-5, jitter_rad=jitter, least_ratio=0.5
        )
    )(0.0)
    assert math.isfinite(slope)


@settings(max_examples=25, deadline=None)
@given(
    rate=st.floats(1e9, 9e12),
    photons=st.floats(1.4, 300.0),
    aperture=st.floats(0.02, 0.3),
    jitter=st.floats(0.0, 5e-6),
)
def test_at_the_end_of_its_reach_a_link_has_nothing_to_spare(
    rate: float, photons: float, aperture: float, jitter: float
) -> None:
    terminal = replace(
        SUNCATCHER,
        aperture_m=jnp.asarray(aperture),
        jitter_rad=jnp.asarray(jitter),
        photons_per_bit_count=jnp.asarray(photons),
    )
    reach = float(optical.reach_m(terminal, terminal, rate_bit_per_s=rate))
    margin = optical.margin_db(terminal, terminal, range_m=reach, rate_bit_per_s=rate)
    assert float(margin) == pytest.approx(0.0, abs=1e-9)
    ranges = jnp.asarray([0.5, 1.0, 2.0]) * reach
    rates = optical.link_rate_bit_per_s(terminal, terminal, range_m=ranges)
    assert rates[0] >= rates[1] >= rates[2] > 0.0
    # beyond the near field, twice as far is a quarter of the light
    limit = optical.near_field_range_m(aperture_m=aperture, wavelength_m=1.55e-6)
    if reach > float(limit):
        assert float(rates[2]) == pytest.approx(rate / 4.0, rel=1e-9)


def test_what_not_even_all_of_the_light_carries_has_no_reach() -> None:
    dim = replace(SUNCATCHER, power_w=jnp.asarray(1e-4))
    assert float(optical.reach_m(dim, dim, rate_bit_per_s=9.6e12)) == 0.0
    assert float(optical.margin_db(dim, dim, range_m=1.0, rate_bit_per_s=9.6e12)) < 0.0


def test_a_spiral_finds_its_partner_in_the_mean_of_a_cut_exponential() -> None:
    # squared angles are exponential; those beyond three deviations are left to the next scan
    squared = 2.0 * jax.random.exponential(jax.random.key(3), (200_000,))
    inside = squared[squared < 9.0]
    found = optical.spiral_fraction(deviations_ratio=3.0)
    assert float(found) == pytest.approx(float(inside.mean()) / 9.0, rel=1e-2)


def test_acquiring_by_hand() -> None:
    # 5 mrad with 80 µrad: 1.209 · (5e-3/80e-6)² = 4,723 steps; of 1 ms, 4.7 s; overlapping by a
    # fifth, 7.4 s
    words = {"uncertainty_rad": 5e-3, "beam_rad": 80e-6}
    assert float(optical.scan_step_count(**words)) == pytest.approx(4723.4, abs=0.5)
    taken = optical.acquisition_s(**words, dwell_s=1e-3, overlap_fraction=0.2)
    assert float(taken) == pytest.approx(7.380, abs=1e-3)
    assert float(optical.repointing_outage_fraction(outage_s=10.0, held_s=90.0)) == 0.1
    assert float(optical.scan_step_count(uncertainty_rad=1e-6, beam_rad=80e-6)) == 1.0
