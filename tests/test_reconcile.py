"""Are published studies laid on one basis as by hand, and does the answer say why they differ?"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import pytest
from typer.testing import CliRunner

from sunstack import catalogue
from sunstack.cli import app
from sunstack.disciplines import economics
from sunstack.errors import ScenarioError
from sunstack.reconciliation import (
    Ours,
    Side,
    basis_of,
    differences,
    on_the_ground,
    reconcile,
    restated,
    side_of,
)
from sunstack.report.blocks import Charts, Folded, KeyNumbers, Points, Prose, Table
from sunstack.report.figures import Dots, dot_figure
from sunstack.report.sections.reconciliation import blocks_of
from sunstack.resolve.ground import baseline_values, ground_site

HOURS = 8766.0
OURS = Ours(
    name="ours",
    orbit=Side(
        capital_usd_per_w=30.0,
        chips_usd_per_w=40.0,
        year_without_chips_usd_per_kw=9_000.0,
        year_usd_per_kw=20_000.0,
        hour_usd=4.0,
    ),
    ground=Side(year_usd_per_kw=10_000.0, hour_usd=2.0),
    launch_usd_per_kg=1_500.0,
    life_years=5.0,
    yearly_discount_fraction=0.08,
    sold_fraction=0.7,
)


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    return reconcile(OURS)


def study(answer: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (one for one in answer["studies"] if one["name"] == name)
    return dict(found)


def annuity(years: float, rate: float = 0.08) -> float:
    return float((1.0 - (1.0 + rate) ** -years) / rate)


# --- by hand -------------------------------------------------------------------------------------


def test_the_basis_is_a_rack_of_the_catalogue_and_epochs_chips() -> None:
    basis = basis_of()
    assert basis.chip_kw == pytest.approx(120.0 / 72.0)
    assert basis.chips_usd_per_w == 25.5


def test_chips_left_out_are_put_back_and_capital_is_paid_off(answer: dict[str, Any]) -> None:
    found = study(answer, "mccalip-2025")
    chips = 25_500.0 / annuity(5)
    orbit = 39_295.0 / annuity(5) + 2_360.0
    ground = 14_660.0 / annuity(5) + 238.2
    assert found["orbit"]["year_without_chips_usd_per_kw"] == pytest.approx(orbit)
    assert found["orbit"]["year_usd_per_kw"] == pytest.approx(orbit + chips)
    assert found["ground"]["year_usd_per_kw"] == pytest.approx(ground + chips)
    assert found["ratio"] == pytest.approx((orbit + chips) / (ground + chips))
    assert found["orbit"]["hour_usd"] == pytest.approx((orbit + chips) * (120.0 / 72.0) / HOURS)
    assert found["stated"]["ratio"] == 3.22
    assert found["over_ours"]["orbit"] == pytest.approx((orbit + chips) / 20_000.0)


def test_a_study_with_chips_keeps_its_own(answer: dict[str, Any]) -> None:
    found = study(answer, "spacedc-mdao-2026")
    by_hand = (523_640.0 + 28_570.0) / annuity(5) + 8_157.0
    assert found["orbit"]["year_usd_per_kw"] == pytest.approx(by_hand)
    assert not [line for line in found["differences"] if "put back" in line]


def test_a_price_stands_as_it_is_and_its_chips_are_taken_off(answer: dict[str, Any]) -> None:
    found = study(answer, "bcg-2026")
    assert found["orbit"]["year_usd_per_kw"] == 35_250.0
    assert found["orbit"]["year_without_chips_usd_per_kw"] == pytest.approx(
        35_250.0 - 25_500.0 / annuity(5)
    )
    # Atomic-6 does not say whether chips are in its rent: nothing is taken off
    assert study(answer, "atomic-6-2026")["orbit"]["year_without_chips_usd_per_kw"] is None


def test_an_hour_is_told_by_the_power_of_its_own_gpu(answer: dict[str, Any]) -> None:
    found = study(answer, "orbital-compute-2026")
    assert found["orbit"]["year_usd_per_kw"] == pytest.approx(20.5 * HOURS / 0.877)
    assert found["ratio"] == pytest.approx(20.5 / 1.91)


def test_a_ratio_alone_is_not_made_into_a_cost(answer: dict[str, Any]) -> None:
    found = study(answer, "abi-2026")
    assert found["ratio"] is None and found["orbit"]["year_usd_per_kw"] is None
    assert found["stated"]["ratio"] == 78.0
    assert "Does not tell what it counts." in found["differences"]


def test_without_a_cost_of_capital_a_study_costs_what_it_printed() -> None:
    basis = replace(basis_of(0.0), chips_usd_per_w=0.0)
    found = restated(catalogue.entry("study", "mccalip-2025"), "orbit", basis)
    # 51.095 billion over a gigawatt and five years
    assert found.year_usd_per_kw == pytest.approx(51_095.0 / 5.0, rel=1e-5)
    launch = restated(catalogue.entry("study", "suncatcher-2026"), "orbit", basis)
    assert launch.year_usd_per_kw == pytest.approx(821.4, rel=1e-3)  # RC1: printed 810


# --- why -----------------------------------------------------------------------------------------


def test_every_study_says_what_it_counts_and_why_it_differs(answer: dict[str, Any]) -> None:
    assert len(answer["studies"]) == len(catalogue.names("study")) >= 20
    for one in answer["studies"]:
        assert one["chips"] in ("in", "out", "unstated")
        assert all(len(one[key].split()) >= 2 for key in ("basis", "missing", "why"))
        assert one["differences"] and len(one["label"]) <= 26
        told = [one["stated"]["ratio"], *(one["orbit"].values()), *(one["ground"].values())]
        told += [one["stated"][f"{place}_total_usd_per_w"] for place in ("orbit", "ground")]
        assert any(value is not None for value in told), one["name"]


def test_labels_are_each_of_one_study(answer: dict[str, Any]) -> None:
    labels = [one["label"] for one in answer["studies"]]
    assert len(set(labels)) == len(labels)


def test_figures_that_contradict_each_other_both_stand(answer: dict[str, Any]) -> None:
    page, press = (study(answer, f"mccalip-2026-{where}") for where in ("page", "press"))
    assert page["stated"]["orbit_total_usd_per_w"] == 31.2
    assert press["stated"]["orbit_total_usd_per_w"] == 42.4
    assert study(answer, "mccalip-2025")["contradicts"] == [page["name"], press["name"]]
    assert study(answer, "bcg-2026-gigawatt")["stated"]["orbit_total_usd_per_w"] == 30.0


def test_differences_from_ours_are_named_only_where_there_are_some() -> None:
    one = catalogue.entry("study", "starcloud-2024")
    told = differences(one, basis_of(), OURS)
    assert "Launch at 50 USD/kg, ours 1,500." in told
    assert "Satellites last 10 years, ours 5." in told
    assert "Counts full use; of ours 70 % is sold." in told
    alone = differences(one, basis_of(), None)
    assert not [line for line in alone if "ours" in line]
    same = differences(one, basis_of(), replace(OURS, life_years=10.0))
    assert not [line for line in same if "last" in line]
    at_its_own = differences(catalogue.entry("study", "spacedc-mdao-2026"), basis_of(), None)
    assert not [line for line in at_its_own if "Discounts" in line]


# --- the ground ----------------------------------------------------------------------------------


def test_sites_cost_what_epoch_finds_within_their_spread(answer: dict[str, Any]) -> None:
    found = {one["name"]: one for one in answer["sites"]}
    assert set(found) == set(catalogue.names("ground"))
    # at 7 % Epoch's site costs the 8.5 thousand that its page gives, but for chips that stand
    site = on_the_ground("epoch-gb200", basis_of(0.07))
    assert site.year_usd_per_kw == pytest.approx(8_500.0, rel=0.02)
    assert site.chips_usd_per_w == pytest.approx(25.5)
    years = [one["year_usd_per_kw"] for one in answer["sites"]]
    assert 8_000.0 < min(years) < max(years) < 13_000.0


def test_every_grid_is_told_and_the_dearest_is_that_of_the_dearest_power(
    answer: dict[str, Any],
) -> None:
    found = {one["name"]: one["year_usd_per_kw"] for one in answer["grids"]}
    assert set(found) == set(catalogue.names("grid"))
    key = "ground.energy_usd_per_kwh"
    prices = {name: float(catalogue.entry("grid", name).values[key].value) for name in found}
    assert sorted(found, key=lambda name: found[name]) == sorted(
        found, key=lambda name: prices[name]
    )


def test_ours_is_put_as_studies_are() -> None:
    site = ground_site(baseline_values("us-grid"))
    machines = economics.Machines(
        chip_count=jnp.asarray(8.0),
        chip_power_w=jnp.asarray(1_000.0),
        chip_usd=jnp.asarray(20_000.0),
        utilisation_fraction=jnp.asarray(0.7),
        chip_tokens_per_s=jnp.asarray(1.0),
        chip_flop_per_s=jnp.asarray(1.0),
    )
    found = economics.ground_cost(site, machines, yearly_discount_fraction=0.08)
    side = side_of(found, sold_fraction=0.7)
    # a year's cost of 8 kW that are in order 99 % of the time, and 0.99 · 0.7 of its hours sold
    year = float(found.year_usd) / 8.0
    assert side.year_usd_per_kw == pytest.approx(year / 0.99)
    assert side.hour_usd == pytest.approx(year / (0.99 * 0.7 * HOURS))
    assert side.chips_usd_per_w == pytest.approx(20.0 + 4.55)
    without = float(found.year_without_chips_usd) / 8.0
    assert side.year_without_chips_usd_per_kw == pytest.approx(without / 0.99)


def test_dearer_power_makes_a_dearer_site() -> None:
    at = [on_the_ground("us-grid", basis_of(), grid=grid) for grid in ("texas", "germany")]
    first, second = (one.year_usd_per_kw for one in at)
    assert first is not None and second is not None
    # 0.186 USD/kWh more, 1.15 kW, 8,766 h; its yearly growth of 1 % adds 3 %
    assert second - first == pytest.approx(0.186 * 1.15 * HOURS, rel=0.04)


# --- on the command line and in the report -------------------------------------------------------


def test_the_command_prints_one_document_or_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = CliRunner().invoke(app, ["reconcile", "--json"])
    assert told.exit_code == 0, told.stderr
    tree = json.loads(told.stdout)
    assert tree["ours"] is None and len(tree["studies"]) >= 20
    shown = CliRunner().invoke(app, ["reconcile", "--discount-fraction", "0.05"])
    assert shown.exit_code == 0, shown.stderr
    assert "restated at 5 % a year" in " ".join(shown.stdout.split())
    assert all(one["name"] in shown.stdout for one in tree["studies"])
    assert "…" not in shown.stdout


@pytest.mark.parametrize("discount", ["-0.1", "0.6", "nan"])
def test_a_discount_that_is_none_is_refused(discount: str) -> None:
    told = CliRunner().invoke(app, ["reconcile", "--discount-fraction", discount])
    assert (told.exit_code, told.stdout) == (2, "")
    assert "is no cost of capital of a year; write 0 to 0.5" in told.stderr
    with pytest.raises(ScenarioError):
        basis_of(float(discount))


def test_the_section_tells_studies_and_this_run(answer: dict[str, Any]) -> None:
    blocks = list(blocks_of(answer))
    kinds = [type(block) for block in blocks]
    assert kinds == [Prose, KeyNumbers, Charts, Prose, Table, *[Folded] * 2, Table, Folded, Points]
    (opening, numbers, charts, _, table, why, *_) = blocks
    assert isinstance(opening, Prose) and "This run finds 2 times" in opening.text
    assert isinstance(numbers, KeyNumbers) and [one.value for one in numbers.items] == [
        "20,000",
        "10,000",
        "4",
        "2",
    ]
    assert isinstance(table, Table) and len(table.rows) == 1 + len(answer["studies"])
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert isinstance(why, Folded) and isinstance(why.blocks[0], Points)
    assert len(why.blocks[0].items) == len(answer["studies"])
    assert isinstance(charts, Charts) and charts.charts[0].name != "reconciliation"  # its section
    names, marks = charts.charts[0].figure["data"][0], charts.charts[0].figure["data"][1]
    assert names["y"][0] == "<b>this run</b>" and marks["x"][0] == 20_000.0
    drawn = [one for one in answer["studies"] if one["orbit"]["year_usd_per_kw"] is not None]
    assert len(marks["x"]) == 1 + len(drawn)


def test_the_section_stands_without_a_run() -> None:
    blocks = list(blocks_of(reconcile()))
    assert not [block for block in blocks if isinstance(block, KeyNumbers)]
    assert isinstance(blocks[0], Prose) and "This run" not in blocks[0].text


def test_dots_lie_where_their_values_are() -> None:
    rows = [
        Dots(label="first", values=[10.0, 1000.0], is_marked=True),
        Dots(label="second", values=[None, 100.0]),
        Dots(label="third", values=[None, None]),
    ]
    figure = dot_figure(x_label="USD", series=["a", "b"], rows=rows)
    between, a, b = figure["data"]
    assert (a["x"], a["y"]) == ([10.0], ["<b>first</b>"])
    assert (b["x"], b["y"]) == ([1000.0, 100.0], ["<b>first</b>", "second"])
    assert between["x"] == [10.0, 1000.0, None, 100.0, 100.0, None, None, None, None]
    low, high = figure["layout"]["xaxis"]["range"]
    assert low < 1.0 < 3.0 < high and figure["layout"]["xaxis"]["type"] == "log"
    empty = dot_figure(x_label="USD", series=["a"], rows=[])
    assert len(empty["layout"]["xaxis"]["range"]) == 2
