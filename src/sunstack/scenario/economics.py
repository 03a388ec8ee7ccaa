"""Which keys say what satellites, their running and their capital cost, and what compute sells for?

Prices of parts come from a book of the catalogue; every value of it may be overridden here. All
money is real, in US dollars of 2026.
"""

from __future__ import annotations

from .fields import Quantity, Section, number, word
from .launching import ESTIMATE


class Economics(Section):
    """Prices of parts and of running, what capital costs, what compute sells for."""

    cost_book: str | None = word(
        "name of a book of prices in the catalogue", default="series-2026", source=ESTIMATE
    )
    chip_usd: Quantity | None = number(
        0, 1e8, "price of one accelerator at the start; the catalogue's if not given"
    )
    chip_price_fall_fraction_per_year: Quantity | None = number(
        0,
        0.9,
        "share by which the same accelerator becomes cheaper each year",
        default=0.1,
        around=(0.0, 0.25),
        source=ESTIMATE,
    )
    payload_factor: Quantity | None = number(
        1, 20, "price of a payload over that of its chips: hosts, boards, qualification"
    )
    array_usd_per_w: Quantity | None = number(
        0, 5000, "arrays, by their power when new, in sunlight, at 28 °C"
    )
    radiator_usd_per_m2: Quantity | None = number(
        0, 1e6, "radiators with loop, pump and deployment, by the panel's area"
    )
    battery_usd_per_kwh: Quantity | None = number(0, 1e6, "batteries, by nameplate energy")
    laser_usd: Quantity | None = number(0, 1e8, "one laser terminal")
    thruster_usd: Quantity | None = number(
        0, 1e8, "one thruster with its share of tanks and power supply"
    )
    bus_usd_per_kg: Quantity | None = number(0, 1e6, "bus and structure")
    other_payload_usd_per_kg: Quantity | None = number(
        0, 1e6, "payloads that are no computers, as radios; nothing else is priced by it"
    )
    assembly_fraction: Quantity | None = number(
        0, 5, "assembly and test, as a share of what is assembled, chips apart"
    )
    learned_count: Quantity | None = number(
        1, 1e7, "satellites made when the prices of the parts hold"
    )
    learning_fraction: Quantity | None = number(
        0, 0.5, "share by which the parts' price falls at each doubling of the satellites made"
    )
    insurance_fraction: Quantity | None = number(
        0,
        0.5,
        "premium as a share of satellite, chips and launch; 0: losses are borne, as fleets do",
        default=0.0,
        around=(0.0, 0.1),
        source="taylor-wessing-insurance-2024",
    )
    development_usd: Quantity | None = number(
        0, 1e12, "design and tooling, once, spread over all that is launched"
    )
    yearly_operations_usd: Quantity | None = number(
        0, 1e9, "operating one satellite of a fleet of the reference's size"
    )
    operations_reference_count: Quantity | None = number(
        1,
        1e7,
        "satellites of the fleet for which that holds",
        default=1000.0,
        source=ESTIMATE,
    )
    operations_scale_ratio: Quantity | None = number(
        0,
        1,
        "exponent by which operations grow with the fleet: 1 in proportion, 0 not at all",
        default=0.7,
        around=(0.5, 1.0),
        source=ESTIMATE,
    )
    traffic_gbit_per_s: Quantity | None = number(
        0,
        1e5,
        "a satellite's mean traffic with the ground, for which stations are built",
        default=1.0,
        around=(0.1, 20.0),
        source=ESTIMATE,
    )
    ground_usd_per_gbit_per_s: Quantity | None = number(
        0, 1e8, "ground stations, by the traffic they carry"
    )
    ground_fraction_per_year: Quantity | None = number(
        0,
        2,
        "share of the stations' price spent on running them, fibre included",
        default=0.2,
        around=(0.1, 0.4),
        source=ESTIMATE,
    )
    yearly_licence_usd: Quantity | None = number(
        0,
        1e10,
        "fees of the whole system",
        default=2e6,
        around=(3e5, 2e7),
        source=ESTIMATE,
    )
    disposal_usd: Quantity | None = number(
        0,
        1e8,
        "bringing one satellite down on purpose, beside what operations cost",
        default=2000.0,
        around=(0.0, 20_000.0),
        source=ESTIMATE,
    )
    discount_fraction_per_year: Quantity | None = number(
        0, 0.5, "real cost of capital", default=0.08, around=(0.05, 0.12), source=ESTIMATE
    )
    tax_fraction: Quantity | None = number(
        0, 0.7, "tax on profit", default=0.21, around=(0.0, 0.26), source="us-code-26-11"
    )
    depreciation_years: Quantity | None = number(
        1,
        40,
        "straight line over which capital is written off for tax",
        default=5.0,
        around=(5.0, 7.0),
        source="us-code-26-168",
    )
    inflation_fraction_per_year: Quantity | None = number(
        0,
        0.3,
        "eats what depreciation saves in tax; prices themselves are real",
        default=0.02,
        around=(0.015, 0.03),
        source=ESTIMATE,
    )
    residual_fraction: Quantity | None = number(
        0,
        1,
        "share of what satellites have left of their life that is worth its price at the horizon",
        default=1.0,
        around=(0.0, 1.0),
        source=ESTIMATE,
    )
    sold_fraction: Quantity | None = number(
        0.01,
        1,
        "share of the compute delivered that is used and paid for",
        default=0.7,
        around=(0.4, 0.95),
        source=ESTIMATE,
    )
    compute_usd_per_pflop_day: Quantity | None = number(
        0,
        1e6,
        "what compute sells for at the start, by the dense rate in `service.precision`",
        default=28.5,
        around=(20.0, 36.0),
        source="compux-gpu-prices-2026",
    )
    chip_progress_fraction_per_year: Quantity | None = number(
        0,
        0.9,
        "share by which a unit of compute is worth less each year, as newer chips do more",
        default=0.21,
        around=(0.0, 0.29),
        source="epoch-gpu-price-performance-2022",
    )
