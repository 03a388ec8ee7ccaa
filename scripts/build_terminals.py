"""How many terminals of each class stand in each country? Built once from public tables.

    python scripts/build_terminals.py TABLES src/sunstack/catalogue/demand

`TABLES` holds `population.csv` and `gdp.csv` of the World Bank (as `datasets/population` and
`datasets/gdp` on GitHub keep them) and `internet.csv`, shares of people who use the internet by the
ITU (as Our World in Data keeps it, semicolons between its columns). What is published of a country
is in `terminal_list.csv`; the rest of a class goes to the other countries by a rule: phones and
users of X as internet users, seats as gross domestic product, cars and robots likewise.

Listed are the 60 countries with the most internet users that have a city in `places/cities.csv`,
and those the list names; all others are the rest of their region, as the World Bank draws it.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

CATALOGUE = Path(__file__).parents[1] / "src" / "sunstack" / "catalogue"
LIST = Path(__file__).parent / "terminal_list.csv"
LISTED = 60
YEARS = {"car": 2025, "humanoid-robot": 2025, "phone": 2024, "enterprise-seat": 2025}
YEARS["x-user"] = 2025
RULES = {"phone": "internet", "x-user": "internet"}
"""Of the others: by gross domestic product."""
SOURCES = {"internet": "itu-internet-users", "gdp": "world-bank-gdp"}
NOTES = {
    "internet": "What is left of the class, as internet users.",
    "gdp": "What is left of the class, as gross domestic product.",
}
REGIONS = {
    "East Asia and Pacific": "EAS",
    "Europe and Central Asia": "ECS",
    "Latin America and Caribbean": "LCN",
    "Middle East and North Africa": "MEA",
    "North America": "NAC",
    "South Asia": "SAS",
    "Sub-Saharan Africa": "SSF",
}
"""And how the World Bank abbreviates them."""
MOVED = ("AFG", "PAK")
"""Since 2025 the World Bank counts their people to the Middle East; the other tables do not."""
TAIWAN = {"population": 23.4e6, "gdp": 756e9, "internet": 0.92}
"""Not in the World Bank's tables: its own statistics of 2023."""
SPELLED = {
    "Congo, Dem. Rep.": "Democratic Republic of the Congo",
    "Turkiye": "Turkey",
    "Viet Nam": "Vietnam",
    "Russian Federation": "Russia",
    "Korea, Rep.": "South Korea",
    "Egypt, Arab Rep.": "Egypt",
    "Hong Kong SAR, China": "Hong Kong",
    "Iran, Islamic Rep.": "Iran",
    "Cote d'Ivoire": "Ivory Coast",
    "Korea, Dem. People's Rep.": "North Korea",
    "Venezuela, RB": "Venezuela",
    "Somalia, Fed. Rep.": "Somalia",
    "Syrian Arab Republic": "Syria",
    "Congo, Rep.": "Republic of the Congo",
    "Yemen, Rep.": "Yemen",
    "Kyrgyz Republic": "Kyrgyzstan",
    "Netherlands": "The Netherlands",
    "Lao PDR": "Laos",
    "Macao SAR, China": "Macao",
}
"""The World Bank's names, and those of the cities' table."""

type Weights = Mapping[str, Mapping[str, float]]
"""By rule (`internet`, `gdp`) and place."""


def rows_of(file: Path, delimiter: str = ",") -> list[dict[str, str]]:
    """Read a table with comments above its heading."""
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter=delimiter))


def latest(rows: Iterable[Mapping[str, str]], key: str, value: str) -> dict[str, float]:
    """Take each country's last year that has a number."""
    given = [row for row in rows if row[key] and row[value]]
    return {row[key]: float(row[value]) for row in sorted(given, key=lambda row: int(row["Year"]))}


def by_country(tables: Path) -> tuple[Weights, dict[str, str]]:
    """Weigh every country and region of the World Bank, by its code; and name it."""
    people = rows_of(tables / "population.csv")
    counts = latest(people, "Country Code", "Value")
    online = latest(
        rows_of(tables / "internet.csv", ";"),
        "Code",
        "Individuals using the Internet (% of population)",
    )
    gdp = latest(rows_of(tables / "gdp.csv"), "Country Code", "Value")
    names = {row["Country Code"]: row["Country Name"] for row in people}
    weights = {
        "internet": {code: counts[code] * online.get(code, 0.0) / 100.0 for code in counts},
        "gdp": {code: gdp.get(code, 0.0) for code in counts},
    }
    weights["internet"]["TWN"] = TAIWAN["population"] * TAIWAN["internet"]
    weights["gdp"]["TWN"] = TAIWAN["gdp"]
    return weights, {**names, "TWN": "Taiwan"}


def region_weights(tables: Path, rule: str) -> dict[str, float]:
    """Weigh a whole region: its people times the share online, or its product."""
    counts = latest(rows_of(tables / "population.csv"), "Country Code", "Value")
    gdp = latest(rows_of(tables / "gdp.csv"), "Country Code", "Value")
    online = latest(
        rows_of(tables / "internet.csv", ";"),
        "Entity",
        "Individuals using the Internet (% of population)",
    )
    if rule == "gdp":
        return {name: gdp[code] for name, code in REGIONS.items()}
    for code in MOVED:
        counts["MEA"] -= counts[code]
        counts["SAS"] += counts[code]
    return {name: counts[code] * online[f"{name} (WB)"] / 100.0 for name, code in REGIONS.items()}


def places(tables: Path, regions: Mapping[str, str]) -> Weights:
    """Weigh the listed countries and the rest of each region."""
    weights, names = by_country(tables)
    spelled = {code: SPELLED.get(name, name) for code, name in names.items()}
    named = {row["place"] for row in rows_of(LIST)}
    with_cities = [code for code, name in spelled.items() if name in regions]
    largest = sorted(with_cities, key=lambda code: -weights["internet"][code])[:LISTED]
    listed = {code for code in with_cities if code in largest or spelled[code] in named}
    found: dict[str, dict[str, float]] = {}
    for rule in SOURCES:
        found[rule] = {spelled[code]: weights[rule][code] for code in sorted(listed)}
        whole = region_weights(tables, rule)
        for region in REGIONS:
            inside = sum(found[rule][name] for name in found[rule] if regions.get(name) == region)
            left = whole[region] - inside
            if any(r == region and name not in found[rule] for name, r in regions.items()):
                found[rule][f"Rest of {region}"] = max(left, 0.0)
    return found


def class_rows(
    terminal: str, year: int, total: float, weights: Weights
) -> Iterable[dict[str, object]]:
    """Give the published counts of a class, then its rest by the rule."""
    rule = RULES.get(terminal, "gdp")
    given = [
        row for row in rows_of(LIST) if row["terminal"] == terminal and int(row["year"]) == year
    ]
    factors = [total if row["basis"] == "share" else 1.0 for row in given]
    left = total - sum(
        float(row["count"]) * factor for row, factor in zip(given, factors, strict=True)
    )
    for row, factor in zip(given, factors, strict=True):
        numbers = {key: round(float(row[key]) * factor) for key in ("count", "low", "high")}
        basis = "estimate" if row["basis"] == "share" else row["basis"]
        yield {**row, **numbers, "basis": basis}
    others = {place: weights[rule][place] for place in weights[rule]}
    for row in given:
        others.pop(row["place"], None)
    whole = sum(others.values())
    for place, weight in sorted(others.items(), key=lambda item: -item[1]):
        count = left * weight / whole
        yield {
            "terminal": terminal, "place": place, "year": year, "count": round(count),
            "low": round(0.7 * count) if rule == "internet" else round(0.3 * count),
            "high": round(1.4 * count) if rule == "internet" else round(3.0 * count),
            "basis": "estimate", "source": SOURCES[rule], "note": NOTES[rule],
        }  # fmt: skip


def totals(folder: Path) -> dict[tuple[str, int], float]:
    """Read how many there are of a class in a year."""
    rows = rows_of(folder / "terminals-by-year.csv")
    return {(row["terminal"], int(row["year"])): float(row["count"]) for row in rows}


def main(tables: Path, folder: Path) -> None:
    """Write the table."""
    regions = {row["country"]: row["region"] for row in rows_of(folder / "regions.csv")}
    weights, whole = places(tables, regions), totals(folder)
    wanted = [*YEARS.items(), ("humanoid-robot", 2035)]
    rows = [
        row
        for terminal, year in sorted(wanted)
        for row in class_rows(terminal, year, whole[terminal, year], weights)
    ]
    with (folder / "terminals-by-country.csv").open("w", encoding="utf-8", newline="") as file:
        file.write("# terminals by place in a year; made by scripts/build_terminals.py\n")
        file.write("# only the shares of a year's total count\n")
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
