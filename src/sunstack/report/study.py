"""What does the report of a study say? One section for each thing that was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .blocks import (
    Block,
    Chart,
    Charts,
    KeyNumber,
    KeyNumbers,
    Prose,
    Section,
    Table,
    number,
    text,
)
from .figures import Line, line_figure
from .figures.studies import (
    Share,
    Swing,
    histogram_figure,
    shares_figure,
    tornado_figure,
)
from .numerals import MINUS
from .study_curves import Tree, breakeven, ladder, sweep, told
from .study_designs import compare, optimise

MOST_SWINGS = 20
SWING_COLUMNS = {
    "low": "low",
    "value": "value",
    "high": "high",
    "at_low": "at low",
    "at_value": "as it is",
    "at_high": "at high",
    "at_low_by_slope": "low, slope",
    "at_high_by_slope": "high, slope",
}
TITLES = {
    "montecarlo": "How sure is it?",
    "sensitivity": "Which numbers decide it?",
    "sweep": "How does it run?",
    "breakeven": "Where does it turn?",
    "optimise": "How good can it be?",
    "ladder": "What would have to be true?",
    "compare": "In what do they differ?",
}
MEANINGS = {
    "montecarlo": "Every number that has a low and a high is drawn from a triangle between them "
    "whose top is the value itself.",
    "sensitivity": "One at a time: each input at its low and at its high, all others as they are. "
    "All at once: shares of the variance when all are drawn, with 95 % intervals.",
    "sweep": "The scenario evaluated at each point; all else as it is.",
    "breakeven": "Where the difference of the two sides is zero.",
    "optimise": "Sequential quadratic programming on exact slopes, from several starts, with every "
    "margin and every level asked for as a limit.",
    "compare": "The same outcomes of both designs as they are; what is alike is left out.",
    "ladder": "At every rung the input that helps most is moved to its better end.",
}


def sections(summary: Tree) -> list[Section]:
    """Draw a study's summary."""
    drawn = {
        "montecarlo": _montecarlo,
        "sensitivity": _sensitivity,
        "sweep": sweep,
        "breakeven": breakeven,
        "optimise": optimise,
        "ladder": ladder,
        "compare": compare,
    }[summary["kind"]]
    return [*drawn(summary), _asked(summary)]


# --- drawn ----------------------------------------------------------------------------------------


def _montecarlo(summary: Tree) -> list[Section]:
    found = []
    for place, (name, one) in enumerate(summary["objectives"].items()):
        blocks: list[Block] = [_distribution(name, one)]
        if one.get("histogram", {}).get("edges"):
            blocks.append(
                Charts(
                    charts=[histogram_chart(place, name, one), convergence_chart(place, name, one)]
                )
            )
        blocks.append(_together(one))
        found.append(Section(name=f"objective-{place}", title=name, blocks=blocks))
    return [_closing(summary), *found]


def _closing(summary: Tree) -> Section:
    broken = sorted(summary["broken_fraction"].items(), key=lambda item: -item[1])
    rows = [[name, f"{100.0 * share:.1f}"] for name, share in broken]
    items = [
        KeyNumber(label="draws", value=f"{summary['asked']['samples']:,}"),
        KeyNumber(label="close", value=f"{100.0 * summary['closing_fraction']:.1f} %"),
        KeyNumber(
            label="contradict themselves",
            value=f"{100.0 * summary['contradictory_fraction']:.1f} %",
            note="left out",
        ),
    ]
    table = Table(
        caption="Draws in which a margin is broken.",
        columns=[text("margin"), number("%")],
        rows=rows,
    )
    return Section(
        name="closing",
        title="How often does the design close?",
        blocks=[KeyNumbers(items=items), table],
    )


def _distribution(name: str, one: Tree) -> KeyNumbers:
    if "mean" not in one:
        return KeyNumbers(items=[KeyNumber(label="draws", value=str(one["count"]))])
    at = {quantile["share"]: quantile for quantile in one["quantiles"]}
    return KeyNumbers(
        items=[
            KeyNumber(
                label="mean",
                value=told(one["mean"]),
                note=f"± {told(1.96 * one['mean_standard_error'])}",
            ),
            *(
                KeyNumber(
                    label=f"P{100.0 * share:.0f}",
                    value=told(at[share]["value"]),
                    note=f"{told(at[share]['low'])} to {told(at[share]['high'])}",
                )
                for share in (0.1, 0.5, 0.9)
            ),
        ]
    )


def histogram_chart(place: int | str, name: str, one: Tree) -> Chart:
    """Draw how draws are distributed."""
    edges, counts = one["histogram"]["edges"], one["histogram"]["counts"]
    marks = [
        (f"P{100.0 * quantile['share']:.0f}", quantile["value"])
        for quantile in one["quantiles"]
        if quantile["share"] in (0.1, 0.5, 0.9)
    ]
    rows = [
        [told(low), told(high), f"{count:,.0f}"]
        for low, high, count in zip(edges, edges[1:], counts, strict=False)
    ]
    return Chart(
        name=f"histogram-{place}",
        title="Distribution",
        description=f"Histogram of {name} over all draws.",
        figure=histogram_figure(x_label=name, edges=edges, counts=counts, marks=marks),
        table=Table(
            caption=f"Draws of {name} by value.",
            columns=[number("from"), number("to"), number("draws")],
            rows=rows,
        ),
    )


def convergence_chart(place: int | str, name: str, one: Tree) -> Chart:
    """Draw what the first draws tell, twice as many each time."""
    steps = [step for step in one["convergence"] if "mean" in step]
    count = [float(step["count"]) for step in steps]
    lines = [
        Line(label=label, x=count, y=[step[key] for step in steps], look=look)
        for look, (label, key) in enumerate(
            (("mean", "mean"), ("P10", "p10"), ("P50", "p50"), ("P90", "p90"))
        )
    ]
    figure = dict(line_figure(x_label="first draws", y_label=name, lines=lines))
    figure["layout"]["xaxis"] |= {"type": "log", "range": None, "autorange": True}
    rows = [
        [f"{step['count']:,}", *(told(step[key]) for key in ("mean", "p10", "p50", "p90"))]
        for step in steps
    ]
    return Chart(
        name=f"convergence-{place}",
        title="Does it still move?",
        description=f"Mean and quantiles of {name} over the first draws.",
        figure=figure,
        table=Table(
            caption=f"{name} over the first draws.",
            columns=[number(name) for name in ("draws", "mean", "P10", "P50", "P90")],
            rows=rows,
        ),
    )


def _together(one: Tree) -> Table:
    ranked = one["rank_correlations"][:MOST_SWINGS]
    return Table(
        caption="Inputs it goes with: Spearman's rank correlation over the draws.",
        columns=[text("input"), number("correlation")],
        rows=[[item["key"], f"{item['ratio']:+.2f}".replace("-", MINUS)] for item in ranked],
    )


def _sensitivity(summary: Tree) -> list[Section]:
    found = []
    for place, (name, swings) in enumerate(summary["tornado"].items()):
        charts = [tornado_chart(place, name, swings[:MOST_SWINGS])]
        indices = summary["sobol"][name]["indices"]
        if indices:
            charts.append(indices_chart(place, name, summary["sobol"][name]))
        found.append(
            Section(
                name=f"objective-{place}",
                title=name,
                blocks=[Charts(charts=charts, is_wide=True)],
            )
        )
    return found


def tornado_chart(
    place: int | str, name: str, swings: Sequence[Tree], *, called: Callable[[str], str] = str
) -> Chart:
    """Draw swings with one input moved at a time, each input called by its key or as told."""

    def at(one: Tree, end: str) -> str:
        return f"{one['key']} {told(one[end])} {one['unit']}: {told(one[f'at_{end}'])}"

    figure = tornado_figure(
        x_label=name,
        value=swings[0]["at_value"] if swings else 0.0,
        swings=[
            Swing(
                label=called(one["key"]),
                at_low=one["at_low"],
                at_high=one["at_high"],
                low_text=at(one, "low"),
                high_text=at(one, "high"),
            )
            for one in swings
        ],
    )
    has_slopes = bool(swings) and "at_low_by_slope" in swings[0]
    keys = list(SWING_COLUMNS)[: None if has_slopes else -2]
    return Chart(
        name=f"tornado-{place}",
        title="One at a time",
        description=f"{name} with each input at its low and at its high, the widest swing on top.",
        figure=figure,
        table=Table(
            caption=f"{name} with one input moved"
            + ("; beside it what its exact slope makes of it." if has_slopes else "."),
            columns=[text("input"), *(number(SWING_COLUMNS[key]) for key in keys)],
            rows=[[one["key"], *(told(one[key]) for key in keys)] for one in swings],
        ),
    )


def indices_chart(
    place: int | str, name: str, one: Tree, *, called: Callable[[str], str] = str
) -> Chart:
    """Draw shares of the variance, each input called by its key or as told."""
    shares = [
        Share(
            label=called(index["key"]),
            values=(index["first_ratio"], index["total_ratio"]),
            half_widths=(index["first_half_width_ratio"], index["total_half_width_ratio"]),
        )
        for index in one["indices"]
    ]
    rows = [
        [
            index["key"],
            f"{index['first_ratio']:.3f} ± {index['first_half_width_ratio']:.3f}",
            f"{index['total_ratio']:.3f} ± {index['total_half_width_ratio']:.3f}",
        ]
        for index in one["indices"]
    ]
    names = ("S1, by itself", "ST, in all it has a part in")
    return Chart(
        name=f"sobol-{place}",
        title=f"All at once, {one['evaluation_count']:,} evaluations",
        description=f"Sobol's indices of {name}, with their 95 % intervals.",
        figure=shares_figure(x_label="share of the variance", names=names, shares=shares),
        table=Table(
            caption=f"Shares of the variance of {name}.",
            columns=[text("input"), number(names[0]), number(names[1])],
            rows=rows,
        ),
    )


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_written(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_written(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _asked(summary: Tree) -> Section:
    asked = summary["asked"].items()
    rows = [[key, _written(value)] for key, value in asked if value not in ([], {}, "")]
    return Section(
        name="asked",
        title="What was asked",
        blocks=[
            Prose(text=MEANINGS[summary["kind"]]),
            Table(
                caption=f"Scenario {summary['scenario']}.",
                columns=[text("asked"), text("value")],
                rows=rows,
            ),
        ],
    )
