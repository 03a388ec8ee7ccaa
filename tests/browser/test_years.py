"""Do the charts of the fleet's years show, as text a reader sees, what the run found?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Page

from sunstack.results import Results

from .conftest import OpenPage
from .test_figures import FOUR_DIGITS, MINUS, SPACE, beside, number, texts

HORIZON_YEARS = 4
LOSSES = {
    "not in place": "in place",
    "shadow, array below peak": "lit",
    "not cooled": "cooled",
    "chips failed": "chips",
    "drives failed": "store",
    "memory past its dose": "dose",
    "holes in the radiator": "holes",
    "upsets and measures": "upsets",
}


@pytest.fixture(scope="module")
def fleet(filling: Results) -> Results:
    return filling


@pytest.fixture(scope="module")
def path(fleet: Results, write_report: Callable[[Results], Path]) -> Path:
    return write_report(fleet)


@pytest.fixture
def page(open_page: OpenPage, path: Path) -> Page:
    page = open_page(path)
    page.wait_for_selector("html[data-charts=drawn]", state="attached")
    return page


def test_the_legend_names_the_groups_that_get_satellites(page: Page, fleet: Results) -> None:
    months = fleet.tables["months"]
    flown = months.group_by("group", maintain_order=True).agg(pl.col("in_place_count").max())
    named = flown.filter(pl.col("in_place_count") > 0.0)["group"].to_list()
    # The lowest layer is the first group's and is named last.
    assert texts(page, "years-in-place", ".legendtext") == named[::-1]


def test_a_column_stands_for_every_year(page: Page) -> None:
    years = [str(year + 1) for year in range(HORIZON_YEARS)]
    for chart in ("years-ages", "years-losses", "years-reentry"):
        assert texts(page, chart, ".xtick text") == years


def test_what_takes_power_is_written_beside_its_bar(page: Page, fleet: Results) -> None:
    left = {one["stage"]: one["power_w"] for one in fleet.summary["programme"]["waterfall"]}
    written = beside(page, "years-power", ".barlayer text")
    assert list(written)[1:-1] == list(LOSSES)[-len(written) + 2 :]
    stages = ["wanted", *LOSSES.values()]
    begun_w = left[next(iter(written)).partition(" (")[0]]
    for label in list(written)[1:-1]:
        stage = LOSSES[label]
        share = (left[stages[stages.index(stage) - 1]] - left[stage]) / begun_w
        told = f"{MINUS}{100 * share:.1f}{SPACE}%" if share >= 1e-3 else None
        assert written[label] == told or (told is None and written[label] in ("0", f"<0.1{SPACE}%"))
    unit_w = {"GW": 1e9, "MW": 1e6, "kW": 1e3}[written["delivered"].split(SPACE)[-1]]
    assert number(written["delivered"]) * unit_w == pytest.approx(left["upsets"], rel=FOUR_DIGITS)


def test_permits_and_what_can_be_flown_are_written_in_the_drawing(page: Page) -> None:
    # Ten vehicles every thirty days, 145 flights a year permitted.
    levels = [text for text in texts(page, "years-flights", ".shapelayer text") if text]
    assert levels == ["at most 0.333", "permitted 0.397"]


def test_bands_of_height_are_written_below_the_columns(page: Page, fleet: Results) -> None:
    heights = fleet.tables["heights"].group_by("altitude_km").agg(pl.col("working_count").sum())
    highest = heights.filter(pl.col("working_count") > 0.0)["altitude_km"].to_list()
    named = [float(text) for text in texts(page, "years-heights", ".xtick text")]
    assert named[0] == 150.0
    assert named == sorted(named) and named[-1] <= max(highest) < named[-1] + 200.0
