"""How soon does the report of a million satellites stand, and how fast does its globe turn?

In Chromium, where one is found; the peer is Plotly's own scatter3d with a fiftieth of the points,
in the same page: what a reader would get from a chart library.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from sunstack import scenario
from sunstack.report import paper
from sunstack.run import run

SCENARIO = Path(__file__).parents[1] / "scenarios" / "starmind-million.yaml"
RENDERERS = {"canvas2d": "Canvas2D", "webgl2": "WebGL2"}
FRAMES = 15
PEER_POINTS = 20_000
PEER_FRAMES = 5
LONGEST_MS = 180_000
SWITCHES = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--enable-unsafe-swiftshader",
]

TURN = """(frames) => {
    const globe = document.querySelector("figure.globe").globe;
    return [...Array(frames).keys()].map((n) => (globe.look(0.2 * n, 0.3), globe.draw()));
}"""
PEER = """async ([points, frames]) => {
    const place = document.createElement("div");
    document.body.prepend(place);
    const angle = [...Array(points).keys()].map((n) => 2.39996 * n);
    const z = angle.map((_, n) => 2 * n / points - 1);
    const x = angle.map((a, n) => Math.cos(a) * Math.sqrt(1 - z[n] * z[n]));
    const y = angle.map((a, n) => Math.sin(a) * Math.sqrt(1 - z[n] * z[n]));
    const trace = {type: "scatter3d", mode: "markers", x, y, z, marker: {size: 1}};
    await Plotly.newPlot(place, [trace], {width: 700, height: 560});
    const times = [];
    for (let n = 0; n < frames; n++) {
        const begun = performance.now();
        const eye = {x: 2 * Math.cos(n), y: 2 * Math.sin(n), z: 1};
        await Plotly.relayout(place, {"scene.camera.eye": eye});
        await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
        times.push(performance.now() - begun);
    }
    return times;
}"""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What opening the page in one renderer took."""

    ready_s: float
    frame_ms: float


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The page of a million satellites."""

    megabytes: float
    opened: dict[str, Opened]
    peer_frame_ms: float


def measure() -> Measured | None:
    """Run the main job on one day, open its page; None where no Chromium is found."""
    if not any(shutil.which(name) for name in paper.PROGRAMS):
        return None
    found = run(scenario.load(SCENARIO, ["simulation.epochs=[2028-12-21]"]))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "report.html"
        path.write_text(found.documents["report.html"], "utf-8")
        browser = playwright.chromium.launch(executable_path=paper.chromium(), args=SWITCHES)
        return Measured(
            megabytes=path.stat().st_size / 1e6,
            opened={name: _opened(browser, path, key) for key, name in RENDERERS.items()},
            peer_frame_ms=_peer_frame_ms(browser, path),
        )


def _open(browser: Browser, path: Path, renderer: str, **context: Any) -> Page:
    page = browser.new_context(offline=True, **context).new_page()
    page.set_default_timeout(LONGEST_MS)
    page.goto(f"{path.as_uri()}#renderer={renderer}")
    page.wait_for_selector("figure.globe[data-ready=true]")
    return page


def _opened(browser: Browser, path: Path, renderer: str) -> Opened:
    begun = time.perf_counter()
    page = _open(browser, path, renderer)
    ready_s = time.perf_counter() - begun
    page.wait_for_selector("html[data-charts=drawn]", state="attached")
    frames = page.evaluate(TURN, FRAMES)
    page.context.close()
    return Opened(ready_s=ready_s, frame_ms=statistics.median(frames))


def _peer_frame_ms(browser: Browser, path: Path) -> float:
    page = _open(browser, path, "canvas2d", bypass_csp=True)
    page.wait_for_selector("html[data-charts=drawn]", state="attached")
    return float(statistics.median(page.evaluate(PEER, [PEER_POINTS, PEER_FRAMES])))
