"""What are prices, running, finance and the market in SI, and what do chips cost?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import jax.numpy as jnp
from jax import Array

from sunstack import catalogue, serving
from sunstack.disciplines import economics
from sunstack.system import Service, System
from sunstack.units import DAY_S, YEAR_S

from .chips import NO_COMPUTER
from .numbers import Numbers
from .values import Origin

CHIP = "payload.chip"
CHIP_PRICE = "economics.chip_usd"
OTHER_PRICE = "economics.other_payload_usd_per_kg"
PRICE_FACT, COUNT_FACT = "price_usd", "accelerator_count"

Values = Mapping[str, Array]
"""A scenario's values in SI, by key."""


def money(
    values: Values, *, words: Numbers, service: Service, elapsed_in_year_s: Array
) -> economics.Spec:
    """Build prices, running, finance and market.

    Args:
        values: of the keys `economics.*`, and counts of chips and thrusters; traced by JAX, so that
            many may be built at once.
        words: where the chip is looked up.
        service: what the payload serves; without language models nothing is known of its rate.
        elapsed_in_year_s: from the first of January to the programme's start.
    """
    computes = CHIP in words.found and words.word(CHIP) != NO_COMPUTER
    known = computes and bool(service.model_names)
    return economics.Spec(
        prices=_prices(values, computes=computes),
        running=_running(values),
        finance=economics.Finance(
            yearly_discount_fraction=_yearly(values, "economics.discount_fraction_per_year"),
            tax_fraction=values["economics.tax_fraction"],
            depreciation_s=values["economics.depreciation_years"],
            yearly_inflation_fraction=_yearly(values, "economics.inflation_fraction_per_year"),
            residual_fraction=values["economics.residual_fraction"],
        ),
        market=economics.Market(
            sold_fraction=values["economics.sold_fraction"],
            compute_usd_per_flop=values["economics.compute_usd_per_pflop_day"],
            yearly_progress_fraction=_yearly(values, "economics.chip_progress_fraction_per_year"),
        ),
        chip_count=values["payload.chip_count"] * float(computes),
        thruster_count=values["launch.thruster_count"],
        peak_flop_per_s=serving.peak_flop_per_s(service) * float(known),
        elapsed_in_year_s=elapsed_in_year_s,
        carries_chips=computes,
    )


def _yearly(values: Values, key: str) -> Array:
    """A share of a year, as it was written."""
    return values[key] * YEAR_S


def _prices(values: Values, *, computes: bool) -> economics.Prices:
    other = values[OTHER_PRICE]
    return economics.Prices(
        chip_usd=values[CHIP_PRICE] if CHIP_PRICE in values else jnp.zeros_like(other),
        chip_fall_fraction=_yearly(values, "economics.chip_price_fall_fraction_per_year"),
        payload_factor=values["economics.payload_factor"],
        array_usd_per_w=values["economics.array_usd_per_w"],
        radiator_usd_per_m2=values["economics.radiator_usd_per_m2"],
        battery_usd_per_j=values["economics.battery_usd_per_kwh"],
        laser_usd=values["economics.laser_usd"],
        thruster_usd=values["economics.thruster_usd"],
        bus_usd_per_kg=values["economics.bus_usd_per_kg"],
        other_payload_usd_per_kg=other * float(not computes),
        assembly_fraction=values["economics.assembly_fraction"],
        learned_count=values["economics.learned_count"],
        learning_fraction=values["economics.learning_fraction"],
        insurance_fraction=values["economics.insurance_fraction"],
        development_usd=values["economics.development_usd"],
    )


def _running(values: Values) -> economics.Running:
    return economics.Running(
        operations_usd_per_s=values["economics.yearly_operations_usd"] / YEAR_S,
        operations_reference_count=values["economics.operations_reference_count"],
        operations_scale_ratio=values["economics.operations_scale_ratio"],
        traffic_bit_per_s=values["economics.traffic_gbit_per_s"],
        ground_usd_per_bit_per_s=values["economics.ground_usd_per_gbit_per_s"],
        ground_spent_per_s=values["economics.ground_fraction_per_year"],
        licence_usd_per_s=values["economics.yearly_licence_usd"] / YEAR_S,
        disposal_usd=values["economics.disposal_usd"],
    )


def elapsed_in_year_s(epoch: date) -> float:
    """Time from the first of January to a day."""
    return (epoch - epoch.replace(month=1, day=1)).days * DAY_S


def with_chip_price(found: Mapping[str, Origin]) -> dict[str, Origin]:
    """Add the catalogue's price of an accelerator, unless the scenario gives one or none is known.

    A rack's price is shared out among its accelerators.
    """
    if CHIP_PRICE in found or CHIP not in found:
        return dict(found)
    chip = catalogue.entry("chip", str(found[CHIP].value))
    price, count = (chip.facts.get(name) for name in (PRICE_FACT, COUNT_FACT))
    if price is None or count is None:
        return dict(found)
    each = 1.0 / float(count.value)
    origin = Origin(
        key=CHIP_PRICE,
        value=float(price.value) * each,
        unit="USD",
        kind="catalogue",
        where=f"chip {chip.name}",
        low=None if price.low is None else price.low * each,
        high=None if price.high is None else price.high * each,
        source=price.source,
        date=price.date,
        confidence=price.confidence,
        note=price.note,
    )
    return {**found, CHIP_PRICE: origin}


def idle_prices(found: Mapping[str, Origin]) -> Iterator[str]:
    """Prices written of what the payload does not carry, which would change nothing."""
    key, computes = idle_price(found), _computes(found)
    if key in found and found[key].kind in ("file", "override"):
        carried = f"accelerators ({found[CHIP].value})" if computes else "no accelerators"
        yield (
            f"{key}: {found[key].value} ({found[key].where}) changes nothing: the payload carries "
            f"{carried}; leave it out, or write another {CHIP}"
        )


def idle_price(found: Mapping[str, Origin]) -> str:
    """Key of the price of what the payload does not carry."""
    return OTHER_PRICE if _computes(found) else CHIP_PRICE


def _computes(found: Mapping[str, Origin]) -> bool:
    return CHIP in found and str(found[CHIP].value) != NO_COMPUTER


def about_costs(found: Mapping[str, Origin], system: System) -> Iterator[str]:
    """Say which costs are not known, and which bases remain."""
    spec = system.economics
    yield (
        f"Costs are by the book {found['economics.cost_book'].value}: nobody sells satellites that "
        "compute, every price is an estimate with its range. Satellites are paid for when they "
        "lift off; an accelerator's hour is one at full power."
    )
    if not spec.carries_chips:
        yield (
            "The payload carries no accelerators: costs are told without chips, for the power "
            "delivered to it; there is no cost of compute or of tokens."
        )
    elif CHIP_PRICE not in found:
        yield (
            f"Of {CHIP} {found[CHIP].value} the catalogue knows no price: chips are counted for "
            f"nothing, and only costs without chips are told; write {CHIP_PRICE} for the others."
        )
    elif float(spec.peak_flop_per_s) == 0.0:
        yield (
            f"Of {CHIP} {found[CHIP].value} too little is known to tell its rate: costs are told "
            "for accelerators and power, not for operations or tokens, and no revenue."
        )
