"""Does the command tell what a unit costs, and refuse what cannot be told?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sunstack.answers.company import with_programme
from sunstack.cli import app
from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved, check_whole_lives
from sunstack.summary.economics import LABELS
from sunstack.units import YEAR_S


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["cost", *arguments])


@pytest.fixture(scope="module")
def one() -> dict[str, Any]:
    result = call("ai1", "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def test_bases_of_one_energy_are_one_number_in_two_units(one: dict[str, Any]) -> None:
    for row in (one["whole"], *one["by_year"]):
        for ending in ("", "_without_chips"):
            hours = YEAR_S / 3600.0
            by_year = row[f"usd_per_mwh{ending}"] * hours / 1000.0
            assert row[f"usd_per_kw_year{ending}"] == pytest.approx(by_year, rel=1e-9)


def test_what_counts_chips_costs_more(one: dict[str, Any]) -> None:
    for row in (one["whole"], *one["by_year"]):
        assert set(LABELS) <= set(row)
        assert row["usd_per_kw_year"] > row["usd_per_kw_year_without_chips"] > 0.0
        assert row["capital_usd_per_w"] > row["capital_usd_per_w_without_chips"] > 0.0
        assert set(row["usd_per_million_tokens"]) == {"grok-2", "llama-3-3-70b", "deepseek-r1"}


def test_parts_sum_and_capital_is_that_of_all_launched(one: dict[str, Any]) -> None:
    for row in one["by_year"]:
        assert sum(row["parts_usd"].values()) == pytest.approx(row["satellite_usd"], rel=1e-9)
    launched = sum(row["launched_count"] for row in one["by_year"])
    assert launched == pytest.approx(one["launched_count"], rel=1e-9)
    paid = sum(row["launched_count"] * row["satellite_usd"] for row in one["by_year"])
    assert paid == pytest.approx(one["programme"]["capital_usd"], rel=1e-9)
    mean = sum(one["parts_usd"].values()) * one["launched_count"]
    assert mean == pytest.approx(paid, rel=1e-9)


def test_capital_for_a_watt_is_by_hand(one: dict[str, Any]) -> None:
    first = one["by_year"][0]
    by_hand = first["satellite_usd"] / 150e3
    assert first["capital_usd_per_w"] == pytest.approx(by_hand, rel=1e-9)
    chips = first["parts_usd"]["chips"] / 150e3
    assert first["capital_usd_per_w_without_chips"] == pytest.approx(by_hand - chips, rel=1e-9)
    launch = first["parts_usd"]["launch"]
    array_kw = 600.0 * 250.0 / 1e3
    assert first["launched_power_usd_per_kw_year"] == pytest.approx(
        launch / (array_kw * 5.0), rel=1e-4
    )


def test_a_year_is_told_alone_and_another_is_refused(one: dict[str, Any]) -> None:
    first = one["by_year"][0]["year"]
    told = json.loads(call("ai1", "--year", str(first), "--json").stdout)
    assert [row["year"] for row in told["by_year"]] == [first]
    refused = call("ai1", "--year", "1999")
    assert refused.exit_code == 2
    assert f"--year: 1999: nothing is launched in that year; write {first} to" in refused.stderr


TOO_LONG = (
    "ai1.yaml: satellite.life_years: {} is longer than fleet.horizon_years: {}, so that no "
    "satellite is followed to its end, nor priced; write a fleet.horizon_years of at least {}, or"
)
ENTRY, MOVED = "(satellite ai1-2026-06)", "(as a study moves it)"
OF = ("--of", "satellite_count")


SHORT = ("--set", "fleet.horizon_years=4")


@pytest.mark.parametrize(
    ("arguments", "life", "horizon", "remedy"),
    [
        (("cost", "ai1", *SHORT), f"5 {ENTRY}", "4 (--set)", "5"),
        (("run", "ai1", *SHORT), f"5 {ENTRY}", "4 (--set)", "5"),
        (("run", "ai1", "--set", "satellite.life_years=20"), "20 (--set)", "15 (default)", "20"),
        # Drawn up to seven years: told before the run is computed.
        (("run", "ai1", "--studies", "--set", "fleet.horizon_years=6"),
         f"7 {MOVED}", "6 (--set)", "7"),
        (("montecarlo", "ai1", *OF, "--set", "fleet.horizon_years=6"),
         f"7 {MOVED}", "6 (--set)", "7"),
        (("sweep", "ai1", *OF, "--over", "satellite.life_years=4,16"),
         f"16 {MOVED}", "15 (default)", "16"),
        # Resolved point by point: still told, not as a row without a number.
        (("sweep", "ai1", *OF, "--over", "fleet.horizon_years=8,4"),
         f"5 {ENTRY}", f"4 {MOVED}", "5"),
        (("sweep", "ai1", *OF, "--over", "payload.chip=b200,h200", *SHORT),
         f"5 {ENTRY}", "4 (--set)", "5"),
    ],
)  # fmt: skip
def test_a_life_longer_than_the_horizon_is_refused_by_whatever_prices(
    arguments: tuple[str, ...], life: str, horizon: str, remedy: str, tmp_path: Path
) -> None:
    kept = () if arguments[0] == "cost" else ("--out", str(tmp_path / "r"))
    refused = CliRunner().invoke(app, [*arguments, *kept])
    assert refused.exit_code == 2
    assert TOO_LONG.format(life, horizon, remedy) in refused.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "given",
    [
        # Built for twenty years and replaced after two: each is followed to its end.
        ("satellite.life_years=20", "fleet.replacement_age_years=2"),
        # Paid off by the year, whatever the horizon.
        ("fleet.horizon_years=5", "ground.equipment_life_years=12"),
    ],
)
def test_what_ends_within_the_horizon_or_is_paid_by_the_year_is_priced(
    shipped: Callable[..., Resolved], given: tuple[str, ...]
) -> None:
    found = shipped("ai1", *given)
    check_whole_lives(found.document, found.origins)
    assert not any("longer than fleet.horizon_years" in one for one in found.caveats)


def test_a_company_is_not_told_of_satellites_that_outlive_the_horizon(
    shipped: Callable[..., Resolved],
) -> None:
    with pytest.raises(ScenarioError, match=r"life_years: 5 .* is longer than"):
        with_programme(shipped("starmind-million", "fleet.horizon_years=4"))


def test_what_is_replaced_after_its_design_life_serves_until_then(
    shipped: Callable[..., Resolved],
) -> None:
    found = shipped("ai1", "satellite.life_years=5", "fleet.replacement_age_years=20")
    with pytest.raises(ScenarioError, match=r"replacement_age_years: 20 .* is longer than"):
        check_whole_lives(found.document, found.origins)


def test_a_horizon_too_short_to_price_is_noted_where_nothing_is_priced() -> None:
    noted = CliRunner().invoke(app, ["check", "ai1", *SHORT])
    assert noted.exit_code == 0
    told = TOO_LONG.removeprefix("ai1.yaml: ").format(f"5 {ENTRY}", "4 (--set)", "5")
    assert f"note: {told}" in noted.stdout


def test_a_negative_price_is_refused() -> None:
    refused = call("ai1", "--set", "economics.laser_usd=-5")
    assert refused.exit_code == 2
    assert "economics.laser_usd" in refused.stderr
    assert "write a number from 0" in refused.stderr


def test_tables_fit_a_terminal(one: dict[str, Any]) -> None:
    result = call("ai1")
    assert result.exit_code == 0
    assert "dollars for" in result.stdout and "accelerator" in result.stdout
    assert "development" in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 80
