"""Which terminals, channels and codings does the catalogue hold, in SI?"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from sunstack import catalogue
from sunstack.catalogue import Entry, tables, weather_tables
from sunstack.catalogue.sites import Site
from sunstack.disciplines import network
from sunstack.errors import CatalogueError
from sunstack.units import to_si

from .weather import band_of, climate_at

TERMINAL_FACTS = {
    "power_w": "power_w",
    "aperture_m": "aperture_cm",
    "aperture_efficiency": "aperture_efficiency",
    "path_efficiency": "path_efficiency",
    "wavelength_m": "wavelength_nm",
    "jitter_rad": "jitter_urad",
    "line_rate_bit_per_s": "line_rate_gbit_per_s",
}
CHANNEL_FACTS = {
    "frequency_hz": "frequency_ghz",
    "bandwidth_hz": "bandwidth_mhz",
    "eirp_w": "eirp_dbw",
    "gain_to_noise_per_k": "gain_to_noise_db_per_k",
    "noise_k": "noise_k",
    "roll_off_fraction": "roll_off_fraction",
}
_loss_db = jax.jit(network.loss_db)
"""Compiled once for all places, bands and elevations."""

WARM_K = {"ground": network.RAIN_K, "orbit": 0.0}


def _number(entry: Entry, fact: str) -> float:
    found = entry.facts.get(fact)
    if found is None or isinstance(found.value, str):
        raise CatalogueError(f"{entry.kind}/{entry.name}: {fact} is missing; write a number")
    return to_si(fact, float(found.value))


def _word(entry: Entry, fact: str) -> str:
    found = entry.facts.get(fact)
    if found is None:
        raise CatalogueError(f"{entry.kind}/{entry.name}: {fact} is missing; write a word")
    return str(found.value)


def photons_per_bit_count(modulation: str) -> float:
    """Return what a modulation needs.

    Raises:
        CatalogueError: no such modulation.
    """
    return _number(catalogue.entry("modulation", modulation), "photons_per_bit_count")


def laser_terminal(name: str) -> network.Terminal:
    """Return a terminal of the catalogue with its modulation.

    Raises:
        CatalogueError: no such terminal, or one of its numbers is missing.
    """
    entry = catalogue.entry("laser", name)
    numbers = {key: jnp.asarray(_number(entry, fact)) for key, fact in TERMINAL_FACTS.items()}
    photons = photons_per_bit_count(_word(entry, "modulation"))
    return network.Terminal(**numbers, photons_per_bit_count=jnp.asarray(photons))


def changed(terminal: network.Terminal, **given: float | None) -> network.Terminal:
    """Return a terminal with some of its numbers changed, in SI; what is None stays."""
    known = {one.name for one in fields(terminal)}
    assert given.keys() <= known
    kept = {key: jnp.asarray(value) for key, value in given.items() if value is not None}
    return replace(terminal, **kept)


def radio_channel(name: str) -> network.Channel:
    """Return one way of a radio link of the catalogue.

    Raises:
        CatalogueError: no such radio, or one of its numbers is missing.
    """
    entry = catalogue.entry("radio", name)
    numbers = {key: jnp.asarray(_number(entry, fact)) for key, fact in CHANNEL_FACTS.items()}
    receiver = _word(entry, "receiver")
    if receiver not in WARM_K:
        raise CatalogueError(f"radio/{name}: receiver is {receiver!r}; write ground or orbit")
    return network.Channel(
        **numbers,
        warm_k=jnp.asarray(WARM_K[receiver]),
        # Losses stay in decibels: they are added to those of the weather.
        other_loss_db=jnp.asarray(_decibels(entry, "other_loss_db")),
        implementation_loss_db=jnp.asarray(_decibels(entry, "implementation_loss_db")),
    )


def _decibels(entry: Entry, fact: str) -> float:
    return 10.0 * float(np.log10(_number(entry, fact)))


def radio_band(name: str) -> str:
    """Return the band of the weather tables that a radio of the catalogue lies in.

    Raises:
        CatalogueError: no such radio or band.
    """
    return weather_tables.band(_word(catalogue.entry("radio", name), "band")).name


def dish_m(name: str) -> float:
    """Return the width of a radio's antenna on the ground.

    Raises:
        CatalogueError: no such radio, or it has no dish.
    """
    return _number(catalogue.entry("radio", name), "dish_m")


@cache
def codings() -> network.Codings:
    """Return the modulations and codes of DVB-S2X, by what they ask, rising."""
    table = tables.codings()
    return network.Codings(
        efficiency=jnp.asarray(table.bits_per_symbol),
        threshold_ratio=10.0 ** (0.1 * jnp.asarray(table.symbol_to_noise_db)),
    )


def weather_losses(
    place: Site, radio: str, *, elevation_deg: float, exceeded_fraction: ArrayLike
) -> network.Loss:
    """Return what weather takes from a radio link, for shares of time.

    Raises:
        CatalogueError: no climate near the place, or no such radio.
    """
    band = radio_band(radio)
    lost: network.Loss = _loss_db(
        climate_at(place, band),
        band_of(band),
        elevation_rad=np.radians(elevation_deg),
        exceeded_fraction=exceeded_fraction,
        dish_m=dish_m(radio),
    )
    return lost
