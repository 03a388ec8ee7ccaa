"""Which accelerators and language models does the catalogue hold, in SI?"""

from __future__ import annotations

from dataclasses import fields

from sunstack import catalogue
from sunstack.catalogue import Entry
from sunstack.disciplines.compute import Accelerator, LanguageModel, weight_byte
from sunstack.disciplines.compute.precision import WIDENED
from sunstack.errors import CatalogueError
from sunstack.units import to_si

from .numbers import scalar

WHOLE_FACTS = {
    "memory_byte": "memory_gb",
    "memory_bandwidth_byte_per_s": "memory_bandwidth_tb_per_s",
}
"""Of the whole thing named, and so shared out among its accelerators."""
EACH_FACTS = {
    "link_byte_per_s": "accelerator_link_gb_per_s",
    "domain_count": "link_domain_count",
    "idle_power_w": "accelerator_idle_power_kw",
}
NO_COMPUTER = "communications-kilowatt"
"""Counts kilowatts of radio equipment, no accelerators."""
IN_BLOCKS = "fp8-blocks"
"""Precision that DeepSeek, MiniMax and others publish models with experts in."""
BYTE_BITS = 8.0
RATES = {
    "peak_fp16_flop_per_s": ("peak_fp16_tflop_per_s", "peak_bf16_tflop_per_s"),
    "peak_fp8_flop_per_s": ("peak_fp8_tflop_per_s",),
    "peak_fp4_flop_per_s": ("peak_fp4_dense_tflop_per_s", "peak_fp4_tflop_per_s"),
}
"""From the wide to the narrow; of several facts the first that there is."""


def accelerator(name: str) -> Accelerator:
    """Return one accelerator of a chip or rack of the catalogue.

    Raises:
        CatalogueError: no such chip, or one of its numbers is missing.
    """
    entry = catalogue.entry("chip", name)
    count = _number(entry, "accelerator_count")
    found = {key: _number(entry, fact) / count for key, fact in WHOLE_FACTS.items()}
    found |= {key: _number(entry, fact) for key, fact in EACH_FACTS.items()}
    found |= {key: rate / count for key, rate in _rates(entry).items()}
    found["peak_power_w"] = _peak_power_w(entry, alone=count == 1.0)
    return Accelerator(**{key: scalar(value) for key, value in found.items()})


def missing_facts(name: str) -> tuple[str, ...]:
    """Return the facts that are not known of a chip and without which it serves nothing.

    Raises:
        CatalogueError: no such chip.
    """
    known = catalogue.entry("chip", name).facts
    widest = next(iter(RATES.values()))
    is_alone = "accelerator_count" in known and known["accelerator_count"].value == 1
    powers = ("power_kw",) if is_alone else ("power_kw", "accelerator_power_kw")
    needed = ("accelerator_count", *WHOLE_FACTS.values(), *EACH_FACTS.values(), *powers)
    lacking = tuple(fact for fact in needed if fact not in known)
    return lacking if any(fact in known for fact in widest) else (*lacking, widest[0])


def host_ratio(name: str) -> float:
    """Return the power of an accelerator with its share of the machine, over its own.

    1 where the catalogue has no machine around it.

    Raises:
        CatalogueError: no such chip, or one of its numbers is missing.
    """
    entry = catalogue.entry("chip", name)
    count = _number(entry, "accelerator_count")
    if count <= 1.0:
        return 1.0
    own_w = _number(entry, "accelerator_power_kw")
    return max(_number(entry, "power_kw") / (count * own_w), 1.0)


def precision_run(name: str, precision: str) -> str:
    """Return the precision that a chip runs for one asked for: widened if it has no rate for it.

    Args:
        name: of the chip.
        precision: by its name.

    Raises:
        CatalogueError: no such chip.
    """
    needed, widened = WIDENED.get(precision, ("fp16", precision))
    known = catalogue.entry("chip", name).facts
    held = any(fact in known for fact in RATES[f"peak_{needed}_flop_per_s"])
    return precision if held or needed == "fp16" else widened


def published_in_blocks(name: str) -> bool:
    """Whether a language model's weights of 8 bits are published with a scale for each block."""
    fact = catalogue.entry("model", name).facts.get("weight_precision")
    return fact is not None and fact.value == IN_BLOCKS


def language_model(name: str) -> LanguageModel:
    """Return the shape of a language model of the catalogue.

    Raises:
        CatalogueError: no such model, or one of its numbers is missing.
    """
    entry = catalogue.entry("model", name)
    found = {one.name: _number(entry, one.name) for one in fields(LanguageModel)}
    return LanguageModel(**{key: scalar(value) for key, value in found.items()})


def published_weight_byte(name: str) -> float:
    """Return what the weights of a language model weigh at the widths they were published in.

    Raises:
        CatalogueError: no such model, or one of its numbers is missing.
    """
    entry = catalogue.entry("model", name)
    weighed = weight_byte(
        language_model(name),
        parameter_byte=_number(entry, "weight_bit_count") / BYTE_BITS,
        expert_matrix_byte=_number(entry, "expert_bit_count") / BYTE_BITS,
    )
    return float(weighed)


def _rates(entry: Entry) -> dict[str, float]:
    """Rates of all precisions; of one that the chip lacks, which it runs not, the next wider."""
    found: dict[str, float] = {}
    for key, facts in RATES.items():
        held = next((fact for fact in facts if fact in entry.facts), None)
        lacks = held is None and len(found) > 0
        found[key] = list(found.values())[-1] if lacks else _number(entry, held or facts[0])
    return found


def _peak_power_w(entry: Entry, *, alone: bool) -> float:
    """Power of one accelerator: that of a rack holds processors, switches and pumps besides."""
    stated = "accelerator_power_kw" in entry.facts
    return _number(entry, "power_kw" if alone and not stated else "accelerator_power_kw")


def _number(entry: Entry, fact: str) -> float:
    found = entry.facts.get(fact)
    if found is None or isinstance(found.value, str):
        raise CatalogueError(f"{entry.kind}/{entry.name}: {fact} is missing; write a number")
    return to_si(fact, float(found.value))
