"""Does the page say what the results say, hold everything it shows, and bear any text?"""

from __future__ import annotations

import base64
import copy
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sunstack import catalogue, report, scenario
from sunstack.results import Results
from sunstack.run import run

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
    drawings: list[list[tuple[dict[str, str], str]]] = field(default_factory=list)
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
        if tag == "svg":
            self.drawings.append([])
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
        self.text.append(data)
        if "caption" in self._open:
            self._caption += data
        elif "th" in self._open or "td" in self._open:
            self.tables[self._caption][-1][-1] += data
        if self._open and self._open[-1] == "text":
            self.drawings[-1].append((self._attributes[-1], data))

    def finished(self) -> Page:
        assert self._open == []
        return self


def read(results: Results) -> Page:
    page = Page()
    page.feed(report.html(results))
    page.close()
    return page.finished()


@pytest.fixture(scope="session")
def ai1() -> Results:
    """One satellite for three hours: a real run, as small as there is."""
    return run(scenario.load(AI1, ["simulation.duration_hours=3"]))


@pytest.fixture(scope="session")
def page(ai1: Results) -> Page:
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
    for table in ("days", "orbit"):
        parts = [tables[table].with_columns(group=pl.lit(name)) for name in names]
        tables[table] = pl.concat(parts)
    return changed(results, summary={**results.summary, "groups": groups}, tables=tables)


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


def test_the_verdict_stands_first_and_in_full(ai1: Results, page: Page) -> None:
    text = "".join(page.text)
    assert ai1.summary["verdict"] in text
    assert text.index(ai1.summary["verdict"]) < text.index("A margin is")
    assert "a model, not a measurement" in text
    assert ai1.manifest["run"]["finished"][:10] in text


def test_the_fleet_s_table_holds_the_summary_s_figures(ai1: Results, page: Page) -> None:
    (row,), (group,) = rows(page, "Groups"), ai1.summary["groups"]
    first, last = group["first_year"], group["last_year"]
    assert row["group"] == "dawn-dusk"
    assert row["satellites"] == "1"
    assert row["sunlit, first year"] == f"{100 * first['sunlit_fraction']:.1f}{SPACE}%"
    assert row["sunlit, last year"] == f"{100 * last['sunlit_fraction']:.1f}{SPACE}%"
    assert row["longest eclipse, min"] == f"{first['eclipse_longest_s'] / 60:.1f}"
    assert row["radiator, °C"] == f"{first['radiator_temperature_k'] - 273.15:.1f}"
    for name, year in (("first", first), ("last", last)):
        shown = value(row[f"payload, {name} year, kW"])
        assert shown == pytest.approx(year["payload_power_w"] / 1e3, rel=FOUR_DIGITS)


def test_every_margin_stands_in_the_table_and_beside_its_bar(ai1: Results, page: Page) -> None:
    (row,), (group,) = rows(page, "Margins by group"), ai1.summary["groups"]
    drawn = [text for drawing in page.drawings for _, text in drawing]
    for name, margin in group["margins"].items():
        written = f"{100 * margin:+.1f}{SPACE}%".replace("-", MINUS)
        binds = name == group["binding_margin"]
        assert row[name.replace("_", " ")] == written + (" ◂" if binds else "")
        assert written + (" binds" if binds else "") in drawn


def test_the_daily_tables_hold_the_daily_series(ai1: Results, page: Page) -> None:
    days = ai1.tables["days"].sort("day")
    shown = rows(page, "Time in sunlight, %")
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


def test_every_input_stands_with_its_value_and_source(ai1: Results, page: Page) -> None:
    listed = {row["key"]: row for table in page.tables.values() for row in keyed(table)}
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


def test_the_scenario_can_be_downloaded_and_run_again(ai1: Results, page: Page) -> None:
    (link,) = (a for tag, a in page.tags if tag == "a" and "download" in a)
    assert link["download"] == "ai1.yaml"
    encoded = link["href"].removeprefix("data:application/yaml;base64,")
    assert base64.b64decode(encoded).decode() == ai1.manifest["scenario"]["text"]
    text = "".join(page.text)
    assert "sunstack run ai1.yaml --set simulation.duration_hours=3" in text
    assert ai1.manifest["scenario"]["sha256"] in text


# --- what it holds -------------------------------------------------------------------------------


def test_the_page_loads_nothing_from_anywhere(page: Page) -> None:
    assert not {"script", "iframe", "object", "embed"} & {tag for tag, _ in page.tags}
    for tag, attributes in page.tags:
        for name in ("src", "srcset", "data", "poster", "action"):
            assert attributes.get(name, "data:").startswith("data:"), (tag, attributes)
        if tag == "link":
            assert attributes["href"] == "data:,"
    assert not re.search(r"@import|url\(", "".join(page.text))


def test_links_lead_to_sections_or_sources(page: Page) -> None:
    anchors = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(anchors) == len(set(anchors))
    known = {f"#{anchor}" for anchor in anchors} | {
        source.url for source in catalogue.sources().values() if source.url
    }
    links = [a["href"] for tag, a in page.tags if tag == "a" and "download" not in a]
    assert set(links) <= known
    assert any(link.startswith("https://") for link in links)


HOSTILE = "</title></style><script>alert(1)</script>'\"&<img src=x onerror=alert(1)>"


def test_hostile_text_stays_text(ai1: Results, page: Page) -> None:
    summary = {**ai1.summary, "name": HOSTILE, "description": HOSTILE, "caveats": [HOSTILE]}
    told = {**ai1.manifest["scenario"], "path": HOSTILE, "text": f"</code></pre>{HOSTILE}"}
    manifest = {
        **ai1.manifest,
        "scenario": told,
        "inputs": [{**one, "note": HOSTILE} for one in ai1.manifest["inputs"]],
    }
    hostile = read(with_groups(changed(ai1, summary=summary, manifest=manifest), [HOSTILE]))
    caveats = len(ai1.summary["caveats"]) - 1
    plain = [tag for tag, _ in page.tags]
    made = [tag for tag, _ in hostile.tags] + ["li"] * caveats
    # Dots in a group's name may add places to break a line; nothing else may come in.
    assert sorted(tag for tag in made if tag != "wbr") == sorted(
        tag for tag in plain if tag != "wbr"
    )
    assert HOSTILE in "".join(hostile.text)
    assert not any(name.startswith("on") for _, a in hostile.tags for name in a)


# --- how it looks --------------------------------------------------------------------------------


def box(attributes: dict[str, str], text: str) -> tuple[float, float, float, float]:
    """What a label covers, in letters a bit narrower than the widest font's."""
    width, x, y = 6.0 * len(text), float(attributes["x"]), float(attributes["y"])
    style = attributes["class"].split()
    left = x - width if "right" in style else x - width / 2 if "middle" in style else x
    return left, y - 9.0, left + width, y


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def as_it_is(results: Results) -> Results:
    return results


def thirty_five_groups(results: Results) -> Results:
    return with_groups(results, [f"shell-{500 + 10 * k}-km-{'north' * (k % 9)}" for k in range(35)])


@pytest.mark.parametrize("made", [as_it_is, absurd, thirty_five_groups])
def test_no_label_of_a_chart_is_cut_or_covers_another(
    ai1: Results, made: Callable[[Results], Results]
) -> None:
    page = read(made(ai1))
    boxes = [
        float(attributes["viewbox"].split()[side])
        for tag, attributes in page.tags
        if tag == "svg"
        for side in (2, 3)
    ]
    assert page.drawings
    for drawing, width, height in zip(page.drawings, boxes[::2], boxes[1::2], strict=True):
        labels = [(box(attributes, text), text) for attributes, text in drawing]
        for (one, name), (other, second) in combinations(labels, 2):
            assert not overlap(one, other), f"{name!r} over {second!r}"
        for (left, top, right, bottom), text in labels:
            assert left > -6.0 and right < width + 6.0 and top >= 0.0 and bottom <= height, text


def test_of_many_groups_six_are_named_and_all_are_listed(ai1: Results) -> None:
    page = read(thirty_five_groups(ai1))
    assert len(rows(page, "Groups")) == len(rows(page, "Margins by group")) == 35
    lines = [a["class"] for tag, a in page.tags if tag == "polyline"]
    # Two charts of the year: six lines and 29 faint ones; two satellites' orbits: five lines.
    assert lines.count("faint") == 2 * 29
    assert len(lines) - lines.count("faint") == 2 * 6 + 2 * 5
    assert "29 other groups" in "".join(page.text)


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


def test_every_drawing_has_a_name_and_a_description(page: Page) -> None:
    inside: dict[str, Any] = {"svg": 0, "title": 0, "desc": 0}
    for tag, attributes in page.tags:
        if tag in inside:
            inside[tag] += 1
        if tag == "svg":
            assert attributes["role"] == "img"
            assert attributes["aria-label"]
    assert inside["svg"] == inside["desc"] > 0
