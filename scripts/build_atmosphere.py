"""Which air density does the catalogue ship? Built once, from pymsis 0.13.0 (NRLMSIS 2.1).

    python scripts/build_atmosphere.py > src/sunstack/catalogue/atmosphere.csv

Mean over latitudes -60 to 60 by 20 degrees and all longitudes by 30, at 12 UT of an equinox,
geomagnetic Ap 15. Above 1,000 km the model is an extrapolation by its authors' own account; the
drag there is negligible for this product.
"""

from __future__ import annotations

import csv
import sys

import numpy as np
import pymsis

ALTITUDES_KM = (
    *range(100, 200, 10),
    *range(200, 400, 20),
    *range(400, 1000, 50),
    *range(1000, 2501, 250),
)
SOLAR_FLUXES = (70, 100, 140, 180, 220)


def mean_density_kg_per_m3(altitude_km: float, solar_flux: float) -> float:
    """Average the model over the globe."""
    output = pymsis.calculate(
        np.datetime64("2024-03-21T12:00"),
        np.arange(-180.0, 180.0, 30.0),
        np.arange(-60.0, 61.0, 20.0),
        [altitude_km],
        f107s=[solar_flux],
        f107as=[solar_flux],
        aps=[[15.0] * 7],
        version=2.1,
    )
    return float(np.nanmean(output[..., pymsis.Variable.MASS_DENSITY]))


def main() -> None:
    """Print the table."""
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(["altitude_km", *(f"density_at_{flux}_kg_per_m3" for flux in SOLAR_FLUXES)])
    for altitude in ALTITUDES_KM:
        densities = (mean_density_kg_per_m3(altitude, flux) for flux in SOLAR_FLUXES)
        rows.writerow([altitude, *(f"{density:.4e}" for density in densities)])


if __name__ == "__main__":
    main()
