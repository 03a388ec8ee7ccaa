"""Does a fleet's programme reach the accounts of its company whole, and do its levers move them?"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest
from conftest import THREE_GROUPS, Resolve, plainly_typed

from sunstack import levers, results, scenario
from sunstack.answers import company as answers
from sunstack.disciplines import company, economics
from sunstack.errors import ScenarioError
from sunstack.evaluate import Outcome, evaluate
from sunstack.findings import Findings
from sunstack.quarters import monthly, with_months
from sunstack.report import terminal_company
from sunstack.report.blocks import Block, Charts, Folded, KeyNumbers, Prose, Table
from sunstack.report.sections.company import NOBODY, OLD
from sunstack.report.sections.company import company as section
from sunstack.resolve import Resolved, resolve
from sunstack.results import Results
from sunstack.summary.company import company as told
from sunstack.summary.company import company_quarters
from sunstack.system import System

COMPANY = (
    "company.catalogue=spacex-2026-q2",
    # Satellites dear enough for thirty of them to matter.
    "economics.bus_usd_per_kg=1e6",
    "fleet.horizon_years=8",
)
Evaluated = tuple[Resolved, Outcome]


@cache
def _evaluated() -> Evaluated:
    resolved = resolve(scenario.loads(THREE_GROUPS, path="written.yaml", overrides=COMPANY))
    return resolved, evaluate(plainly_typed(resolved.system))


@pytest.fixture(scope="module")
def evaluated() -> Evaluated:
    return _evaluated()


def spec_of(system: System) -> company.Spec:
    assert system.company is not None
    return system.company


# --- into the accounts ----------------------------------------------------------------------------


def test_all_that_is_spent_on_flights_and_satellites_is_in_the_quarters(
    evaluated: Evaluated,
) -> None:
    _, outcome = evaluated
    course, found = outcome.programme, outcome.company
    assert found is not None
    placed = found.with_programme.programme
    costs = outcome.economics
    assert float(course.years.launched_count.sum()) > 29.0
    assert float(costs.capital_usd[economics.PARTS.index("launch")].sum()) == pytest.approx(
        float(course.spent_usd.sum()), rel=1e-9
    )
    for name in ("capital_usd", "running_usd", "revenue_usd"):
        reached = {"running_usd": "operating_usd"}.get(name, name)
        assert float(getattr(costs, name).sum()) > 0.0, name
        assert float(getattr(placed, reached).sum()) == pytest.approx(
            float(getattr(costs, name).sum()), rel=1e-9
        ), name
    assert float(placed.beyond_usd) == 0.0
    # The first flight is a year after March 2028, eleven quarters after June 2026.
    assert not np.asarray(placed.capital_usd[:10]).any()


def test_cash_with_the_programme_is_cash_without_less_what_it_takes(evaluated: Evaluated) -> None:
    _, outcome = evaluated
    assert outcome.company is not None
    one, other = outcome.company.with_programme, outcome.company.without_programme
    placed = one.programme
    net = placed.revenue_usd - placed.operating_usd - placed.capital_usd
    interest = (one.alone.interest_earned_usd - other.alone.interest_earned_usd) - (
        one.alone.interest_usd - other.alone.interest_usd
    )
    tax = one.alone.tax_usd - other.alone.tax_usd
    apart = np.asarray(one.alone.cash_usd - other.alone.cash_usd)
    assert apart == pytest.approx(np.cumsum(np.asarray(net + interest - tax)), rel=1e-9, abs=10.0)


def test_a_programme_that_loses_money_is_worth_less_than_nothing_to_owners(
    evaluated: Evaluated,
) -> None:
    _, outcome = evaluated
    assert outcome.company is not None
    one, other = outcome.company.with_programme, outcome.company.without_programme
    assert float(one.programme.opening_value_usd) < 0.0
    assert float(one.opening_value_usd - other.opening_value_usd) == pytest.approx(
        float(one.programme.opening_value_usd)
    )


def test_nothing_spent_is_no_programme(evaluated: Evaluated) -> None:
    resolved, outcome = evaluated
    assert outcome.company is not None
    months = resolved.system.upkeep.month_count
    none = company.Programme(
        capital_usd=jnp.zeros(months),
        operating_usd=jnp.zeros(months),
        revenue_usd=jnp.zeros(months),
    )
    found = with_months(resolved.system, spec_of(resolved.system), none)
    pairs = zip(
        jax.tree.leaves(found), jax.tree.leaves(outcome.company.without_programme), strict=True
    )
    assert all(np.asarray(a) == pytest.approx(np.asarray(b), rel=1e-9, abs=1.0) for a, b in pairs)


def test_launches_at_cost_take_less(evaluated: Evaluated) -> None:
    resolved, outcome = evaluated
    spec, course = spec_of(resolved.system), outcome.programme
    cheap = replace(spec, launch_cost_ratio=jnp.asarray(0.25))
    full, part = (float(monthly(one, outcome.economics).capital_usd.sum()) for one in (spec, cheap))
    assert full - part == pytest.approx(0.75 * float(course.spent_usd.sum()), rel=1e-9)


# --- levers ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found_levers(evaluated: Evaluated) -> tuple[levers.Lever, ...]:
    resolved, outcome = evaluated
    return levers.levers(resolved.system, outcome.programme, outcome.service)


def test_at_the_scenarios_own_values_levers_say_what_the_outcome_says(
    evaluated: Evaluated, found_levers: tuple[levers.Lever, ...]
) -> None:
    _, outcome = evaluated
    assert outcome.company is not None
    own = outcome.company.with_programme
    assert [one.name for one in found_levers] == list(levers.Setting._fields)
    for one, place in zip(found_levers, (12, 4, 0), strict=True):
        assert one.setting[place] in (1.0, 0.0)
        assert one.answer.runway_quarter_count[place] == pytest.approx(
            float(own.runway.quarter_count), rel=1e-9
        )
        assert one.answer.value_per_share_usd[place] == pytest.approx(
            float(own.course.value_per_share_usd[19]), rel=1e-9
        )


def test_levers_move_the_way_they_must(found_levers: tuple[levers.Lever, ...]) -> None:
    cadence, price, offering = found_levers
    assert (
        np.diff(cadence.answer.least_cash_usd) <= 1.0
    ).all()  # flights cost, and earn too little
    assert (np.diff(price.answer.value_per_share_usd) > 0.0).all()
    assert (np.diff(price.answer.least_cash_usd) >= 0.0).all()
    assert (np.diff(offering.answer.runway_quarter_count) >= -1e-9).all()
    assert price.slope.value_per_share_usd > 0.0


def test_slopes_of_levers_are_those_of_finite_differences(
    evaluated: Evaluated, found_levers: tuple[levers.Lever, ...]
) -> None:
    resolved, outcome = evaluated
    system, course, tokens = resolved.system, outcome.programme, outcome.service
    look: Callable[[levers.Setting], levers.Answer] = jax.jit(
        lambda setting: levers.answer(system, course, tokens, setting)
    )
    own = levers.Setting(jnp.asarray(1.0), jnp.asarray(1.0), jnp.asarray(0.0))
    for lever, step in zip(found_levers, (1e-5, 1e-4, 1e5), strict=True):
        up, down = (
            look(own._replace(**{lever.name: getattr(own, lever.name) + way * step}))
            for way in (1.0, -1.0)
        )
        for name in ("least_cash_usd", "value_per_share_usd"):
            slope = float(getattr(up, name) - getattr(down, name)) / (2.0 * step)
            assert float(getattr(lever.slope, name)) == pytest.approx(slope, rel=2e-3, abs=1e-12), (
                f"{lever.name}: {name}"
            )


def test_without_a_company_there_are_no_levers(evaluated: Evaluated) -> None:
    resolved, outcome = evaluated
    nobody = replace(resolved.system, company=None)
    assert levers.levers(nobody, outcome.programme, outcome.service) == ()


# --- told -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def findings(evaluated: Evaluated, found_levers: tuple[levers.Lever, ...]) -> Findings:
    resolved, outcome = evaluated
    return cast(Findings, SimpleNamespace(resolved=resolved, outcome=outcome, levers=found_levers))


@pytest.fixture(scope="module")
def page(findings: Findings) -> Results:
    return Results(
        manifest={},
        summary={"company": results.rounded(told(findings))},
        tables={"company_quarters": company_quarters(findings)},
    )


def blocks(of: Results) -> list[Block]:
    return list(section(of).blocks)


def test_the_summary_is_finite_and_a_shares_parts_add_up(page: Results) -> None:
    json.dumps(page.summary, allow_nan=False)
    for side in ("with", "without"):
        found = page.summary["company"][side]
        whole = sum(one["per_share_usd"] for one in found["parts"])
        assert whole == pytest.approx(found["told"]["value_per_share_usd"], rel=1e-4)


def test_the_table_has_every_quarter_twice(page: Results) -> None:
    rows = page.tables["company_quarters"]
    assert len(rows) == 2 * page.summary["company"]["horizon_quarter_count"]
    assert rows["quarter"][0] == "2026 Q3" and rows["quarter"][-1] == "2044 Q2"
    assert rows.null_count().sum_horizontal().item() == 0


def test_the_section_tells_runway_share_and_deals(page: Results) -> None:
    found = blocks(page)
    prose = " ".join(one.text for one in found if isinstance(one, Prose))
    for words in ("SpaceX with xAI", "$1.50", "too much", "0.1433", "$86.25", "EBITDA"):
        assert words in prose, words
    (numbers,) = (one for one in found if isinstance(one, KeyNumbers))
    assert len(numbers.items) == 4
    charts = [chart for one in found if isinstance(one, Charts) for chart in one.charts]
    assert [chart.name for chart in charts] == [
        "company-cash",
        "company-share",
        "company-runway-cadence",
        "company-runway-price",
        "company-runway-offering",
        "company-share-cadence",
        "company-share-price",
        "company-share-offering",
        "company-backtest",
    ]
    assert any(isinstance(one, Folded) for one in found)
    tables = [one for one in found if isinstance(one, Table)]
    assert any("February 2026" in one.caption for one in tables)


def test_the_waterfall_ends_where_the_share_does(page: Results) -> None:
    charts = {
        chart.name: chart for one in blocks(page) if isinstance(one, Charts) for chart in one.charts
    }
    (trace,) = charts["company-share"].figure["data"]
    worth = page.summary["company"]["with"]["told"]["value_per_share_usd"]
    assert trace["base"][-1] == 0.0
    assert trace["x"][-1] == pytest.approx(worth, rel=1e-4)
    signed = [
        float(text.replace("\N{MINUS SIGN}", "-").replace(",", "")) for text in trace["text"][:-1]
    ]
    assert sum(signed) == pytest.approx(worth, abs=0.05)


def changed(page: Results, **company_part: Any) -> Results:
    summary = {"company": {**page.summary["company"], **company_part}}
    return replace(page, summary=summary)


def test_a_company_whose_cash_lasts_is_told_as_good(page: Results) -> None:
    side = page.summary["company"]["without"]
    good = changed(page, **{"with": side})
    first = blocks(good)[0]
    assert (
        isinstance(first, Prose) and first.tone == "good" and "lasts to the horizon" in first.text
    )


@pytest.mark.parametrize(("summary", "told_instead"), [({}, OLD), ({"company": None}, NOBODY)])
def test_without_a_company_the_section_says_so(
    page: Results, summary: dict[str, Any], told_instead: str
) -> None:
    (only,) = blocks(replace(page, summary=summary))
    assert isinstance(only, Prose) and only.text == told_instead


def test_the_answer_with_a_programme_is_that_of_the_run(
    page: Results, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    resolved, outcome = _evaluated()
    monkeypatch.setattr(answers, "evaluate", lambda system: outcome)
    found = answers.with_programme(resolved)
    assert (
        results.rounded({key: found[key] for key in page.summary["company"]})
        == (page.summary["company"])
    )
    terminal_company.show_programme(found)
    shown = capsys.readouterr().out
    assert "three-groups" in shown and "quarters of cash" in shown


def test_a_scenario_without_a_company_is_told_what_to_write(three_groups: Resolve) -> None:
    with pytest.raises(ScenarioError, match="names no company; write `catalogue:`"):
        answers.with_programme(three_groups())


def test_what_is_asked_becomes_overrides() -> None:
    question = answers.Question(entry="spacex-2026-02", ipo_usd=5e10, given=["cash_usd=3e10"])
    assert answers.as_overrides(question) == [
        "company.catalogue=spacex-2026-02",
        "company.offering_usd=50000000000.0",
        "company.cash_usd=30000000000.0",
    ]


def test_without_a_company_the_table_is_empty() -> None:
    nobody = cast(Findings, SimpleNamespace(outcome=SimpleNamespace(company=None)))
    table = company_quarters(nobody)
    assert isinstance(table, pl.DataFrame) and table.is_empty() and "cash_usd" in table.columns
