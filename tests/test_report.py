"""Does the page say what the results say, hold everything it shows, and bear any text?"""

from __future__ import annotations

import base64
import copy
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from html.parser import HTMLParser
from pathlib import Path

import plotly.graph_objects
import polars as pl
import pytest

from sunstack import catalogue, report, scenario
from sunstack.results import Results
from sunstack.scenario import Document

AI1 = Path(__file__).parents[1] / "scenarios" / "ai1.yaml"
VOID = {"img", "link", "meta", "wbr"}
MINUS, SPACE = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"
FOUR_DIGITS = 5e-4
"""Largest relative error of a number written with four digits: half of the last one in 1,000."""


@dataclass
class Page(HTMLParser):
    """A page read strictly: every tag closed in its turn."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    scripts: list[tuple[dict[str, str], str]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _attributes: list[dict[str, str]] = field(default_factory=list)
    _caption: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        self.tags.append((tag, attributes))
        if tag not in VOID:
            self._open.append(tag)
            self._attributes.append(attributes)
        if tag == "table":
            self._caption = ""
        if tag == "tr":
            self.tables.setdefault(self._caption, []).append([])
        if tag in ("th", "td"):
            self.tables[self._caption][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> closes what is not open"
        self._attributes.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("script", "style"):
            self.scripts.append((self._attributes[-1], data))
            return
        self.text.append(data)
        if "caption" in self._open:
            self._caption += data
        elif "th" in self._open or "td" in self._open:
            self.tables[self._caption][-1][-1] += data

    def finished(self) -> Page:
        assert self._open == []
        return self


def read(results: Results) -> Page:
    page = Page()
    page.feed(report.html(results))
    page.close()
    return page.finished()


@pytest.fixture(scope="session")
def ai1(finished: Callable[[Document], Results]) -> Results:
    """One satellite for three hours: a real run, as small as there is."""
    return finished(scenario.load(AI1, ["simulation.duration_hours=3"]))


@pytest.fixture(scope="session")
def drawn(ai1: Results) -> Page:
    return read(ai1)


def with_groups(results: Results, names: Sequence[str]) -> Results:
    """The same run as if it had flown the same group under other names, each a bit less sunlit."""
    (group,) = results.summary["groups"]
    tables = dict(results.tables)
    groups = []
    for rank, name in enumerate(names):
        twin = copy.deepcopy(group)
        twin["name"] = name
        twin["sunlit_fraction"] *= 1.0 - 0.01 * rank
        groups.append(twin)
    for table in ("days", "orbit", "doses"):
        parts = [tables[table].with_columns(group=pl.lit(name)) for name in names]
        tables[table] = pl.concat(parts)
    tables["planes"] = tables["planes"].with_columns(group=pl.lit(names[0]))
    kind = results.summary["eclipse_maps"][0]
    summary = {
        **results.summary,
        "groups": groups,
        "eclipse_maps": [{**kind, "groups": list(names)}],
    }
    return changed(results, summary=summary, tables=tables)


def absurd(results: Results) -> Results:
    """As if nothing were delivered, every margin were at its end, and there were no battery."""
    summary = copy.deepcopy(dict(results.summary))
    (group,) = summary["groups"]
    group["margins"] = dict.fromkeys(group["margins"], -1.0)
    group["closes"] = summary["closes"] = False
    for year in ("first_year", "last_year"):
        group[year]["payload_power_w"] = 0.0
    for total in ("payload_power_w", "payload_power_total_w"):
        summary["fleet"][total] = 0.0
    summary["satellites"]["battery_capacity_kwh"] = 0.0
    summary["satellites"]["mass_kg"]["battery_kg"] = 0.0
    zero = pl.lit(0.0)
    tables = dict(results.tables)
    tables["days"] = tables["days"].with_columns(payload_power_w=zero, sunlit_fraction=zero)
    tables["orbit"] = tables["orbit"].with_columns(
        array_power_w=zero, payload_power_w=zero, stored_energy_j=zero
    )
    return changed(results, summary=summary, tables=tables)


def value(cell: str) -> float:
    """Read back a number written for people."""
    return float(re.sub(r"[,\s%◂+]", "", cell.replace(MINUS, "-")))


def rows(page: Page, caption: str) -> list[dict[str, str]]:
    (found,) = (table for name, table in page.tables.items() if name.startswith(caption))
    head, *body = found
    return [dict(zip(head, row, strict=True)) for row in body]


# --- what it says --------------------------------------------------------------------------------


def test_the_verdict_stands_first_and_in_full(ai1: Results, drawn: Page) -> None:
    text = "".join(drawn.text)
    assert ai1.summary["verdict"] in text
    assert text.index(ai1.summary["verdict"]) < text.index("A margin is")
    assert "A model, not a measurement" in text
    assert ai1.manifest["run"]["finished"][:10] in text


def test_the_fleet_s_table_holds_the_summary_s_figures(ai1: Results, drawn: Page) -> None:
    (row,), (group,) = rows(drawn, "Groups"), ai1.summary["groups"]
    first, last = group["first_year"], group["last_year"]
    assert row["group"] == "dawn-dusk"
    assert row["satellites"] == "1"
    assert row["sunlit, first year"] == f"{100 * first['sunlit_fraction']:.1f}{SPACE}%"
    assert row["sunlit, last year"] == f"{100 * last['sunlit_fraction']:.1f}{SPACE}%"
    assert row["longest eclipse of both years, min"] == f"{first['eclipse_longest_s'] / 60:.1f}"
    assert row["radiator, °C"] == f"{first['radiator_temperature_k'] - 273.15:.1f}"
    for name, year in (("first", first), ("last", last)):
        shown = value(row[f"payload, {name} year, kW"])
        assert shown == pytest.approx(year["payload_power_w"] / 1e3, rel=FOUR_DIGITS)


def test_every_margin_stands_in_the_table_and_beside_its_bar(ai1: Results, drawn: Page) -> None:
    (row,), (group,) = rows(drawn, "Margins by group"), ai1.summary["groups"]
    _, texts = report.figures(ai1)["margins-0"]["data"]
    for name, margin in group["margins"].items():
        written = f"{100 * margin:+.1f}{SPACE}%".replace("-", MINUS)
        binds = name == group["binding_margin"]
        assert row[name.replace("_", " ")] == written + (" ◂" if binds else "")
        beside = f"<b>{written} binds</b>" if binds else written
        shown = texts["text"][texts["y"].index(name.replace("_", " "))]
        assert shown.strip(SPACE) == beside


def test_the_daily_tables_hold_the_daily_series(ai1: Results, drawn: Page) -> None:
    days = ai1.tables["days"].sort("day")
    shown = rows(drawn, "Time in sunlight, %")
    assert [row["day"] for row in shown[:2]] == ["2028-03-20", "2028-03-30"]
    for row, fraction in zip(shown, days["sunlit_fraction"][::10], strict=True):
        assert row["dawn-dusk"] == f"{100 * fraction:.2f}"


def test_a_group_that_drifts_shows_what_corrected_inclinations_give(ai1: Results) -> None:
    summary = copy.deepcopy(dict(ai1.summary))
    summary["groups"][0]["corrected"] = {
        "sunlit_fraction": 0.97,
        "sunlit_fraction_end": 0.96,
        "payload_power_w": 116_928.0,
        "payload_power_end_w": 111_000.0,
    }
    _, row = rows(read(changed(ai1, summary=summary)), "Groups")
    assert row["group"] == "dawn-dusk, inclination corrected"
    assert row["sunlit, first year"] == f"97.0{SPACE}%"
    assert (row["payload, first year, kW"], row["payload, last year, kW"]) == ("116.9", "111.0")


def test_every_input_stands_with_its_value_and_source(ai1: Results, drawn: Page) -> None:
    listed = {row["key"]: row for table in drawn.tables.values() for row in keyed(table)}
    assert set(listed) == {given["key"] for given in ai1.manifest["inputs"]}
    for given in ai1.manifest["inputs"]:
        row = listed[given["key"]]
        if isinstance(given["value"], str):
            assert row["value"] == given["value"]
        else:
            number = row["value"].partition(SPACE)[0]
            assert value(number) == pytest.approx(given["value"], rel=5e-6)
        assert row["note"] == given["note"]
        if given["source"]:
            assert catalogue.sources()[given["source"]].title in row["source"]


def keyed(table: list[list[str]]) -> list[dict[str, str]]:
    head, *body = table
    return [dict(zip(head, row, strict=True)) for row in body] if head[0] == "key" else []


def test_the_scenario_can_be_downloaded_and_run_again(ai1: Results, drawn: Page) -> None:
    (link,) = (a for tag, a in drawn.tags if tag == "a" and "download" in a)
    assert link["download"] == "ai1.yaml"
    encoded = link["href"].removeprefix("data:application/yaml;base64,")
    assert base64.b64decode(encoded).decode() == ai1.manifest["scenario"]["text"]
    text = "".join(drawn.text)
    assert "sunstack run ai1.yaml --set simulation.duration_hours=3" in text
    assert ai1.manifest["scenario"]["sha256"] in text


# --- what it holds -------------------------------------------------------------------------------


def test_the_page_loads_nothing_from_anywhere(drawn: Page) -> None:
    assert not {"iframe", "object", "embed", "svg"} & {tag for tag, _ in drawn.tags}
    for tag, attributes in drawn.tags:
        for name in ("src", "srcset", "data", "poster", "action"):
            assert attributes.get(name, "data:").startswith("data:"), (tag, attributes)
        if tag == "link":
            assert attributes["href"] == "data:,"
    styles = [text for attributes, text in drawn.scripts if not attributes]
    assert not re.search(
        r"@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon", "".join(styles)
    )


def test_only_the_page_s_own_programs_may_run(drawn: Page) -> None:
    (policy,) = (a["content"] for tag, a in drawn.tags if tag == "meta" and "http-equiv" in a)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    inline = [
        text
        for (a, text), tag in zip(drawn.scripts, script_tags(drawn), strict=True)
        if tag == "script" and not a
    ]
    (packed,) = (text for a, text in drawn.scripts if a.get("id") == "plotly")
    programs = [*inline, gzip.decompress(base64.b64decode(packed)).decode()]
    hashed = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in programs
    ]
    assert rules["script-src"].split() == [f"'sha256-{found}'" for found in hashed]
    assert len(programs) == 2


def script_tags(page: Page) -> list[str]:
    return [tag for tag, _ in page.tags if tag in ("script", "style")]


def test_links_lead_to_sections_or_sources(drawn: Page) -> None:
    anchors = [attributes["id"] for _, attributes in drawn.tags if "id" in attributes]
    assert len(anchors) == len(set(anchors))
    known = {f"#{anchor}" for anchor in anchors} | {
        source.url for source in catalogue.sources().values() if source.url
    }
    links = [a["href"] for tag, a in drawn.tags if tag == "a" and "download" not in a]
    assert set(links) <= known
    assert any(link.startswith("https://") for link in links)


HOSTILE = "</title></style><script>alert(1)</script>'\"&<img src=x onerror=alert(1)>"


def test_hostile_text_stays_text(ai1: Results, drawn: Page) -> None:
    summary = {**ai1.summary, "name": HOSTILE, "description": HOSTILE, "caveats": [HOSTILE]}
    told = {**ai1.manifest["scenario"], "path": HOSTILE, "text": f"</code></pre>{HOSTILE}"}
    manifest = {
        **ai1.manifest,
        "scenario": told,
        "inputs": [{**one, "note": HOSTILE} for one in ai1.manifest["inputs"]],
    }
    hostile = read(with_groups(changed(ai1, summary=summary, manifest=manifest), [HOSTILE]))
    caveats = len(ai1.summary["caveats"]) - 1
    plain = [tag for tag, _ in drawn.tags]
    made = [tag for tag, _ in hostile.tags] + ["li"] * caveats
    # Dots in a group's name may add places to break a line; nothing else may come in.
    assert sorted(tag for tag in made if tag != "wbr") == sorted(
        tag for tag in plain if tag != "wbr"
    )
    assert HOSTILE in "".join(hostile.text)
    assert not any(name.startswith("on") for _, a in hostile.tags for name in a)


# --- its figures ---------------------------------------------------------------------------------


def as_it_is(results: Results) -> Results:
    return results


def thirty_five_groups(results: Results) -> Results:
    return with_groups(results, [f"shell-{500 + 10 * k}-km-{'north' * (k % 9)}" for k in range(35)])


@pytest.mark.parametrize("made", [as_it_is, absurd, thirty_five_groups])
def test_every_figure_stands_in_the_page_with_its_table(
    ai1: Results, made: Callable[[Results], Results]
) -> None:
    results = made(ai1)
    page, figures = read(results), report.figures(results)
    carried = [json.loads(text) for a, text in page.scripts if a.get("class") == "data"]
    assert [one for one in carried if "layout" in one] == list(figures.values())
    ids = [a["id"] for tag, a in page.tags if tag == "figure" and a["class"] == "chart"]
    assert ids == list(figures)
    plots = [a for tag, a in page.tags if a.get("class") == "plot"]
    assert all(a["role"] == "group" and a["aria-label"] for a in plots)
    tables = [a for tag, a in page.tags if tag == "details" and a.get("class") == "figures"]
    assert len(plots) == len(tables) == len(figures) > 0


def test_plotly_takes_every_figure(ai1: Results) -> None:
    for figure in report.figures(ai1).values():
        plotly.graph_objects.Figure(figure)  # raises on a name or a value Plotly does not know


def test_of_many_groups_six_are_named_and_all_are_listed(ai1: Results) -> None:
    page = read(thirty_five_groups(ai1))
    assert len(rows(page, "Groups")) == len(rows(page, "Margins by group")) == 35
    figures = report.figures(thirty_five_groups(ai1))
    for name in ("year-time-in-sunlight", "year-payload-power"):
        traces = figures[name]["data"]
        thin = [trace for trace in traces if trace["line"]["width"] < 1.0]
        assert (len(traces) - len(thin), len(thin)) == (6, 29 + 1)
        assert [trace["name"] for trace in thin if trace.get("meta")] == ["29 other groups"]


def test_a_design_that_gives_nothing_is_shown_as_it_is(ai1: Results) -> None:
    page = read(absurd(ai1))
    (row,) = rows(page, "Groups")
    assert row["payload, first year, kW"] == "0"
    (margins,) = rows(page, "Margins by group")
    assert margins["mass"].startswith(f"{MINUS}100.0")
    assert margins["closes"] == "no"
    text = "".join(page.text)
    assert not re.search(r"\b(nan|inf|None)\b", text)


def test_the_page_is_the_same_each_time(ai1: Results) -> None:
    assert report.html(ai1) == report.html(ai1)
