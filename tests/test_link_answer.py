"""What is a user told who asks about one link?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from sunstack import cli
from sunstack.answers.link import laser_link_of, radio_link_of
from sunstack.errors import CatalogueError, ScenarioError


def asked(*words: str) -> Any:
    return CliRunner().invoke(cli.app, ["link", *words])


def test_a_laser_is_answered_in_one_document() -> None:
    found = json.loads(
        asked(
            *("--distance-km", "5000", "--power-w", "5", "--aperture-cm", "10"),
            *("--altitude-km", "1000", "--jitter-urad", "0", "--rate-gbit-per-s", "50", "--json"),
        ).stdout
    )
    # 5 W · 0.501 · 6.573e-7 = 1.647 µW; 65.7 Gbit/s at 195.6 photons a bit; 10 log10(65.7/50)
    assert found["received_w"] == pytest.approx(1.647e-6, rel=1e-3)
    assert found["rate_gbit_per_s"] == pytest.approx(65.7, abs=0.1)
    assert found["margin_db"] == pytest.approx(1.19, abs=0.02)
    assert found["reach_km"] == pytest.approx(5000.0 * 10.0 ** (found["margin_db"] / 20.0))
    # sqrt(7,378.1² - 2,500²) - 6,378.1
    assert found["grazing_altitude_km"] == pytest.approx(563.6, abs=0.5)
    assert found["delay_ms"] == pytest.approx(16.678, abs=1e-3)
    assert found["pointing_outage_fraction"] == 0.0


def test_a_link_through_the_earth_is_refused_with_the_longest() -> None:
    result = asked("--distance-km", "6000", "--altitude-km", "550")
    assert result.exit_code == 2
    # 2 sqrt(6,928.137² - 6,458.137²) = 5,016.6
    assert "write at most 5,016" in result.stderr
    with pytest.raises(ScenarioError, match="leads through the Earth"):
        laser_link_of(distance_km=20_000.0, altitude_km=550.0)


def test_another_terminal_and_modulation() -> None:
    plain = laser_link_of(distance_km=4000.0, laser="starlink-mini-laser")
    assert plain["modulation"] == "dpsk"
    # SpaceX: 25 Gbit/s at 4,000 km; sized here to close with about 3 dB
    assert 1.0 < plain["margin_db"] < 9.0
    thirsty = laser_link_of(
        distance_km=4000.0, laser="starlink-mini-laser", modulation="on-off-keying-photodiode"
    )
    # 150 photons for each bit instead of 40
    assert plain["margin_db"] - thirsty["margin_db"] == pytest.approx(5.74, abs=0.01)


@pytest.mark.parametrize(
    ("laser", "distance_km"),
    [("starlink-mini-laser", 4000.0), ("starlink-laser", 5400.0), ("tesat-scot80", 8000.0)],
)
def test_terminals_keep_their_makers_word(laser: str, distance_km: float) -> None:
    found = laser_link_of(distance_km=distance_km, laser=laser)
    assert found["rate_gbit_per_s"] == found["line_rate_gbit_per_s"]
    assert 0.0 < found["margin_db"] < 9.0  # sized to close, not to waste


def test_a_radio_is_answered_in_one_document() -> None:
    found = json.loads(asked("--site", "nairobi", "--elevation-deg", "35", "--json").stdout)
    assert found["site"] == "Nairobi"
    totals = [row["total_db"] for row in found["by_share"]]
    assert totals == sorted(totals, reverse=True)
    rates = [row["rate_gbit_per_s"] for row in found["by_share"]]
    assert rates == sorted(rates)
    assert all(
        (row["coding"] is None) == (row["rate_gbit_per_s"] == 0) for row in found["by_share"]
    )
    assert rates[0] <= found["mean_rate_gbit_per_s"] <= found["usual_rate_gbit_per_s"]
    assert found["half_rate_fraction"] <= found["any_rate_fraction"] < 1.0
    # 20 log10(4π · 889 km · 18.5 GHz / c)
    assert found["free_space_loss_db"] == pytest.approx(176.8, abs=0.2)


def test_rain_closes_what_wetter_places_ask_of_higher_bands() -> None:
    shares = {
        (place, radio): radio_link_of(place=place, radio=radio)["any_rate_fraction"]
        for place in ("Singapore", "Riyadh")
        for radio in ("gateway-ka-down", "gateway-e-down")
    }
    assert shares["Singapore", "gateway-e-down"] < shares["Singapore", "gateway-ka-down"]
    assert shares["Singapore", "gateway-e-down"] < shares["Riyadh", "gateway-e-down"]


def test_flux_is_told_where_there_is_a_limit() -> None:
    found = radio_link_of(place="London", radio="user-ku-down", elevation_deg=90.0)
    # 33 dBW over 240 MHz is 9.2 dBW in 1 MHz; at 550 km -116.6 dB(W/m²), under -116
    assert found["flux_margin_db"] == pytest.approx(0.6, abs=0.1)
    assert radio_link_of(place="London", radio="gateway-ka-up")["flux_margin_db"] is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "either --distance-km"),
        (("--site", "Paris", "--distance-km", "10"), "either --distance-km"),
        (("--site", "Nairoby"), "did you mean 'Nairobi'"),
        (("--site", "Paris", "--power-w", "3"), "power_w: of a laser"),
        (("--site", "Paris", "--elevation-deg", "3"), "write 5 to 90"),
        (("--site", "-40,-120"), "no climate within 50 km"),
        (("--site", "Paris", "--radio", "gateway-ka"), "did you mean"),
        (("--distance-km", "10", "--radio", "user-ku-up"), "goes to a site"),
        (("--distance-km", "-1"), "write a number above 0"),
        (("--distance-km", "1e300"), "write a number above 0, below 1e+12"),
        (("--distance-km", "10", "--jitter-urad", "-1"), "write 0 or more"),
        (("--distance-km", "10", "--modulation", "qam"), "qam"),
    ],
)
def test_what_cannot_be_answered_is_refused(words: tuple[str, ...], told: str) -> None:
    result = asked(*words)
    assert result.exit_code == 2, result.output
    assert told in result.stderr


def test_an_unknown_laser_is_refused() -> None:
    with pytest.raises(CatalogueError, match="suncatcher"):
        laser_link_of(distance_km=1.0, laser="suncatchr")


@pytest.mark.parametrize(
    "words",
    [
        ("--distance-km", "0.3", "--altitude-km", "650"),
        ("--distance-km", "8000", "--laser", "tesat-scot80"),
        ("--site", "Singapore", "--radio", "gateway-e-down"),
    ],
)
def test_answers_are_printed_in_words(words: tuple[str, ...]) -> None:
    result = asked(*words)
    assert result.exit_code == 0, result.output
    assert "None" not in result.stdout
    assert "bit/s" in result.stdout
