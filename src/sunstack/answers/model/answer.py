"""How fast does a chip in orbit serve a language model, on how many satellites, and what stops it?

Weights and keys and values in memory, the replica that serves most, its batches, the parts of its
passes, less power, and what lasers between satellites would cost a token.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from sunstack import catalogue, serving
from sunstack.disciplines import network
from sunstack.disciplines.compute import across_satellites
from sunstack.resolve import chips
from sunstack.resolve.numbers import scalar
from sunstack.resolve.service import service_of
from sunstack.system import Service

from . import tables, told
from .choice import Asked, Choice, choose
from .question import MOST_CHIPS, Question, check, numbers

ROOFLINE_BATCHES = (1.0, 16.0, 128.0, 1024.0)


def model_of(asked: Question) -> dict[str, Any]:
    """Answer for one language model on one kind of chip.

    Raises:
        ScenarioError: a number is none or beyond its range.
        CatalogueError: no such model, chip, engine or precision, or a number of one is missing.
    """
    check(asked)
    service, given = given_of(asked)
    chosen = choose(service, given)
    chip = service.accelerator
    return {
        **vars(asked),
        "title": catalogue.entry("model", asked.model).title,
        "chip_title": catalogue.entry("chip", asked.chip).title,
        "chips": int(service.chip_count),
        "power_kw": float(given.power_w) / 1e3,
        "peak_power_kw": float(chip.peak_power_w) / 1e3,
        "idle_power_kw": float(chip.idle_power_w) / 1e3,
        "satellite_kw": float(service.chip_count * given.power_w * service.host_ratio) / 1e3,
        "size": told.size(chosen, asked),
        "unit": told.unit(chosen, asked),
        "most": told.most(chosen, asked),
        "at_load": told.at_load(chosen, given, asked),
        "stops": told.stops(chosen, given),
        **_tables(chosen, given, asked),
        "error_band": told.error_band(chosen, asked),
        "unreachable": chosen.unreachable,
        "caveats": told.caveats(chosen, asked),
    }


def given_of(asked: Question) -> tuple[Service, Asked]:
    """Return what serves the model, and all that is given besides."""
    one = chips.accelerator(asked.chip)
    power_w = one.peak_power_w if asked.power_kw is None else scalar(asked.power_kw * 1e3)
    service = service_of(
        numbers(asked),
        names=[asked.model],
        chip=asked.chip,
        chip_count=float(asked.chips or min(float(one.domain_count), MOST_CHIPS)),
        engine=asked.engine,
        precision=asked.precision,
        power_w=float(power_w),
    )
    link = across_satellites.Link(
        delay_s=scalar(asked.link_km * 1e3 / network.LIGHT_M_PER_S),
        byte_per_s=scalar(asked.link_gbit_per_s * 1e9 / 8.0),
    )
    return service, Asked(
        satellites=asked.satellites,
        link=link,
        power_w=power_w,
        batches=jnp.append(serving.BATCHES, float(asked.batch or 1)),
        forced=None if asked.batch is None else len(serving.BATCHES),
    )


def _tables(chosen: Choice, given: Asked, asked: Question) -> dict[str, Any]:
    whole = range(0, len(serving.BATCHES), serving.BATCHES_PER_DOUBLING)  # powers of two
    batch = float(chosen.found.batch_count[chosen.place])
    places = {float(given.batches[place]): place for place in whole} | {batch: chosen.place}
    shown = [places[one] for one in sorted(places)]
    return {
        "batches": tables.by_batch(chosen.unit, chosen.found, shown),
        "power": tables.by_power(chosen.unit, given.batches, chosen.unit_count, given.forced),
        "passes": tables.passes_told(chosen.unit, list(ROOFLINE_BATCHES), batch),
        "across": tables.across(chosen.unit, chosen.found, chosen.place, max(asked.satellites, 2)),
    }
