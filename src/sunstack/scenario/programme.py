"""Which keys say how a fleet fails, is replaced and comes down over the years?

What is known of failures, and measures against upsets, come from the catalogue; every value may be
overridden here.
"""

from __future__ import annotations

from typing import Literal

from .fields import Quantity, Section, number, word
from .launching import ESTIMATE, SUNCATCHER


class Reliability(Section):
    """What fails: buses, chips, drives, coolant loops."""

    bus_record: str | None = word(
        "name of a hazard in the catalogue: whole satellites",
        default="satellite-bus-2026",
        source="research-viewer-lifetime",
    )
    bus_failures: Literal["constant", "weibull"] | None = word(
        "constant: as frequent at any age; weibull: rarer or more frequent with age"
    )
    dead_on_arrival_fraction: Quantity | None = number(
        0, 0.9, "share of the satellites delivered that never works"
    )
    bus_failure_fraction_per_year: Quantity | None = number(
        0, 0.99, "share of the working satellites that fail in a year, if constant"
    )
    bus_scale_years: Quantity | None = number(0.1, 1e6, "age that 37 % reach, if weibull")
    bus_shape_ratio: Quantity | None = number(
        0.1, 20, "below 1 failures become rarer with age, above 1 more frequent, if weibull"
    )
    chip_record: str | None = word(
        "name of a hazard in the catalogue: accelerators",
        default="chip-2026",
        source="research-viewer-lifetime",
    )
    chip_failure_fraction_per_year: Quantity | None = number(
        0, 0.99, "share of the accelerators that fail for good in a year on the ground"
    )
    orbit_factor: Quantity | None = number(
        0.1, 100, "how many times more often chips and drives fail in orbit"
    )
    wear_out_scale_years: Quantity | None = number(0.1, 1000, "age by which 63 % have worn out")
    wear_out_shape_ratio: Quantity | None = number(
        1, 20, "the steeper, the more alike the ages at which chips wear out"
    )
    spare_chip_fraction: Quantity | None = number(
        0,
        0.9,
        "share of the accelerators carried as spares",
        default=0.0,
        around=(0.0, 0.2),
        source=ESTIMATE,
    )
    drive_record: str | None = word(
        "name of a hazard in the catalogue: drives",
        default="drive-2022",
        source="backblaze-ssd-2022",
    )
    drive_failure_fraction_per_year: Quantity | None = number(
        0, 0.99, "share of the drives that fail in a year on the ground"
    )
    drive_count: Quantity | None = number(
        0, 1000, "drives of a payload", default=8.0, around=(4.0, 16.0), source=ESTIMATE
    )
    needed_drive_count: Quantity | None = number(
        0,
        1000,
        "drives without which the payload stands still",
        default=6.0,
        around=(2.0, 8.0),
        source=ESTIMATE,
    )
    coolant_area_fraction: Quantity | None = number(
        0,
        1,
        "share of both faces of the radiator that has coolant behind it",
        default=0.04,
        around=(0.02, 0.1),
        source=ESTIMATE,
    )
    # Nobody would fly less than a bare tube's millimetre: at half of one, half of AI1's loops are
    # empty within ten months (see `reliability.impacts`).
    coolant_wall_mm: Quantity | None = number(
        0.05, 20, "aluminium over the coolant", default=3.0, around=(1.0, 5.0), source=ESTIMATE
    )
    coolant_loop_count: Quantity | None = number(
        1,
        10_000,
        "loops of the radiator that a hole empties singly",
        default=40.0,
        around=(4.0, 200.0),
        source=ESTIMATE,
    )
    debris_factor: Quantity | None = number(
        0,
        1000,
        "debris met over that of the formula of 1991",
        default=1.0,
        around=(0.33, 3.0),
        source=ESTIMATE,
    )


class Radiation(Section):
    """Shielding, the limit of a chip's memory, and what is done about upsets."""

    shielding_mm: Quantity | None = number(
        1, 30, "aluminium all round the chips", default=10.0, source=SUNCATCHER
    )
    solar_activity_fraction: Quantity | None = number(
        0,
        1,
        "trapped particles between solar minimum and maximum",
        default=0.5,
        around=(0.0, 1.0),
        source=ESTIMATE,
    )
    solar_event_years: Quantity | None = number(
        0.1,
        1e6,
        "mean time from one event like that of August 1972 to the next, struck by chance",
        default=5.0,
        around=(2.5, 50.0),
        source=ESTIMATE,
    )
    memory_limit_krad: Quantity | None = number(
        0.01,
        1e4,
        "dose at which stacked memory begins to err",
        default=2.0,
        around=(2.0, 15.0),
        source=SUNCATCHER,
    )
    past_memory_limit: Literal["stop", "continue"] | None = word(
        "what a payload past the limit does: nothing more, or its work with a memory that errs",
        default="stop",
        source=ESTIMATE,
    )
    silicon_area_ratio: Quantity | None = number(
        0.01,
        100,
        "silicon of an accelerator over that of the one tested in a beam (good to 0.3 to 3)",
        default=1.0,
        around=(0.3, 3.0),
        source=ESTIMATE,
    )
    memory_ratio: Quantity | None = number(
        0,
        1000,
        "stacked memory over that of the one tested",
        default=1.0,
        around=(0.3, 3.0),
        source=ESTIMATE,
    )
    mitigation: str | None = word("name of a mitigation in the catalogue; none if not given")
    silent_removed_fraction: Quantity | None = number(
        0, 1, "share of the silent corruptions that no longer occur or are found", default=0.0
    )
    found_fraction: Quantity | None = number(
        0, 1, "share of those removed that are found and repeated", default=0.0
    )
    memory_error_factor: Quantity | None = number(
        0, 100, "errors of memory found and not mended, over those without", default=1.0
    )
    others_removed_fraction: Quantity | None = number(
        0, 1, "share of interrupts and crashes that no longer occur", default=0.0
    )
    time_overhead_fraction: Quantity | None = number(
        0, 0.95, "share of the time that the measure takes", default=0.0
    )
    energy_factor: Quantity | None = number(
        1, 10, "energy for the same work, over that without the measure", default=1.0
    )
    anomaly_pause_fraction: Quantity | None = number(
        0,
        0.95,
        "share of the trapped protons passed switched off: 0, or 0.5 to 0.95",
        default=0.0,
        source=ESTIMATE,
    )
    restart_s: Quantity | None = number(
        0,
        1e6,
        "time a chip loses to an upset that stops it",
        default=600.0,
        around=(60.0, 3600.0),
        source=ESTIMATE,
    )


class Disposal(Section):
    """How satellites come down."""

    success_fraction: Quantity | None = number(
        0,
        1,
        "share of the satellites withdrawn that come down",
        default=0.99,
        around=(0.9, 0.999),
        source=ESTIMATE,
    )
    lowered_altitude_km: Quantity | None = number(
        120,
        2000,
        "to which their thrusters lower them",
        default=200.0,
        around=(150.0, 350.0),
        source=ESTIMATE,
    )
    casualty_area_m2: Quantity | None = number(
        0,
        1000,
        "ground on which pieces of an unsteered satellite would hit someone; 0: none survive",
        default=0.0,
        around=(0.0, 6.3),
        source=ESTIMATE,
    )


class Fleet(Section):
    """How long the fleet is followed, and when satellites are replaced."""

    horizon_years: Quantity | None = number(
        1, 50, "months from the programme's start that are followed", default=15.0
    )
    policy: Literal["replace-at-age", "run-to-failure", "refresh-when-obsolete"] | None = word(
        "when a satellite that works is withdrawn", default="replace-at-age", source=ESTIMATE
    )
    replacement_age_years: Quantity | None = number(
        0.1, 50, "age at which it is; the design life if not given"
    )
    progress_fraction_per_year: Quantity | None = number(
        0,
        5,
        "growth a year of what newer chips do at equal cost",
        default=0.3,
        around=(0.1, 0.6),
        source=ESTIMATE,
    )
    obsolete_fraction: Quantity | None = number(
        0.01,
        1,
        "worth against the newest below which a satellite is obsolete",
        default=0.25,
        around=(0.1, 0.5),
        source=ESTIMATE,
    )
    spare_confidence_fraction: Quantity | None = number(
        0,
        0.999999,
        "probability with which spares in each plane outlast a resupply; 0: no spares",
        default=0.0,
        source=ESTIMATE,
    )
    resupply_days: Quantity | None = number(
        1,
        5000,
        "from one supply of a plane to the next",
        default=90.0,
        around=(30.0, 365.0),
        source=ESTIMATE,
    )
    draws: Literal["mean", "drawn"] | None = word(
        "mean: a fluid; drawn: whole satellites by chance, with the scenario's seed",
        default="mean",
        source=ESTIMATE,
    )
    schedule_draw_count: Quantity | None = number(
        2, 10_000, "ramps drawn from the ranges of what the schedule rests on", default=500.0
    )
