"""Does a comparison show what differs, hide what does not, and put both on the same axes?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import pytest

from sunstack import report, scenario
from sunstack.report.blocks import (
    Chart,
    Charts,
    Folded,
    KeyNumber,
    KeyNumbers,
    Pair,
    Points,
    Prose,
    Same,
    Section,
    Table,
    number,
    text,
)
from sunstack.report.comparison import compared, differences, on_the_same_axes
from sunstack.report.figures import Bar, Figure, Line, bar_figure, line_figure
from sunstack.results import Results
from sunstack.scenario import Document

AI1 = Path(__file__).parents[1] / "scenarios" / "ai1.yaml"
SHORT = "simulation.duration_hours=3"


def blocks(*of: Any) -> list[Section]:
    return [Section(name="s", title="S", blocks=of)]


def joined(one: Any, other: Any) -> list[Any]:
    (section,) = compared(blocks(one), blocks(other))
    return list(section.blocks)


def table(*rows: tuple[str, str], caption: str = "t") -> Table:
    return Table(
        caption=caption, columns=[text("name"), number("kg")], rows=[list(r) for r in rows]
    )


def chart(end: float) -> Chart:
    return Chart(
        name="c",
        title="C",
        description="",
        figure=bar_figure(x_label="kg", bars=[Bar(label="b", end=end, text=f"{end}")]),
        table=table(("b", f"{end}")),
    )


def test_what_is_alike_stands_once() -> None:
    note, same = joined(Points(items=["a"]), Points(items=["a"]))
    assert isinstance(note, Prose) and note.text == "No difference."
    assert same == Same(blocks=[Points(items=["a"])])


def test_what_leads_a_reader_in_is_never_hidden() -> None:
    lead, pair = compared(
        blocks(Prose(text="a"), Prose(text="x")), blocks(Prose(text="y"), Prose(text="a"))
    )[0].blocks
    assert lead == Prose(text="a")
    assert pair == Pair(first=[Prose(text="x")], second=[Prose(text="y")])


def test_charts_are_paired_by_what_they_show_not_by_their_place() -> None:
    one, other = (changed(chart(10.0), title=title) for title in ("of a", "of b"))
    moved = [changed(other, name="c0"), changed(one, name="c1", description="moved")]
    first = Charts(charts=[changed(one, name="c0"), changed(other, name="c1")])
    pairs = joined(first, Charts(charts=moved))
    titles = [
        [column[0].charts[0].title for column in (pair.first, pair.second)]
        for pair in pairs
        if isinstance(pair, Pair)
    ]
    assert titles == [["of a", "of a"], ["of b", "of b"]]
    (lonely,) = [
        b for b in joined(Charts(charts=[one]), Charts(charts=[other])) if "B" in b.heading
    ]
    assert lonely.heading == "Only in B"


def test_what_differs_stands_side_by_side() -> None:
    (pair,) = joined(Prose(text="a"), Prose(text="b"))
    assert pair == Pair(first=[Prose(text="a")], second=[Prose(text="b")])


def test_a_row_that_differs_stands_twice_and_one_alike_once() -> None:
    (one,) = joined(table(("x", "1"), ("y", "2")), table(("x", "1"), ("y", "3"), ("z", "4")))
    assert [column.heading for column in one.columns] == ["name", "run", "kg"]
    assert one.rows == [
        ["x", "both", "1"],
        ["y", "A", "2"],
        ["y", "B", "3"],
        ["z", "B", "4"],
    ]
    assert one.same == [True, False, False, False]


def test_a_block_that_one_run_lacks_leaves_its_column_empty() -> None:
    (section,) = compared(
        blocks(table(("x", "1"), caption="only in A")), blocks(table(("x", "1"), caption="in B"))
    )
    assert [bool(pair.first) for pair in section.blocks if isinstance(pair, Pair)] == [True, False]


def test_sentences_and_numbers_alike_are_parted_from_those_that_differ() -> None:
    same, pair = joined(Points(items=["a", "b"]), Points(items=["a", "c"]))
    assert same == Same(blocks=[Points(items=["a"])])
    assert pair == Pair(first=[Points(items=["b"])], second=[Points(items=["c"])])
    one, two, three = (KeyNumber(label=label, value="1") for label in "abc")
    pair, same = joined(KeyNumbers(items=[one, two]), KeyNumbers(items=[one, three]))
    assert pair == Pair(first=[KeyNumbers(items=[two])], second=[KeyNumbers(items=[three])])
    assert same == Same(blocks=[KeyNumbers(items=[one])])


def test_folded_parts_stand_open_where_they_differ() -> None:
    (one,) = joined(
        Folded(summary="power: 3 values", blocks=[table(("x", "1"))]),
        Folded(summary="power: 4 values", blocks=[table(("x", "2"))]),
    )
    assert one.is_open
    assert one.blocks[0].same == [False, False]


def test_charts_get_names_of_their_own_and_the_same_axes() -> None:
    (pair,) = joined(Charts(charts=[chart(10.0)]), Charts(charts=[chart(40.0)]))
    first, second = (column[0].charts[0] for column in (pair.first, pair.second))
    assert (first.name, second.name) == ("c-a", "c-b")
    ends = [one.figure["layout"]["xaxis"]["range"] for one in (first, second)]
    assert ends[0] == ends[1]
    assert ends[0][1] > 40.0


def test_axes_without_given_ends_are_left_alone() -> None:
    free: Figure = {"data": [{"zmax": 3.0}], "layout": {"xaxis": {}, "yaxis": {"range": [0, 1]}}}
    held: Figure = {
        "data": [{"zmax": 5.0}],
        "layout": {"xaxis": {"range": [0, 1]}, "yaxis": {"range": [-1, 0]}},
    }
    one, other = on_the_same_axes(free, held)
    assert one["layout"] == {"xaxis": {}, "yaxis": {"range": [-1, 1]}}
    assert other["layout"] == {"xaxis": {"range": [0, 1]}, "yaxis": {"range": [-1, 1]}}
    assert one["data"] == other["data"] == [{"zmax": 5.0}]


def test_axes_of_different_units_or_kinds_are_not_taken_for_the_same() -> None:
    lines = [Line(label="a", x=[0.0, 1.0], y=[0.0, 2.0])]
    small, large, other = (
        line_figure(x_label="years", y_label=f"power, {unit}", lines=lines, y_range=(0.0, end))
        for unit, end in (("kW", 3.0), ("kW", 9.0), ("GW", 5.0))
    )
    joined = [figure["layout"]["yaxis"]["range"] for figure in on_the_same_axes(small, large)]
    assert joined == [[0.0, 9.0], [0.0, 9.0]]
    apart = [figure["layout"]["yaxis"]["range"] for figure in on_the_same_axes(small, other)]
    assert apart == [[0.0, 3.0], [0.0, 5.0]]
    factors = line_figure(
        x_label="years",
        y_label="power, kW",
        lines=lines,
        y_range=(1.0, 10.0),
        y_is_logarithmic=True,
    )
    ends = [figure["layout"]["yaxis"]["range"] for figure in on_the_same_axes(small, factors)]
    assert ends == [[0.0, 3.0], [0.0, 1.0]]


@pytest.fixture(scope="module")
def runs(finished: Callable[[Document], Results]) -> tuple[Results, Results]:
    return (
        finished(scenario.load(AI1, [SHORT])),
        finished(scenario.load(AI1, [SHORT, "thermal.radiator_area_m2=140"])),
    )


def test_differences_name_the_input_that_was_changed(runs: tuple[Results, Results]) -> None:
    found = differences(*runs)
    assert {"key": "thermal.radiator_area_m2", "a": 110.0, "b": 140.0} in found["inputs"]
    summary = {one["key"]: one for one in found["summary"]}
    margin = summary["groups.dawn-dusk.margins.radiator_heat"]
    assert margin["a"] == runs[0].summary["groups"][0]["margins"]["radiator_heat"]
    assert margin["b"] > margin["a"]
    # Light does not depend on a radiator.
    assert not any("sunlit" in key for key in summary)


def test_a_run_differs_from_itself_in_nothing(runs: tuple[Results, Results]) -> None:
    assert differences(runs[0], runs[0]) == {"summary": [], "inputs": []}
    page = report.compared_html(("a", runs[0]), ("b", runs[0]))
    assert page.count("No difference.") >= 8


def test_a_group_that_only_one_run_has_is_told(runs: tuple[Results, Results]) -> None:
    (group,) = runs[0].summary["groups"]
    summary = {**runs[0].summary, "groups": [{**group, "name": "other"}]}
    found = {
        one["key"] for one in differences(runs[0], changed(runs[0], summary=summary))["summary"]
    }
    assert {"groups.dawn-dusk", "groups.other"} <= found
