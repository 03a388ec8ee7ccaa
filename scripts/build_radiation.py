"""Which radiation tables does the catalogue ship? Built once, from aep8 1.1.0 and spacepy 0.7.0.

    python scripts/build_radiation.py src/sunstack/catalogue/radiation

Three minutes on one core, the same bytes each time; `radiation_models.py` says how.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from radiation_models import (
    ELECTRON_MEV,
    PROTON_MEV,
    SOLAR_MEV,
    access_ratio,
    cell_fluence_per_cm2,
    differential,
    dose_rad,
    event_rad,
    held_share,
    maps,
    point_flux_per_cm2_s,
    time_share,
)

# The nodes are as close as interpolated doses must be near: from 500 km up and for inclinations
# from 20° within 5 % of the models, elsewhere within 5 % nearly always; see decision 008.
DOSE_ALTITUDES_KM = (
    *(300, 325, 350, 375, 400, 425, 450, 475, 500, 525, 550, 600, 650, 700, 750, 800, 900),
    *(1000, 1200, 1400, 1700, 2000),
)
DOSE_INCLINATIONS_DEG = (
    *(0, 5, 10, 13, 16, 19, 22, 25, 28, 30, 33, 36, 40, 43, 46, 50, 53, 56, 60, 65, 70, 75, 80),
    *(85, 90),
)
FLUX_ALTITUDES_KM = (
    *(300, 350, 400, 450, 500, 550, 600, 650, 700, 800, 900, 1000, 1200, 1400, 1700, 2000),
)
FLUX_INCLINATIONS_DEG = (0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90)
EVENT_ALTITUDES_KM = (300, 600, 1000, 1500, 2000)
EVENT_INCLINATIONS_DEG = (0, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90)
PHASES = ("min", "max")
DEPTHS_MM = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 14.0, 20.0, 30.0)
PROTONS_ABOVE_MEV = (10, 20, 30, 50, 70, 100, 200)
ELECTRONS_ABOVE_MEV = (1, 3)
HELD_PERCENT = (50, 89, 95)
LEAST = 1e-6
"""Printed for anything smaller that is trapped: interpolation takes logarithms."""

type Row = list[str | float]


def dose_rows(altitude_km: float, phase: str) -> Iterator[Row]:
    """Give the rows of `dose.csv` for every inclination."""
    seen = maps(altitude_km, phase)
    for inclination in DOSE_INCLINATIONS_DEG:
        shares = time_share(inclination)
        rads = dose_rad(
            DEPTHS_MM,
            protons=differential(PROTON_MEV, seen.protons @ shares),
            electrons=differential(ELECTRON_MEV, seen.electrons @ shares),
        )
        # more aluminium lets no more through, but SHIELDOSE's splines swing where there is little
        falling = np.minimum.accumulate(rads)
        yield [altitude_km, inclination, f"{phase}imum", *(falling / 1e3)]


def flux_rows(altitude_km: float, phase: str) -> Iterator[Row]:
    """Give the rows of `flux.csv` for every inclination."""
    seen = maps(altitude_km, phase)
    for inclination in FLUX_INCLINATIONS_DEG:
        shares = time_share(inclination)
        protons, electrons = seen.protons @ shares, seen.electrons @ shares
        yield [
            *(altitude_km, inclination, f"{phase}imum"),
            *(protons[list(PROTON_MEV).index(energy)] for energy in PROTONS_ABOVE_MEV),
            *(electrons[list(ELECTRON_MEV).index(energy)] for energy in ELECTRONS_ABOVE_MEV),
            *(held_share(seen.above_50_mev, shares, held / 100) for held in HELD_PERCENT),
            cell_fluence_per_cm2(protons, electrons),
        ]


def event_rows(altitude_km: float) -> Iterator[Row]:
    """Give the rows of `event.csv` for every inclination."""
    for inclination in EVENT_INCLINATIONS_DEG:
        access = access_ratio(altitude_km, time_share(inclination), SOLAR_MEV)
        yield [altitude_km, inclination, *(event_rad(DEPTHS_MM, access) / 1e3)]


PLACE = ("altitude_km", "inclination_deg")
DOSES = tuple(f"behind_{depth:g}_mm_krad" for depth in DEPTHS_MM)
FLUXES = (
    *(f"protons_above_{energy}_mev_per_cm2_s" for energy in PROTONS_ABOVE_MEV),
    *(f"electrons_above_{energy}_mev_per_cm2_s" for energy in ELECTRONS_ABOVE_MEV),
    *(f"time_holding_{held}_percent_fraction" for held in HELD_PERCENT),
    "cell_fluence_per_cm2",
)
HEADS: Mapping[str, tuple[str, ...]] = {
    "dose.csv": (
        "trapped protons and electrons: krad(Si) in a year at the centre of an aluminium sphere",
        ",".join((*PLACE, "solar", *DOSES)),
    ),
    "flux.csv": (
        "mean trapped flux above an energy; least share of time holding a share of the protons"
        " above 50 MeV; a year's damage to solar cells as 1-MeV electrons",
        ",".join((*PLACE, "solar", *FLUXES)),
    ),
    "event.csv": (
        "one event like that of August 1972: krad(Si) at the centre of an aluminium sphere",
        ",".join((*PLACE, *DOSES)),
    ),
    "checks.csv": (
        "to be compared with other programs: AP8 solar maximum above 20 MeV at 30° S 45° W, 500 km;"
        " the event's dose behind 10 mm where no magnetic field keeps it out",
        "protons_at_the_place_per_cm2_s,event_outside_the_field_krad",
    ),
}


def printed(row: Row, *, digits: int, places: int, least: float) -> list[str]:
    """Return a row as text: the first cells whole, then so many digits, nothing below a least."""
    numbers = (max(float(cell), least) for cell in row[places:])
    return [*map(str, row[:places]), *(f"{number:.{digits}g}" for number in numbers)]


def write(folder: Path, name: str, rows: Iterable[list[str]]) -> None:
    """Write a table under its head."""
    about, columns = HEADS[name]
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {about}\n# made by scripts/build_radiation.py\n{columns}\n")
        csv.writer(file, lineterminator="\n").writerows(rows)


def main() -> None:
    """Write the tables."""
    folder = Path(sys.argv[1])
    doses, fluxes = [], []
    for altitude in DOSE_ALTITUDES_KM:
        for phase in PHASES:
            doses += dose_rows(altitude, phase)
            fluxes += flux_rows(altitude, phase) if altitude in FLUX_ALTITUDES_KM else ()
    events = [row for altitude in EVENT_ALTITUDES_KM for row in event_rows(altitude)]
    outside = event_rad(DEPTHS_MM, np.ones(SOLAR_MEV.size))[DEPTHS_MM.index(10.0)] / 1e3
    write(folder, "dose.csv", (printed(row, digits=4, places=3, least=LEAST) for row in doses))
    write(folder, "flux.csv", (printed(row, digits=3, places=3, least=LEAST) for row in fluxes))
    write(folder, "event.csv", (printed(row, digits=4, places=2, least=0.0) for row in events))
    write(folder, "checks.csv", [[f"{point_flux_per_cm2_s():.7g}", f"{outside:.4g}"]])


if __name__ == "__main__":
    main()
