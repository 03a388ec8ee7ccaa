"""Does the catalogue's demand add up, from tables to cells, for every year it knows?"""

from __future__ import annotations

import csv
import re
from importlib.resources import files
from itertools import pairwise

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack import catalogue
from sunstack.catalogue import demand_tables, sites
from sunstack.disciplines import demand
from sunstack.errors import CatalogueError
from sunstack.resolve import demand as resolve_demand
from sunstack.resolve.demand import Terminals

NAMES = catalogue.names("terminal")


@pytest.fixture(scope="module")
def now() -> Terminals:
    return resolve_demand.terminals(2025)


@given(st.floats(*resolve_demand.years()))
@settings(max_examples=15, deadline=None)
def test_cells_hold_the_years_terminals(year: float) -> None:
    found = resolve_demand.terminals(year)
    for row, name in enumerate(found.name):
        known = demand_tables.counts_by_year(name)
        after = max(1, min(int(np.searchsorted(known.year, year)), len(known.year) - 1))
        low, high = sorted(known.count[after - 1 : after + 1])
        total = float(found.spec.terminal_count[row].sum())
        assert low * (1 - 1e-12) <= total <= high * (1 + 1e-12)


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2030, 2035])
def test_cells_hold_the_tables_counts(year: int) -> None:
    found = resolve_demand.terminals(year)
    for row, name in enumerate(found.name):
        known = demand_tables.counts_by_year(name)
        expected = known.count[list(known.year).index(year)]
        assert float(found.spec.terminal_count[row].sum()) == pytest.approx(expected, rel=1e-12)
    for leaf in jax.tree.leaves(found.spec):
        assert np.isfinite(np.asarray(leaf)).all()
        assert np.asarray(leaf).min() >= 0.0


def test_a_country_is_where_it_is() -> None:
    # nine tenths of China's cars stand within its borders' box; the wide bells leave the coast
    found = resolve_demand.terminals(2025, names=("humanoid-robot",))
    north = np.degrees(np.asarray(found.grid.latitude_rad))
    east = np.degrees(np.asarray(found.grid.longitude_rad))
    inside = (north > 18) & (north < 54) & (east > 73) & (east < 135)
    held = np.asarray(found.spec.terminal_count[0])
    china = next(
        float(fraction)
        for place, fraction in zip(
            demand_tables.shares("humanoid-robot")[0].place,
            demand_tables.shares("humanoid-robot")[0].fraction,
            strict=True,
        )
        if place == "China"
    )
    assert china == pytest.approx(0.81, abs=1e-3)
    # Korea, Taiwan and the north of India and Vietnam are in the box besides
    assert 0.95 * china < held[inside].sum() / held.sum() < china + 0.06


@pytest.mark.parametrize("year", [2011, 2040, 1900.5])
def test_a_year_outside_the_counts_is_refused_with_the_range(year: float) -> None:
    with pytest.raises(CatalogueError, match=r"car: [\d.]+ is no year .*write 2012 to 2035"):
        resolve_demand.terminals(year, names=("car",))
    first, last = resolve_demand.years()
    assert (first, last) == (2024.0, 2035.0)
    with pytest.raises(CatalogueError, match="write"):
        resolve_demand.terminals(last + 0.01)


def test_unknown_classes_are_refused(now: Terminals) -> None:
    with pytest.raises(CatalogueError, match="no 'cart'; write one of"):
        resolve_demand.terminals(2025, names=("cart",))
    with pytest.raises(CatalogueError, match="'cart' is no class here"):
        resolve_demand.demand_map(now, "cart")


def test_the_map_adds_up_class_by_class(now: Terminals) -> None:
    whole = resolve_demand.demand_map(now)
    parts = [resolve_demand.demand_map(now, name) for name in now.name]
    assert whole.request_per_s.shape == (len(whole.latitude_deg), 24)
    assert whole.outline_deg.shape == (len(whole.latitude_deg), 4, 2)
    np.testing.assert_allclose(
        whole.answer_tokens_per_s, sum(part.answer_tokens_per_s for part in parts), rtol=1e-12
    )
    asked = demand.in_the_world(demand.demand(now.spec, now.grid))
    np.testing.assert_allclose(
        whole.request_per_s.sum(axis=0), asked.request_per_s.sum(axis=0), rtol=1e-12
    )


def test_a_day_of_requests_is_what_the_catalogue_says(now: Terminals) -> None:
    asked = demand.in_the_world(demand.demand(now.spec, now.grid)).request_per_s.mean(axis=1)
    for row, name in enumerate(now.name):
        given = catalogue.entry("terminal", name).facts
        facts = {key: float(one.value) for key, one in given.items() if key != "motion"}
        a_day = facts["active_hours"] * facts["requests_per_active_hour_count"]
        known = demand_tables.counts_by_year(name)
        count = known.count[list(known.year).index(2025)]
        expected = count * facts["active_fraction"] * a_day
        assert float(asked[row]) * 86_400.0 == pytest.approx(expected, rel=1e-9)


def test_means_of_lengths_are_kept(now: Terminals) -> None:
    prompt, answer = demand.mean_lengths_count(now.spec)
    for row, name in enumerate(now.name):
        facts = catalogue.entry("terminal", name).facts
        assert float(prompt[row]) == pytest.approx(float(facts["prompt_mean_count"].value))
        assert float(answer[row]) == pytest.approx(float(facts["answer_mean_count"].value))


# --- tables ---------------------------------------------------------------------------------------


def rows_of(name: str) -> list[dict[str, str]]:
    text = files("sunstack.catalogue").joinpath("demand", f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@pytest.mark.parametrize("name", ["terminals-by-year", "terminals-by-country"])
def test_every_count_has_a_source_and_every_estimate_a_range_and_a_note(name: str) -> None:
    rows = rows_of(name)
    assert {row["terminal"] for row in rows} == set(NAMES)
    for row in rows:
        low, count, high = (float(row[key]) for key in ("low", "count", "high"))
        assert 0.0 <= low <= count <= high, row
        assert row["source"] in catalogue.sources(), row
        assert row["basis"] in ("published", "estimate"), row
        if row["basis"] == "estimate":
            assert low < high and row["note"], row
        if row["source"] == "sunstack-estimate":
            assert row["basis"] == "estimate", row


@pytest.mark.parametrize("name", NAMES)
def test_shares_of_a_year_sum_to_one_and_stand_in_places_with_cities(name: str) -> None:
    region_of, cities = demand_tables.regions(), set(sites.cities().country)
    assert cities == set(region_of)
    for one in demand_tables.shares(name):
        assert one.fraction.sum() == pytest.approx(1.0, rel=1e-12)
        assert len(set(one.place)) == len(one.place)
        rest = {place.removeprefix("Rest of ") for place in one.place if place not in cities}
        assert rest <= set(region_of.values())
        total = {row["year"]: float(row["count"]) for row in rows_of("terminals-by-year")
                 if row["terminal"] == name}[f"{one.year:g}"]  # fmt: skip
        listed = sum(
            float(row["count"])
            for row in rows_of("terminals-by-country")
            if row["terminal"] == name and float(row["year"]) == one.year
        )
        assert listed == pytest.approx(total, rel=1e-3)


def test_deliveries_named_in_notes_are_the_steps_of_the_fleet() -> None:
    rows = [row for row in rows_of("terminals-by-year") if row["terminal"] == "car"]
    for before, row in pairwise(rows):
        found = re.match(r"(\d+) in the year", row["note"])
        if found:
            step = float(row["count"]) - float(before["count"])
            assert step == float(found[1]), row


@pytest.mark.parametrize("name", NAMES)
def test_a_day_has_the_shape_of_its_class(name: str) -> None:
    day = demand_tables.activity(name)
    assert day.shape == (24,)
    assert day.mean() == pytest.approx(1.0, rel=1e-12)
    assert day.min() > 0.0
    assert day.max() < 3.0
    with pytest.raises(CatalogueError, match="no day of 'cart'"):
        demand_tables.activity("cart")
