"""Are studies asked for as one would, refused in words, and told and drawn as they came out?"""

from __future__ import annotations

import inspect
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sunstack import cli, report
from sunstack.commands import study as commands
from sunstack.errors import ScenarioError
from sunstack.report import terminal_study

POWER = "first_year.payload_power_w"
MASS = "margins.mass"


def run(*words: str) -> Any:
    return CliRunner().invoke(cli.app, list(words))


def test_an_axis_is_a_range_or_a_list() -> None:
    assert commands._axis("a.b_m=1:3:5") == ("a.b_m", [1.0, 1.5, 2.0, 2.5, 3.0])
    assert commands._axis("a.b_m=1,2.5") == ("a.b_m", [1.0, 2.5])
    assert commands._axis("power.array=silicon-flexible, triple-junction-xtj") == (
        "power.array",
        ["silicon-flexible", "triple-junction-xtj"],
    )


@pytest.mark.parametrize("text", ["a.b_m", "a.b_m=", "a.b_m=1:2:1.5", "a.b_m=1:x:3"])
def test_what_is_no_axis_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError):
        commands._axis(text)


def test_pairs_ends_and_levels_are_read() -> None:
    assert commands._pair("a,b=0.6") == (("a", "b"), 0.6)
    assert commands._ends("a", "1:2") == (1.0, 2.0)
    least = commands._level("margins.mass>=0.1")
    assert (least.text, least.level, least.is_least) == (MASS, 0.1, True)
    assert not commands._level("margins.mass<=0.1").is_least
    for wrong in (lambda: commands._pair("a=0.6"), lambda: commands._level("a=1")):
        with pytest.raises(ScenarioError):
            wrong()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sweep", "ai1", "--over", "thermal.radiator_area_m2"), "found no `=`"),
        (("montecarlo", "ai1", "--correlate", "a=1"), "write two keys"),
        (("optimise", "ai1", "--vary", "a=1"), "write two ends"),
    ],
)
def test_what_cannot_be_read_ends_with_two_before_anything_runs(
    words: tuple[str, ...], told: str
) -> None:
    result = run(*words)
    assert result.exit_code == cli.BAD_INPUT
    assert told in result.stderr


@cache
def mass_even() -> dict[str, Any]:
    """One real study through the command line."""
    words = ("breakeven", "ai1", "satellite.bus_mass_kg", "--of", MASS)
    result = run(*words, "--between", "150:400", "--samples", "0", "--json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_study_is_told_as_one_document() -> None:
    found = mass_even()
    assert found["kind"] == "breakeven"
    (even,) = found["crossings"]
    assert 150.0 < even < 400.0
    below, above = (value for at, value in (found["curve"][0], found["curve"][-1]))
    assert below > 0.0 > above


def test_every_study_takes_the_options_of_all_of_them() -> None:
    for command in (commands.sweep, commands.optimise, commands.ladder):
        first, *others = inspect.signature(command).parameters
        assert first == "scenario"
        assert others[0] in ("over", "vary", "level") and "of" in others
        assert {"overrides", "out", "as_json", "quiet"} <= set(others)
        assert ("backend" in others) == (command is not commands.ladder)


def test_a_ladder_is_kept_with_its_page_and_refuses_another_scenario(tmp_path: Path) -> None:
    def climb(*words: str) -> Any:
        asked = ("--of", MASS, "--key", "payload.mass_kg", "--out", str(tmp_path / "up"))
        return run("ladder", "ai1", "0.05", *asked, *words)

    result = climb("--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == json.loads((tmp_path / "up" / "summary.json").read_text())
    page = (tmp_path / "up" / "report.html").read_text(encoding="utf-8")
    assert "What would have to be true?" in page and "open report.html" in result.stderr
    other = climb("--set", "satellite.bus_mass_kg=200", "--quiet")
    assert other.exit_code == cli.BAD_INPUT and "holds another study" in other.stderr
    assert (tmp_path / "up" / "report.html").read_text(encoding="utf-8") == page


# --- told and drawn -------------------------------------------------------------------------------

SWEPT = {
    "kind": "sweep",
    "scenario": "ai1",
    "asked": {
        "axes": {"x_m2": [1.0, 2.0], "y_kw": [3.0, 4.0, 5.0]},
        "points": "grid",
        "objectives": [POWER],
    },
    "units": {"x_m2": "m²", "y_kw": "kW"},
    "is_resolved_anew": False,
    "rows": [
        {"x_m2": x, "y_kw": y, POWER: None if x == y - 1.0 else 100.0 * x + y}
        for x in (1.0, 2.0)
        for y in (3.0, 4.0, 5.0)
    ],
}  # fmt: skip
CLIMBED = {
    "kind": "ladder",
    "scenario": "ai1",
    "asked": {"objective": MASS, "level": 0.05},
    "begun": -0.01,
    "reached": 0.05,
    "is_reached": True,
    "rungs": [
        {"key": "satellite.mass_kg", "unit": "kg", "from": 1.0, "to": 2.0, "before": -0.01,
         "after": 0.05},
    ],
}  # fmt: skip


def test_a_map_holds_its_values_where_they_belong() -> None:
    chart = report.study.sections(SWEPT)[0].blocks[0].charts[0]  # type: ignore[union-attr]  # charts
    trace = chart.figure["data"][0]
    assert trace["x"] == [1.0, 2.0] and trace["y"] == [3.0, 4.0, 5.0]
    # The second number upward, the first across; none where the point was refused.
    assert trace["z"] == [[103.0, None], [104.0, 204.0], [105.0, 205.0]]


@pytest.mark.parametrize("summary", [SWEPT, CLIMBED], ids=["sweep", "ladder"])
def test_a_page_needs_no_network(summary: dict[str, Any]) -> None:
    page = report.study_html(summary)
    assert "What was asked" in page
    assert 'src="http' not in page and 'href="http' not in page.split("</head>")[0]


def test_every_study_is_told_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for summary in (SWEPT, CLIMBED, mass_even()):
        terminal_study.show(summary)
    told = capsys.readouterr().out
    assert "reaches 0.05" in told
    assert "satellite.bus_mass_kg: even at" in told


def test_a_study_page_is_drawn_from_a_real_study(tmp_path: Path) -> None:
    page = report.study_html(mass_even())
    assert MASS in page and "satellite.bus_mass_kg" in page
