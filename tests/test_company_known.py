"""Is what is known of companies dated, whole and told, and is the past kept from the future?"""

from __future__ import annotations

import json
from datetime import date

import jax
import numpy as np
import pytest
from conftest import Resolve
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from sunstack import backtest, catalogue, deals, validation
from sunstack.answers.company import Question, company_told, deciding
from sunstack.cli import app
from sunstack.disciplines import company
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.quarters import alone
from sunstack.resolve.company import company_of, origins_of, quarter_count
from sunstack.resolve.numbers import Numbers
from sunstack.scenario import describe, keys

WHOLE = [one.name for one in catalogue.entries("company") if one.values]
COMPANY_KEYS = [key for key in keys() if key.startswith("company.")]


def accounts(entry: str, **given: float) -> company.Accounts:
    found = origins_of(entry, {f"company.{name}": value for name, value in given.items()})
    spec = company_of(Numbers(found), quarter_count=quarter_count(found))
    followed: company.Accounts = alone(spec)
    return followed


def last_day(text: str) -> date:
    """The latest day a date of the catalogue may mean."""
    year, month, day = [*map(int, text.split("-")), 0, 0][:3]
    if day:
        return date(year, month, day)
    month = month or 12
    ahead = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(ahead.toordinal() - 1)


# --- what stands in the catalogue -----------------------------------------------------------------


def test_two_entries_can_be_started_from() -> None:
    assert WHOLE == ["spacex-2026-02", "spacex-2026-q2"]


@pytest.mark.parametrize("name", WHOLE)
def test_an_entry_gives_every_number_that_no_key_has_a_default_for(name: str) -> None:
    wanted = {
        key for key in COMPANY_KEYS if describe(key).default is None and key != "company.catalogue"
    }
    assert wanted <= set(catalogue.entry("company", name).values)


def test_nothing_later_than_february_2026_is_in_what_was_known_then() -> None:
    entry, until = catalogue.entry("company", deals.FEBRUARY), last_day(backtest.KNOWN_UNTIL)
    sources = catalogue.sources()
    assert last_day(entry.date) <= until
    for key, value in {**entry.values, **entry.facts}.items():
        assert last_day(value.date) <= until, key
        assert last_day(sources[value.source].date) <= until, f"{key}: {value.source}"
        # An estimate of our own would bear the day it was made: each rests on a source of then.
        assert value.source != "sunstack-estimate", key


def test_the_back_test_reads_no_default_that_was_set_later() -> None:
    until = last_day(backtest.KNOWN_UNTIL)
    for key, origin in backtest.known().items():
        if key == "company.catalogue" or key.startswith(backtest.PROGRAMME_KEYS):
            continue
        assert last_day(origin.date) <= until, key


def test_the_keys_set_later_move_nothing_of_the_back_test() -> None:
    plain = accounts(deals.FEBRUARY)
    moved = accounts(
        deals.FEBRUARY,
        launch_cost_ratio=3.0,
        programme_discount_fraction_per_year=0.5,
        horizon_years=5.0,
    )
    for name in ("cash_usd", "net_income_usd", "equity_value_usd", "share_count"):
        one, other = (np.asarray(getattr(found.course, name))[:2] for found in (plain, moved))
        assert one == pytest.approx(other, rel=1e-12), name


def test_segments_of_the_published_quarters_add_up() -> None:
    segments = ("space", "connectivity", "ai")
    for name in ("spacex-2026-q1", "spacex-2026-q2", "spacex-2025-s1"):
        revenue = [deals.fact(name, f"{segment}_revenue_usd") for segment in segments]
        assert sum(revenue) == pytest.approx(deals.fact(name, "revenue_usd"), abs=1.5e6), name
    entry = catalogue.entry("company", "spacex-2026-q2")
    for key in ("revenue_usd", "capex_usd", "stock_pay_usd", "depreciation_usd"):
        parts = [float(entry.values[f"company.{part}_{key}"].value) for part in segments]
        contracts = 1.6e9 if key == "revenue_usd" else 0.0
        whole = float(entry.facts[key].value)
        assert sum(parts) + contracts == pytest.approx(whole, abs=1.5e6), key


def test_the_first_quarter_is_the_half_year_less_the_second() -> None:
    # The report's half-year: revenue 12,508, loss 4,817, plant 28,476 million.
    for name, half in (
        ("revenue_usd", 12.508e9),
        ("net_income_usd", -4.817e9),
        ("capex_usd", 28.476e9),
    ):
        both = deals.fact("spacex-2026-q1", name) + deals.fact("spacex-2026-q2", name)
        assert both == pytest.approx(half, abs=1e6), name


# --- mergers and offerings ------------------------------------------------------------------------


def test_the_merger_as_worked_out() -> None:
    found = deals.merger_told()
    assert found.combined_usd == 1.25e12 == found.published_combined_usd
    assert found.claimed_combined_usd == 1.5e12
    assert found.overstated_usd == 0.25e12
    assert found.bought_price_usd == pytest.approx(75.46, abs=0.005)
    assert found.share_count == pytest.approx(2.3738e9, rel=1e-4)
    assert found.bought_fraction == 0.2
    # 3.31 billion shares of xAI, each for 0.1433, are those issued.
    assert found.bought_share_count * found.exchange_ratio == pytest.approx(found.issued_count)


def test_the_listing_as_worked_out() -> None:
    found = deals.offering_told()
    assert found.base_usd == pytest.approx(75.006e9)
    assert found.gross_usd == pytest.approx(86.2515e9)
    assert found.net_usd == pytest.approx(found.published_net_usd, rel=1e-4)
    assert found.value_usd == pytest.approx(found.published_value_usd, rel=5e-3)
    assert found.over_plan_ratio == pytest.approx(86.2515 / 50.0)
    assert found.merger_price_after_split_usd == pytest.approx(105.32, abs=0.005)
    # Share counts alone give 5.2 for one: what was issued in between is 5 % of the whole.
    assert found.implied_split_ratio == pytest.approx(found.split_ratio, rel=0.06)


def test_the_burn_as_worked_out() -> None:
    found = deals.burn_told()
    assert found.monthly_usd == {
        "xai-2025": pytest.approx(7.8e9 / 9),
        "xai-2025-information": pytest.approx(9.5e9 / 9),
    }
    assert found.left_of_ebitda_usd == pytest.approx(8e9 - 12e9)
    assert found.free_cash_cover_ratio == pytest.approx(0.125)
    assert found.published_monthly_usd == pytest.approx((28.476e9 - 3.466e9) / 6)
    assert 0.0 < found.runway_quarter_count <= found.horizon_quarter_count


def test_a_figure_that_is_not_there_is_refused() -> None:
    with pytest.raises(CatalogueError, match="company/xai-2025: rent_usd is missing"):
        deals.fact("xai-2025", "rent_usd")


# --- the back-test --------------------------------------------------------------------------------


def test_the_back_test_tells_every_line_and_hides_no_miss() -> None:
    lines = {(one.name, one.period): one for one in backtest.lines()}
    assert len(lines) == 2 * len(backtest.LINES) + 4
    plant = lines["plant of AI", "2026 Q2"]
    assert plant.published == 15.828e9
    assert plant.error_ratio is not None and plant.error_ratio < -0.5
    assert lines["net income", "2026 Q1"].error_ratio is None  # one a gain, the other a loss
    revenue = lines["revenue", "2026 Q1"]
    assert revenue.error_ratio == pytest.approx(revenue.modelled / 4.694e9 - 1.0)
    segments = sum(
        lines[f"revenue of {name}", "2026 Q1"].modelled for name in ("space", "connectivity", "AI")
    )
    assert segments == pytest.approx(revenue.modelled)


def test_the_back_test_is_told_on_the_page_of_validation() -> None:
    written = validation.company.section()
    assert written.count("\n| ") == len(backtest.lines()) + 2
    assert "| plant of AI | 2026 Q2 |" in written and "15,830" in written


# --- what is asked --------------------------------------------------------------------------------


def test_an_answer_is_one_document_and_its_parts_add_up() -> None:
    found = company_told(Question(entry="spacex-2026-q2"))
    json.dumps(found, allow_nan=False)
    whole = sum(one["value_usd"] for one in found["parts"])
    assert whole == pytest.approx(found["told"]["equity_value_usd"])
    shares = sum(one["per_share_usd"] for one in found["parts"])
    assert shares == pytest.approx(found["told"]["value_per_share_usd"])
    assert found["quarters"][0]["quarter"] == "2026 Q3"
    assert found["told_quarter"] == "2031 Q2"


def test_one_quarter_can_be_asked_for() -> None:
    found = company_told(Question(entry="spacex-2026-q2", quarter="2027q3"))
    assert [row["quarter"] for row in found["quarters"]] == ["2027 Q3"]


@given(billion=st.floats(0.0, 500.0))
@settings(max_examples=20)
def test_an_offering_brings_what_it_sells(billion: float) -> None:
    plain = accounts("spacex-2026-q2", offering_usd=0.0)
    more = accounts("spacex-2026-q2", offering_usd=1e9 * billion)
    brought = float(more.course.offering_usd.sum())
    assert brought == pytest.approx(1e9 * billion * (1.0 - 0.0067), rel=1e-9, abs=1.0)
    issued = float(more.course.offered_count.sum())
    assert issued == pytest.approx(1e9 * billion / 111.78, rel=1e-9, abs=1e-3)
    assert float(more.runway.least_cash_usd) >= float(plain.runway.least_cash_usd) - 1.0


def test_what_decides_is_ranked_by_exact_slopes() -> None:
    found = origins_of("spacex-2026-q2")
    ranked = deciding(found, Numbers(found), quarter_count(found))
    moved = [abs(row["high_usd"] - row["low_usd"]) for row in ranked]
    assert moved == sorted(moved, reverse=True) and moved[-1] > 0.0
    first = ranked[0]
    name, step = first["key"].removeprefix("company."), 1e-5 * first["value"]
    up, down = (
        float(
            accounts(
                "spacex-2026-q2", **{name: first["value"] + way * step}
            ).course.value_per_share_usd[19]
        )
        for way in (1.0, -1.0)
    )
    assert first["slope_usd"] == pytest.approx((up - down) / (2.0 * step), rel=1e-4)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("spacex-2026",), "did you mean 'spacex-2026-q2'?"),
        (("spacex-2025-s1",), "company.start_years: not given"),
        (("--price", "-5"), "company.offering_price_usd: -5 lies outside"),
        (("--ipo-usd", "-1"), "company.offering_usd: -1 lies outside"),
        (("--ipo-usd", "nan"), "company.offering_usd: nan lies outside"),
        (("--ipo-usd", "5e13", "--price", "100"), "is more than the company's 1.308e+12"),
        (("--quarter", "2090Q1"), "write 2026 Q3 to 2044 Q2"),
        (("--quarter", "2026Q2"), "write 2026 Q3 to 2044 Q2"),
        (("--quarter", "soon"), "write 2027Q3"),
        (("--set", "cash=3"), "company.cash: is no number of a company"),
        (("--set", "cash_usd=much"), "is no key=number"),
        (("--set", "catalogue=3"), "company.catalogue: is no number of a company"),
        (("--set", "offering_usd=1e9", "--set", "offering_years=20"), "beyond the horizon"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(
    arguments: tuple[str, ...], told: str
) -> None:
    result = CliRunner().invoke(app, ["company", *arguments])
    assert result.exit_code == 2, result.output
    assert told in result.stderr and "Traceback" not in result.stderr


def test_the_command_prints_a_table_and_a_document() -> None:
    shown = CliRunner().invoke(app, ["company", "spacex-2026-02", "--ipo-usd", "2e10"])
    assert shown.exit_code == 0, shown.stderr
    for word in ("2026 Q1", "connectivity", "Merger", "Listing", "plant of AI"):
        assert word in shown.stdout
    document = CliRunner().invoke(app, ["company", "--json"])
    assert json.loads(document.stdout)["entry"] == "spacex-2026-q2"


# --- in a scenario --------------------------------------------------------------------------------


def test_a_scenario_without_a_company_has_none_of_its_keys(three_groups: Resolve) -> None:
    resolved = three_groups()
    assert resolved.system.company is None
    assert not any(key.startswith("company.") for key in resolved.origins)


def test_a_key_of_no_company_is_refused(three_groups: Resolve) -> None:
    with pytest.raises(ScenarioError, match=r"company\.cash_usd: of which company\?"):
        three_groups("company.cash_usd=1e9")


def test_an_offering_above_the_value_is_refused_in_a_scenario(three_groups: Resolve) -> None:
    with pytest.raises(ScenarioError, match="is more than the company's"):
        three_groups("company.catalogue=spacex-2026-q2", "company.offering_usd=2e12")


def test_a_programme_before_its_company_is_refused(three_groups: Resolve) -> None:
    with pytest.raises(ScenarioError, match="lies after the programme's start in 2024"):
        three_groups("company.catalogue=spacex-2026-q2", "epoch=2024-03-20")


def test_the_company_of_a_scenario_is_the_company_of_the_entry(three_groups: Resolve) -> None:
    inside = three_groups("company.catalogue=spacex-2026-q2").system.company
    found = origins_of("spacex-2026-q2")
    alone = company_of(Numbers(found), quarter_count=quarter_count(found))
    pairs = zip(jax.tree.leaves(inside), jax.tree.leaves(alone), strict=True)
    same = [one.shape == other.shape and bool(np.all(one == other)) for one, other in pairs]
    assert same.count(False) == 1  # the months laid on quarters, which an entry alone has none of
