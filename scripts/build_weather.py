"""Which weather tables does the catalogue ship? Built once, from itur 0.4.0 (models of the ITU-R).

    pip install itur==0.4.0 numpy==2.5.5    (in an environment of its own: 163 MB, so no extra of
                                             this project and nothing its tests download)
    python scripts/build_weather.py src/sunstack/catalogue

Half a minute on one core, the same bytes each time. What a place's climate is by the maps of the
ITU-R: rain rate exceeded 0.01 % of the time (P.837-7), rain height (P.839-4), height of the ground
(P.1511), refractivity (P.453-13), water in clouds (P.840-7), and what air without clouds or rain
takes away at the zenith in each band (P.676-12, water vapour by P.836-6). Everything else follows
by the closed forms of P.618-13, in `disciplines/network/weather.py`; `checks.csv` has what itur
itself gives, for the tests.
"""

from __future__ import annotations

import csv
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path

import itur
import numpy as np
from itur.models import itu453, itu676, itu836, itu837, itu838, itu839, itu840, itu1510, itu1511

CITIES = 160
"""Of the largest, with climate; besides all gateways and data centres and the cities below."""
NAMED = (
    *("Chicago", "Dalian", "Istanbul", "Johannesburg", "London", "Los Angeles", "Manila", "Moscow"),
    *("Nairobi", "New York", "Paris", "Rio de Janeiro", "Singapore", "St Petersburg", "Sydney"),
    *(
        "Tokyo",
        "Seattle",
        "Denver",
        "Auckland",
        "Stockholm",
        "Munich",
        "Warsaw",
        "Vienna",
        "Lisbon",
    ),
)
BANDS_GHZ = {
    "ku_down": 12.0,
    "ku_up": 14.0,
    "ka_down": 19.0,
    "ka_up": 28.0,
    "e_down": 73.5,
    "e_up": 83.5,
}
GAS_PERCENT = (1, 5, 20, 50)
CLOUD_PERCENT = (1, 2, 3, 5, 10, 20, 30, 50)
CHECKED = (
    *("Singapore", "Nairobi", "London", "Frankfurt am Main data centres"),
    *("Hawthorne gateway", "Punta Arenas gateway"),
)
CHECKED_BANDS = ("ku_down", "ka_up", "e_down")
CHECKED_PERCENT = (0.01, 0.1, 1.0, 10.0)
CHECKED_ELEVATIONS_DEG = (10.0, 25.0, 40.0, 90.0)
CHECKED_DISH_M = 0.5

type Place = tuple[str, float, float]


def places(folder: Path) -> list[Place]:
    """Read the places the catalogue knows, in its order."""
    found: list[Place] = []
    for name in ("cities", "gateways", "data_centres"):
        text = (folder / "places" / f"{name}.csv").read_text(encoding="utf-8")
        lines = (line for line in text.splitlines() if not line.startswith("#"))
        for number, row in enumerate(csv.DictReader(lines)):
            if name != "cities" or number < CITIES or row["name"] in NAMED:
                found.append((row["name"], float(row["latitude_deg"]), float(row["longitude_deg"])))
    return found


def value(quantity: object) -> float:
    """Take the number out of a quantity of itur's."""
    return float(np.asarray(getattr(quantity, "value", quantity)))


def gas_db(latitude: float, longitude: float, height_km: float, percent: float) -> list[float]:
    """Give the loss by air at the zenith, band by band."""
    vapour = itu836.total_water_vapour_content(latitude, longitude, percent, height_km)
    density = itu836.surface_water_vapour_density(latitude, longitude, percent, height_km)
    warmth = itu1510.surface_mean_temperature(latitude, longitude)
    pressure = itur.models.itu835.standard_pressure(height_km)
    return [
        value(
            itu676.gaseous_attenuation_slant_path(
                frequency, 90.0, density, pressure, warmth, vapour, height_km, "approx"
            )
        )
        for frequency in BANDS_GHZ.values()
    ]


def climate(place: Place) -> list[str]:
    """Give a row of `climate.csv`."""
    name, latitude, longitude = place
    height = value(itu1511.topographic_altitude(latitude, longitude))
    rain = value(itu837.rainfall_rate(latitude, longitude, 0.01))
    liquid = value(itu840.lognormal_approximation_coefficient(latitude, longitude)[2])
    refractivity = value(itu453.map_wet_term_radio_refractivity(latitude, longitude, 50))
    columns = [
        f"{latitude:.3f}",
        f"{longitude:.3f}",
        f"{height:.3f}",
        f"{value(itu839.rain_height(latitude, longitude)):.3f}",
        f"{rain:.2f}",
        f"{refractivity:.1f}",
        f"{min(max(liquid, 0.0), 100.0) / 100.0:.3f}",
    ]
    clouds = [
        max(value(itu840.columnar_content_reduced_liquid(latitude, longitude, percent)), 0.0)
        for percent in CLOUD_PERCENT
    ]
    gases = [gas_db(latitude, longitude, height, percent) for percent in GAS_PERCENT]
    return [
        name,
        *columns,
        *(f"{water:.4f}" for water in clouds),
        *(f"{loss:.3f}" for band in zip(*gases, strict=True) for loss in band),
    ]


def climate_header() -> list[str]:
    """Name the columns of `climate.csv`."""
    return [
        *("name", "latitude_deg", "longitude_deg", "height_km", "rain_height_km"),
        *("rain_mm_per_h", "wet_refractivity", "liquid_cloud_fraction"),
        *(f"cloud_water_above_{percent}_percent_kg_per_m2" for percent in CLOUD_PERCENT),
        *(
            f"{band}_gas_above_{percent}_percent_db"
            for band in BANDS_GHZ
            for percent in GAS_PERCENT
        ),
    ]


def bands() -> Iterable[list[str]]:
    """Give the rows of `bands.csv`: P.838-3 for circular polarisation, P.840-7 at 0 °C."""
    for name, frequency in BANDS_GHZ.items():
        factor, power = itu838.rain_specific_attenuation_coefficients(frequency, 45.0, 45.0)
        cloud = value(itu840.specific_attenuation_coefficients(frequency, 0.0))
        yield [
            name,
            f"{frequency:g}",
            f"{value(factor):.6f}",
            f"{value(power):.6f}",
            f"{cloud:.6f}",
        ]


def checks(known: list[Place]) -> Iterable[list[str]]:
    """Give what itur itself says, part by part and in all."""
    for name, latitude, longitude in known:
        if name not in CHECKED:
            continue
        for band in CHECKED_BANDS:
            for elevation in CHECKED_ELEVATIONS_DEG:
                for percent in CHECKED_PERCENT:
                    parts = itur.atmospheric_attenuation_slant_path(
                        latitude,
                        longitude,
                        BANDS_GHZ[band],
                        elevation,
                        percent,
                        CHECKED_DISH_M,
                        return_contributions=True,
                    )
                    words = (name, band, f"{elevation:g}", f"{percent:g}")
                    yield [*words, *(f"{value(part):.3f}" for part in parts)]


def write(path: Path, about: str, header: list[str], rows: Iterable[list[str]]) -> None:
    """Write a table with its heading."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {about}\n# made by scripts/build_weather.py from itur 0.4.0\n")
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main() -> None:
    """Write the three tables into the catalogue's folder."""
    warnings.simplefilter("ignore")  # that P.618 is meant for up to 55 GHz: said in the catalogue
    folder = Path(sys.argv[1])
    known = places(folder)
    target = folder / "weather"
    target.mkdir(exist_ok=True)
    about = "climate of places by the ITU-R's maps"
    write(target / "climate.csv", about, climate_header(), map(climate, known))
    header = ["name", "frequency_ghz", "rain_factor", "rain_exponent", "cloud_db_per_kg_per_m2"]
    write(target / "bands.csv", "what rain and clouds do to each band", header, bands())
    parts = [f"{part}_db" for part in ("gas", "cloud", "rain", "scintillation", "total")]
    header = ["name", "band", "elevation_deg", "exceeded_percent", *parts]
    write(target / "checks.csv", "what itur gives, dish of 0.5 m", header, checks(known))


if __name__ == "__main__":
    main()
