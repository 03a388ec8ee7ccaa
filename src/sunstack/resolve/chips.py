"""Which accelerators and language models does the catalogue hold, in SI?"""

from __future__ import annotations

from dataclasses import fields

import jax.numpy as jnp

from sunstack import catalogue
from sunstack.catalogue import Entry
from sunstack.disciplines.compute import Accelerator, LanguageModel
from sunstack.errors import CatalogueError
from sunstack.units import to_si

WHOLE_FACTS = {
    "memory_byte": "memory_gb",
    "memory_bandwidth_byte_per_s": "memory_bandwidth_tb_per_s",
}
"""Of the whole thing named, and so shared out among its accelerators."""
EACH_FACTS = {
    "link_byte_per_s": "accelerator_link_gb_per_s",
    "domain_count": "link_domain_count",
    "idle_power_w": "accelerator_idle_power_kw",
    "peak_power_w": "accelerator_power_kw",
}
RATES = ("peak_fp16", "peak_fp8", "peak_fp4")
"""From the wide to the narrow."""


def accelerator(name: str) -> Accelerator:
    """Return one accelerator of a chip or rack of the catalogue.

    Raises:
        CatalogueError: no such chip, or one of its numbers is missing.
    """
    entry = catalogue.entry("chip", name)
    count = _number(entry, "accelerator_count")
    found = {key: _number(entry, fact) / count for key, fact in WHOLE_FACTS.items()}
    found |= {key: _number(entry, fact) for key, fact in EACH_FACTS.items()}
    rate = _number(entry, f"{RATES[0]}_tflop_per_s")
    for precision in RATES:
        # A precision that the chip lacks runs as the next wider one.
        fact = f"{precision}_tflop_per_s"
        rate = _number(entry, fact) if fact in entry.facts else rate
        found[f"{precision}_flop_per_s"] = rate / count
    return Accelerator(**{key: jnp.asarray(value) for key, value in found.items()})


def language_model(name: str) -> LanguageModel:
    """Return the shape of a language model of the catalogue.

    Raises:
        CatalogueError: no such model, or one of its numbers is missing.
    """
    entry = catalogue.entry("model", name)
    found = {one.name: _number(entry, one.name) for one in fields(LanguageModel)}
    return LanguageModel(**{key: jnp.asarray(value) for key, value in found.items()})


def _number(entry: Entry, fact: str) -> float:
    found = entry.facts.get(fact)
    if found is None or isinstance(found.value, str):
        raise CatalogueError(f"{entry.kind}/{entry.name}: {fact} is missing; write a number")
    return to_si(fact, float(found.value))
