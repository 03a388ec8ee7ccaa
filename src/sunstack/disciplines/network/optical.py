"""How much of a laser's light does another satellite catch, and how many bits does it carry?

Two apertures of areas A, a range R apart, both looking at each other, pass

    c = min(η_t η_r A_t A_r / (λ R)², 1)        Friis: η A = G λ² / 4π

of the light: all of it nearer than A/λ, the near field, where an aperture may as well be cut into
n × n smaller ones that carry n² beams side by side. A beam of a Gaussian waist D/2 loses by an
angle θ off its axis exp(-2 (θ/w)²), w = 2 λ / (π D); over errors with a normal spread σ about each
of two axes that is on average 1 / (1 + 4 σ²/w²), and below a share ℓ for ℓ^(w²/4σ²) of the time.
What is caught over the photons a bit needs, h c / λ each, is the rate, up to what the terminal's
electronics carry. A terminal that has lost its partner scans a cone, a beam's width at a time.

Assumes: circular apertures, evenly lit, but for the loss by pointing; errors of the two axes alike.
Leaves out: the receiver's own tracking, the Sun in its view, the air (see `diversity`), Doppler.
Reference: Hemmati (ed.), Near-Earth Laser Communications, 2nd ed., ch. 2 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import PLANCK_J_S

from .sweep import LIGHT_M_PER_S

DARK_RING = 1.2196698912665045
"""First zero of the Airy pattern, in units of λ/D."""
HEXAGONAL_COVER = 1.2091995761561452
"""Area of circles that cover a plane, over the plane's: 2π/√27."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Terminal:
    """One end of a laser link."""

    power_w: Array
    aperture_m: Array
    """Diameter."""
    aperture_efficiency: Array
    """Share of the aperture's ideal gain."""
    path_efficiency: Array
    """Of all else on the way from this terminal's laser to the other's receiver."""
    wavelength_m: Array
    jitter_rad: Array
    """Spread of the pointing error about each axis."""
    photons_per_bit_count: Array
    line_rate_bit_per_s: Array
    """What its electronics carry, all channels together."""


def gain_ratio(
    *, aperture_m: ArrayLike, wavelength_m: ArrayLike, aperture_efficiency: ArrayLike
) -> Array:
    """Gain of an aperture over a source that shines all round."""
    around = jnp.pi * jnp.asarray(aperture_m) / jnp.asarray(wavelength_m)
    return jnp.asarray(aperture_efficiency) * around**2


def divergence_rad(*, aperture_m: ArrayLike, wavelength_m: ArrayLike) -> Array:
    """Angle from the beam's axis to its first dark ring."""
    return DARK_RING * jnp.asarray(wavelength_m) / jnp.asarray(aperture_m)


def spot_radius_m(*, aperture_m: ArrayLike, wavelength_m: ArrayLike, range_m: ArrayLike) -> Array:
    """Radius of the first dark ring at a range; never less than the aperture's own."""
    spread = divergence_rad(aperture_m=aperture_m, wavelength_m=wavelength_m)
    return jnp.maximum(spread * jnp.asarray(range_m), 0.5 * jnp.asarray(aperture_m))


def near_field_range_m(*, aperture_m: ArrayLike, wavelength_m: ArrayLike) -> Array:
    """Range A/λ up to which two such apertures can pass all of the light."""
    return 0.25 * jnp.pi * jnp.asarray(aperture_m) ** 2 / jnp.asarray(wavelength_m)


def spatial_channel_count(
    *, aperture_m: ArrayLike, wavelength_m: ArrayLike, range_m: ArrayLike
) -> Array:
    """Beams side by side that an aperture can be cut up for, n × n, each in its own near field."""
    whole = near_field_range_m(aperture_m=aperture_m, wavelength_m=wavelength_m)
    side = jnp.floor(jnp.sqrt(whole / jnp.asarray(range_m)))
    return jnp.maximum(side, 1.0) ** 2


def wavelength_channel_count(*, band_hz: ArrayLike, spacing_hz: ArrayLike) -> Array:
    """Carriers of a grid that an amplifier's band holds."""
    return jnp.floor(jnp.asarray(band_hz) / jnp.asarray(spacing_hz) + 1e-9)


# --- power ----------------------------------------------------------------------------------------


def friis_w(
    *,
    power_w: ArrayLike,
    transmit_gain_ratio: ArrayLike,
    receive_gain_ratio: ArrayLike,
    wavelength_m: ArrayLike,
    path_efficiency: ArrayLike,
    range_m: ArrayLike,
) -> Array:
    """Power received by gains; never more than was sent and not lost on the path."""
    spread = jnp.asarray(wavelength_m) / (4.0 * jnp.pi * jnp.asarray(range_m))
    caught = jnp.asarray(transmit_gain_ratio) * jnp.asarray(receive_gain_ratio) * spread**2
    return jnp.asarray(power_w) * jnp.asarray(path_efficiency) * jnp.minimum(caught, 1.0)


def captured_fraction(sender: Terminal, receiver: Terminal, *, range_m: ArrayLike) -> Array:
    """Share of the light that two apertures pass when both point without an error."""
    return jnp.minimum(_fresnel_ratio(sender, receiver) / jnp.asarray(range_m) ** 2, 1.0)


def _fresnel_ratio(sender: Terminal, receiver: Terminal) -> Array:
    """Squared range at which the far field's law would have all of the light caught, m²."""
    areas = [
        one.aperture_efficiency * 0.25 * jnp.pi * one.aperture_m**2 for one in (sender, receiver)
    ]
    return areas[0] * areas[1] / sender.wavelength_m**2


def beam_waist_rad(*, aperture_m: ArrayLike, wavelength_m: ArrayLike) -> Array:
    """Angle w from the axis at which a Gaussian beam of waist D/2 has fallen to 1/e²."""
    return 2.0 * jnp.asarray(wavelength_m) / (jnp.pi * jnp.asarray(aperture_m))


def pointing_fraction(
    *, waist_rad: ArrayLike, jitter_rad: ArrayLike, offset_rad: ArrayLike = 0.0
) -> Array:
    """Mean share of the light that stays on the partner, over jitter about a steady offset."""
    waist, spread = jnp.asarray(waist_rad) ** 2, 4.0 * jnp.asarray(jitter_rad) ** 2
    return (
        waist / (waist + spread) * jnp.exp(-2.0 * jnp.asarray(offset_rad) ** 2 / (waist + spread))
    )


def pointing_outage_fraction(
    *, waist_rad: ArrayLike, jitter_rad: ArrayLike, least_ratio: ArrayLike
) -> Array:
    """Share of time in which jitter leaves less than a share of the light on the partner.

    Args:
        waist_rad: of the beam, see `beam_waist_rad`.
        jitter_rad: about each axis; 0 for none.
        least_ratio: what must stay, of the light without an error; 1 and more is never held.
    """
    least = jnp.clip(jnp.asarray(least_ratio), 0.0, 1.0)
    jitter = jnp.asarray(jitter_rad)
    exponent = 0.25 * jnp.asarray(waist_rad) ** 2 / jnp.where(jitter > 0.0, jitter, 1.0) ** 2
    steady = jnp.where(least < 1.0, 0.0, 1.0)
    return jnp.where(jitter > 0.0, least**exponent, steady)


def received_w(sender: Terminal, receiver: Terminal, *, range_m: ArrayLike) -> Array:
    """Mean power that reaches the receiver's detector, shape of the range."""
    caught = captured_fraction(sender, receiver, range_m=range_m)
    return sender.power_w * sender.path_efficiency * held_fraction(sender) * caught


def held_fraction(sender: Terminal) -> Array:
    """Mean share of a terminal's light that its jitter leaves on the partner."""
    waist = beam_waist_rad(aperture_m=sender.aperture_m, wavelength_m=sender.wavelength_m)
    return pointing_fraction(waist_rad=waist, jitter_rad=sender.jitter_rad)


# --- bits -----------------------------------------------------------------------------------------


def photon_j(*, wavelength_m: ArrayLike) -> Array:
    """Energy of a photon."""
    return PLANCK_J_S * LIGHT_M_PER_S / jnp.asarray(wavelength_m)


def photon_limit_bit_per_s(
    *, received_w: ArrayLike, photons_per_bit_count: ArrayLike, wavelength_m: ArrayLike
) -> Array:
    """Rate at which every bit has the photons it needs."""
    energy = jnp.asarray(photons_per_bit_count) * photon_j(wavelength_m=wavelength_m)
    return jnp.asarray(received_w) / energy


def needed_w(sender: Terminal, receiver: Terminal, *, rate_bit_per_s: ArrayLike) -> Array:
    """Power that a rate needs at the receiver."""
    energy = receiver.photons_per_bit_count * photon_j(wavelength_m=sender.wavelength_m)
    return jnp.asarray(rate_bit_per_s) * energy


def link_rate_bit_per_s(sender: Terminal, receiver: Terminal, *, range_m: ArrayLike) -> Array:
    """Rate of a link one way: by photons, up to what both terminals carry."""
    limit = photon_limit_bit_per_s(
        received_w=received_w(sender, receiver, range_m=range_m),
        photons_per_bit_count=receiver.photons_per_bit_count,
        wavelength_m=sender.wavelength_m,
    )
    carried = jnp.minimum(sender.line_rate_bit_per_s, receiver.line_rate_bit_per_s)
    return jnp.minimum(limit, carried)


def margin_db(
    sender: Terminal, receiver: Terminal, *, range_m: ArrayLike, rate_bit_per_s: ArrayLike
) -> Array:
    """Power to spare for a rate at a range; negative where it does not close."""
    needed = needed_w(sender, receiver, rate_bit_per_s=rate_bit_per_s)
    return 10.0 * jnp.log10(received_w(sender, receiver, range_m=range_m) / needed)


def reach_m(sender: Terminal, receiver: Terminal, *, rate_bit_per_s: ArrayLike) -> Array:
    """Longest range at which photons carry a rate; 0 where not even all of the light does."""
    sent = sender.power_w * sender.path_efficiency * held_fraction(sender)
    share = needed_w(sender, receiver, rate_bit_per_s=rate_bit_per_s) / sent
    return jnp.where(share <= 1.0, jnp.sqrt(_fresnel_ratio(sender, receiver) / share), 0.0)


# --- finding each other ---------------------------------------------------------------------------


def scan_step_count(
    *, uncertainty_rad: ArrayLike, beam_rad: ArrayLike, overlap_fraction: ArrayLike = 0.0
) -> Array:
    """Steps that cover a cone with a beam, laid as hexagons and overlapping besides.

    Args:
        uncertainty_rad: half-angle of the cone in which the partner may stand.
        beam_rad: half-angle of the beam that scans it.
        overlap_fraction: of the beam's width, for vibration and turning meanwhile.
    """
    step = jnp.asarray(beam_rad) * (1.0 - jnp.asarray(overlap_fraction))
    return jnp.maximum(HEXAGONAL_COVER * (jnp.asarray(uncertainty_rad) / step) ** 2, 1.0)


def acquisition_s(
    *,
    uncertainty_rad: ArrayLike,
    beam_rad: ArrayLike,
    dwell_s: ArrayLike,
    overlap_fraction: ArrayLike = 0.0,
) -> Array:
    """Time to scan the whole cone once: the longest an acquisition takes if none is missed."""
    steps = scan_step_count(
        uncertainty_rad=uncertainty_rad, beam_rad=beam_rad, overlap_fraction=overlap_fraction
    )
    return steps * jnp.asarray(dwell_s)


def spiral_fraction(*, deviations_ratio: ArrayLike) -> Array:
    """Mean share of a scan that spirals outwards until it meets its partner.

    Args:
        deviations_ratio: half-angle of the cone in standard deviations about each axis, as 3.

    The partner's squared angle is exponential, cut off at the cone: its mean over the cone's own.
    """
    half = 0.5 * jnp.asarray(deviations_ratio) ** 2
    return 1.0 / half - 1.0 / jnp.expm1(half)


def repointing_outage_fraction(*, outage_s: ArrayLike, held_s: ArrayLike) -> Array:
    """Share of time a link is out that holds for a while, then turns and finds a new partner.

    Args:
        outage_s: to turn and acquire.
        held_s: between a link found and the next turn.
    """
    outage = jnp.asarray(outage_s)
    return outage / (outage + jnp.asarray(held_s))
