"""How do the tests open a report as a reader would: in a browser, from a file, without a network?

Chromium is the one that SUNSTACK_CHROMIUM names, or the one on PATH; without one every test of this
folder is skipped, and the summary says so.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    sync_playwright,
)

from sunstack import report, scenario
from sunstack.results import Results
from sunstack.scenario import Document, shipped

SCENARIOS = Path(__file__).parents[2] / "scenarios"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    f"NO BROWSER: none of {', '.join(PROGRAMS)} is on PATH. Install one (on Debian: "
    "apt-get install chromium) or name it: SUNSTACK_CHROMIUM=/path/to/chromium"
)
FLAGS = [
    "--no-sandbox",  # the pages are ours, and containers seldom grant what a sandbox needs
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",  # WebGL on a machine without a graphics card
]

type OpenPage = Callable[..., Page]
type Axe = Callable[[Page], list[str]]
type WriteReport = Callable[[Results], Path]
type Finish = Callable[[Document], Results]


# --- the browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def chromium() -> str:
    """The program to start, found before anything is run for a page that nothing could open."""
    named = os.environ.get("SUNSTACK_CHROMIUM")
    if named and not shutil.which(named):
        pytest.fail(f"SUNSTACK_CHROMIUM={named} is not a program", pytrace=False)
    program = named or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(MISSING)
    return program


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], chromium: str
) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": chromium, "args": FLAGS}


# As long as it lives, Playwright marks its event loop as the running one, and asyncio.run of any
# other test would fail. So it ends with the file it was started for, not with the session.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    started = playwright.chromium.launch(**browser_type_launch_args)
    yield started
    started.close()


@pytest.fixture(scope="module")
def browser_context_args() -> dict[str, Any]:
    return {"offline": True}


# --- a page --------------------------------------------------------------------------------------


@pytest.fixture
def troubles() -> Iterator[list[str]]:
    """What no page of ours may do: ask the network for anything, report an error, fail."""
    found: list[str] = []
    yield found
    assert found == []


def watch(context: BrowserContext, address: str, troubles: list[str]) -> None:
    """Write down every trouble of every page that the context opens."""

    def hear_request(request: Request) -> None:
        own = request.url.partition("#")[0] == address
        if not own and not request.url.startswith(("data:", "blob:")):
            troubles.append(f"request: {request.url}")

    def hear_console(message: ConsoleMessage) -> None:
        # The driver's remarks on its own speed depend on the machine, not on the page.
        of_driver = "GL Driver Message" in message.text
        if message.type in ("assert", "error", "warning") and not of_driver:
            troubles.append(f"console {message.type}: {message.text}")

    context.on("request", hear_request)
    context.on("console", hear_console)
    context.on("weberror", lambda failure: troubles.append(f"page error: {failure.error}"))


@pytest.fixture
def open_page(new_context: Callable[..., BrowserContext], troubles: list[str]) -> OpenPage:
    """Open a file without a network; the test fails if the page then has any trouble.

    `bypass_csp` lets a test bring in code which the page's own policy keeps out.
    """

    def open_file(
        path: Path,
        *,
        fragment: str = "",
        colour_scheme: Literal["light", "dark"] = "light",
        width: int = 1280,
        height: int = 900,
        reduced_motion: Literal["no-preference", "reduce"] = "no-preference",
        bypass_csp: bool = False,
    ) -> Page:
        context = new_context(
            color_scheme=colour_scheme,
            viewport={"width": width, "height": height},
            reduced_motion=reduced_motion,
            bypass_csp=bypass_csp,
        )
        address = path.resolve().as_uri()
        watch(context, address, troubles)
        page = context.new_page()
        page.goto(f"{address}#{fragment}" if fragment else address)
        return page

    return open_file


@pytest.fixture(scope="session")
def axe() -> Axe:
    """What axe-core finds wrong for readers with impairments: one line per rule and place."""
    source = resources.files("pytest_playwright_axe") / "resources" / "axe.min.js"
    program = source.read_text(encoding="utf-8")

    def examine(page: Page) -> list[str]:
        page.evaluate(program)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['target']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    return examine


# --- reports -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def write_report(tmp_path_factory: pytest.TempPathFactory) -> WriteReport:
    """Write the report of any results to a file of its own."""

    def write(results: Results) -> Path:
        path = tmp_path_factory.mktemp("report") / "report.html"
        path.write_text(report.html(results), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def one(finished: Finish) -> Results:
    """One satellite for three hours: as small a run as there is."""
    return finished(scenario.load(SCENARIOS / "ai1.yaml", ["simulation.duration_hours=3"]))


@pytest.fixture(scope="session")
def many(finished: Finish) -> Results:
    """Five groups of three kinds of orbits, 4,408 satellites: the run that is compared as a whole
    with what is recorded of it.
    """
    return finished(scenario.load(shipped.find("starlink-gen1")))


@pytest.fixture(scope="session")
def report_page(write_report: WriteReport, one: Results) -> Path:
    return write_report(one)


@pytest.fixture(scope="session")
def fleet_page(write_report: WriteReport, many: Results) -> Path:
    return write_report(many)


def plain(text: str) -> str:
    """Without spaces, and without the ligatures that a printed page sets for fi and fl."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
