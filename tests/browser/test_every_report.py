"""Do the reports of every kind of run open, tell the truth and print: small, many, and absurd?"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from sunstack import report, scenario
from sunstack.report import paper
from sunstack.results import Results
from sunstack.scenario import Document

from .conftest import SCENARIOS, plain

type OpenPage = Callable[..., Page]

SHORT = "simulation.duration_hours=3"
NOTHING_WORKS = (
    "power.array_area_m2=1",
    "thermal.radiator_area_m2=1",
    "power.battery_capacity_kwh=0",
    "satellite.mass_kg=100",
)
"""An array that cannot feed the bus, a radiator that boils, no battery, no mass."""
RUNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "one satellite": ("ai1", (SHORT,)),
    "a formation": ("suncatcher", ()),
    "eighty-eight thousand": ("starcloud", (SHORT,)),
    "nothing works": ("ai1", (SHORT, *NOTHING_WORKS)),
}
"""The formation's is the run that is compared as a whole with what is recorded of it."""


@pytest.fixture(scope="module", params=RUNS)
def results(request: pytest.FixtureRequest, finished: Callable[[Document], Results]) -> Results:
    name, overrides = RUNS[request.param]
    return finished(scenario.load(SCENARIOS / f"{name}.yaml", overrides))


@pytest.fixture(scope="module")
def path(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("every") / "report.html"
    path.write_text(results.documents["report.html"], "utf-8")
    return path


@pytest.mark.parametrize("renderer", ["canvas2d", "webgl2"])
def test_it_opens_and_is_true(
    open_page: OpenPage, path: Path, results: Results, renderer: str
) -> None:
    page = open_page(path, fragment=f"renderer={renderer}")
    page.wait_for_selector("figure.globe[data-ready=true]")
    page.wait_for_selector("html[data-charts=drawn]", state="attached")
    summary = results.summary
    count = summary["satellites"]["count"]
    assert page.evaluate("document.querySelector('.globe').globe.satelliteCount") == count
    shown = page.evaluate("document.querySelector('.globe').globe.sunlitFraction()")
    # A satellite in the penumbra counts in part in the run, wholly here.
    tolerance = max(0.005, 1.0 / count if 0.0 < _lit(summary) < 1.0 else 0.0)
    assert shown == pytest.approx(_lit(summary), abs=tolerance)
    verdict = page.locator("#verdict .prose").first
    assert verdict.inner_text() == summary["verdict"]
    assert ("bad" in (verdict.get_attribute("class") or "")) == (not summary["closes"])
    text = page.locator("main").inner_text()
    assert not re.search(r"\b(NaN|nan|inf|Infinity|undefined|None|null)\b", text)


def _lit(summary: dict[str, dict[str, dict[str, float]]]) -> float:
    return float(summary["simulation"]["last_instant"]["sunlit_fraction"])


def test_a_satellite_is_seen_and_can_be_picked(open_page: OpenPage, path: Path) -> None:
    page = open_page(path, fragment="renderer=canvas2d")
    page.wait_for_selector("figure.globe[data-ready=true]")
    page.locator(".globe-stage").focus()
    page.keyboard.press("n")
    card = page.locator(".globe-card")
    card.wait_for()
    assert re.search(r"\b1\b", card.inner_text())


def test_it_prints_to_paper_by_command(results: Results, tmp_path: Path, chromium: str) -> None:
    target = tmp_path / "report.pdf"
    target.write_bytes(paper.pdf(report.html(results)))
    text = plain("".join(page.extract_text() for page in PdfReader(target).pages))
    assert plain(results.summary["verdict"][:60]) in text
    # Figures are drawn before the page is printed, as text that can be searched.
    assert "margin,%" in text
    assert plain(f"first year, from {results.summary['epoch']}") in text
