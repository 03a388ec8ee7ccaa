"""Is each of a million satellites where it should be, in the right light, in both renderers?"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from sunstack import scenario
from sunstack.results import Results
from sunstack.scenario import Document

from .conftest import SCENARIOS

type OpenPage = Callable[..., Page]

RENDERERS = {"canvas2d": "Canvas2D", "webgl2": "WebGL2"}
LARGEST_BYTES = 9_000_000
PICKS = 25
NEAR_PX = 3.0
HALF_A_POINT = 0.005
EARTH_RADIUS_M = 6_378_137.0
GRAVITATION_M3_PER_S2 = 3.986004418e14
J2 = 1.08262668e-3
LATER_S = 37_000.0

Places = NDArray[np.float64]


@pytest.fixture(scope="module")
def million(finished: Callable[[Document], Results]) -> Results:
    """The main job, on one day of its four, in steps as long as may be."""
    short = ["simulation.epochs=[2028-12-21]", "simulation.step_s=120"]
    return finished(scenario.load(SCENARIOS / "starmind-million.yaml", short))


@pytest.fixture(scope="module")
def path(million: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("million") / "report.html"
    path.write_text(million.documents["report.html"], "utf-8")
    return path


@pytest.fixture(params=RENDERERS)
def globe(request: pytest.FixtureRequest, open_page: OpenPage, path: Path) -> Page:
    page = open_page(path, fragment=f"renderer={request.param}")
    page.wait_for_selector("figure.globe[data-ready=true]")
    assert asked(page, "rendererName") == RENDERERS[request.param]
    return page


def asked(page: Page, what: str) -> Any:
    return page.evaluate(f"document.querySelector('figure.globe').globe.{what}")


def left_by_the_run(million: Results) -> Places:
    """Where the simulation, which turned rotors step by step, left every satellite: Earth radii."""
    table = million.tables["satellites"]
    return np.column_stack([table[f"{axis}_earth_radii"].to_numpy() for axis in "xyz"]).astype(
        float
    )


def by_kepler(million: Results, elapsed_s: float) -> Places:
    """Where ellipses drifting under J2 take them, from the elements at the epoch: Earth radii.

    Written here from Vallado's textbook; the short-period terms, up to 10 km, are left out.
    """
    planes = million.tables["planes"]
    each = planes[million.tables["satellites"]["plane"].to_numpy()]
    axis_m = EARTH_RADIUS_M + 1e3 * each["altitude_km"].to_numpy()
    eccentricity = each["eccentricity"].to_numpy()
    tilt, node, perigee, latitude = (
        np.radians(each[f"{name}_deg"].to_numpy())
        for name in ("inclination", "node", "argument_of_perigee", "argument_of_latitude")
    )
    motion = np.sqrt(GRAVITATION_M3_PER_S2 / axis_m**3)
    factor = J2 * (EARTH_RADIUS_M / (axis_m * (1 - eccentricity**2))) ** 2
    node = node - 1.5 * factor * motion * np.cos(tilt) * elapsed_s
    turned = 0.75 * factor * motion * (5 * np.cos(tilt) ** 2 - 1) * elapsed_s
    root = np.sqrt(1 - eccentricity**2)
    rate = motion * (1 + 0.75 * factor * root * (3 * np.cos(tilt) ** 2 - 1))
    slot = million.tables["satellites"]["slot"].to_numpy()
    ahead = 2 * math.pi * slot / each["satellite_count"].to_numpy()
    anomaly = latitude - perigee + ahead + rate * elapsed_s
    u = perigee + turned + anomaly + 2 * eccentricity * np.sin(anomaly)
    radius = axis_m / EARTH_RADIUS_M * (1 - eccentricity * np.cos(anomaly))
    along, across = radius * np.cos(u), radius * np.sin(u)
    return np.column_stack(
        [
            along * np.cos(node) - across * np.cos(tilt) * np.sin(node),
            along * np.sin(node) + across * np.cos(tilt) * np.cos(node),
            across * np.sin(tilt),
        ]
    )


def on_the_picture(page: Page, place: Places) -> tuple[Places, NDArray[np.bool_]]:
    """Column and row of each satellite in the page's own view, and whether the Earth hides it."""
    view = asked(page, "view()")
    right, up, towards = (np.array(view[name]) for name in ("right", "up", "towards"))
    centre = np.array(view["centrePx"])
    shown = np.column_stack([place @ right, -(place @ up)])
    hidden = (place @ towards < 0.0) & ((shown**2).sum(axis=1) < 1.02)
    return centre + view["radiusPx"] * shown, hidden


def check_picks(page: Page, place: Places, seed: int) -> None:
    pixels, hidden = on_the_picture(page, place)
    chosen = np.random.default_rng(seed).choice(np.flatnonzero(~hidden), PICKS, replace=False)
    for index in chosen:
        x, y = pixels[index]
        found = int(asked(page, f"pick({x}, {y})"))
        assert found >= 0
        assert not hidden[found]
        assert np.hypot(*(pixels[found] - pixels[index])) < NEAR_PX


def test_a_million_satellites_fit_a_file_one_can_send(path: Path) -> None:
    assert path.stat().st_size < LARGEST_BYTES


def test_picked_satellites_are_where_the_simulation_left_them(
    globe: Page, million: Results
) -> None:
    assert asked(globe, "satelliteCount") == 1_000_000
    check_picks(globe, left_by_the_run(million), seed=1)


def test_picked_satellites_are_where_their_orbits_take_them(globe: Page, million: Results) -> None:
    asked(globe, f"setTime({LATER_S})")
    asked(globe, "look(1.0, -0.4)")
    end_s = million.summary["simulation"]["last_instant"]["elapsed_s"]
    check_picks(globe, by_kepler(million, end_s + LATER_S), seed=2)


def test_the_share_in_sunlight_is_the_run_s(globe: Page, million: Results) -> None:
    share = million.summary["simulation"]["last_instant"]["sunlit_fraction"]
    assert asked(globe, "sunlitFraction()") == pytest.approx(share, abs=HALF_A_POINT)
    told = globe.locator(".globe-sunlit[data-sunlit-fraction]")
    told.wait_for()
    assert float(told.get_attribute("data-sunlit-fraction") or "nan") == pytest.approx(
        share, abs=HALF_A_POINT
    )
    assert told.inner_text().startswith(f"{100 * share:.1f}")
    assert f"{100 * share:.1f}" in globe.locator("#fleet .prose").first.inner_text()


def test_a_satellite_s_card_holds_its_numbers(globe: Page, million: Results) -> None:
    index = 654_321
    globe.get_by_label("Satellite number").fill(str(index + 1))
    globe.get_by_label("Satellite number").press("Enter")
    shown_card = globe.locator(".globe-card")
    shown_card.wait_for()
    card = shown_card.inner_text()
    satellite = million.tables["satellites"].row(index, named=True)
    plane = million.tables["planes"].row(satellite["plane"], named=True)
    assert plane["group"] in card
    assert f"{plane['inclination_deg']:.1f}" in card
    shown = dict(zip(card.splitlines()[::2], card.splitlines()[1::2], strict=False))
    warm = next(value for name, value in shown.items() if "temperature" in name.lower())
    assert float(warm.split()[0].replace("\N{MINUS SIGN}", "-")) == pytest.approx(
        satellite["radiator_k"] - 273.15, abs=0.5
    )


def test_both_renderers_draw_the_same_picture(open_page: OpenPage, path: Path) -> None:
    pictures = [brightness(open_page(path, fragment=f"renderer={name}")) for name in RENDERERS]
    likeness = np.corrcoef(pictures[0], pictures[1])[0, 1]
    # The same light in every sixteenth of the width, whatever the grain of each renderer's dots.
    assert likeness > 0.97
    assert np.mean(pictures[0]) == pytest.approx(np.mean(pictures[1]), rel=0.2)


def brightness(page: Page) -> Places:
    """Mean light of 16 by 13 fields of the picture."""
    page.wait_for_selector("figure.globe[data-ready=true]")
    asked(page, "draw()")
    values = page.evaluate(
        """() => {
            const small = document.createElement("canvas");
            [small.width, small.height] = [16, 13];
            const context = small.getContext("2d");
            context.imageSmoothingQuality = "high";
            context.drawImage(document.querySelector(".globe-stage canvas"), 0, 0, 16, 13);
            return [...context.getImageData(0, 0, 16, 13).data];
        }"""
    )
    return np.array(values, dtype=float).reshape(-1, 4)[:, :3].sum(axis=1)


# --- what a reader does with it ------------------------------------------------------------------


def test_groups_can_be_left_out(globe: Page, million: Results) -> None:
    globe.locator(".globe details summary").first.click()
    name = million.summary["groups"][0]["name"]
    globe.locator(".globe").get_by_role("checkbox", name=name).uncheck()
    left = 1_000_000 - million.summary["groups"][0]["satellite_count"]
    globe.locator(".globe-sunlit", has_text=f"{left:,}").wait_for()
    names = million.tables["planes"]["group"].to_numpy()
    kept = names[million.tables["satellites"]["plane"].to_numpy()] != name
    lit = lit_share(million, kept)
    assert asked(globe, "sunlitFraction()") == pytest.approx(lit, abs=HALF_A_POINT)


def lit_share(million: Results, kept: NDArray[np.bool_]) -> float:
    """Share outside the Earth's shadow, a cylinder, with the Sun of an almanac's formula."""
    place = left_by_the_run(million)[kept]
    days = 2_462_127.5 - 2_451_545.0  # midnight after 2028-12-21
    anomaly, mean = np.radians([357.528 + 0.9856003 * days, 280.460 + 0.9856474 * days])
    longitude = mean + np.radians(1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    tilt = np.radians(23.439)
    sun = np.array(
        [np.cos(longitude), np.cos(tilt) * np.sin(longitude), np.sin(tilt) * np.sin(longitude)]
    )
    towards = place @ sun
    off_axis_squared = (place**2).sum(axis=1) - towards**2
    return float(np.mean((towards > 0.0) | (off_axis_squared > 1.0)))


@pytest.mark.parametrize("colour", ["temperature", "charge", "altitude", "group"])
def test_every_colour_has_a_legend_in_words(open_page: OpenPage, path: Path, colour: str) -> None:
    page = open_page(path, fragment="renderer=canvas2d")
    page.wait_for_selector("figure.globe[data-ready=true]")
    page.get_by_label("Colour").select_option(colour)
    legend = page.locator(".globe-legend").inner_text()
    assert len(legend) > 5
    is_state = colour in ("temperature", "charge")
    assert page.get_by_label("Hours").is_disabled() == is_state


def test_it_can_be_used_by_keyboard_alone(open_page: OpenPage, path: Path) -> None:
    page = open_page(path, fragment="renderer=canvas2d")
    page.wait_for_selector("figure.globe[data-ready=true]")
    before = asked(page, "view()")
    page.locator(".globe-stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    after = asked(page, "view()")
    assert after["towards"] != before["towards"]
    assert after["radiusPx"] > before["radiusPx"]
    page.keyboard.press("Enter")
    card = page.locator(".globe-card")
    card.wait_for()
    first = card.inner_text()
    page.keyboard.press("n")
    expect(card).not_to_have_text(first, use_inner_text=True)
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")


def test_time_runs_only_when_it_is_told_to(open_page: OpenPage, path: Path) -> None:
    page = open_page(path, fragment="renderer=canvas2d")
    page.wait_for_selector("figure.globe[data-ready=true]")
    clock = page.locator(".globe-clock")
    assert clock.inner_text().startswith("2028-12-22 00:00 UTC")
    page.wait_for_timeout(400)
    assert clock.inner_text().startswith("2028-12-22 00:00 UTC")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Pause").click()
    assert not clock.inner_text().startswith("2028-12-22 00:00 UTC")
    page.get_by_role("button", name="Back to the run's instant").click()
    assert clock.inner_text().startswith("2028-12-22 00:00 UTC")
