"""How much traffic would the network carry, what cuts it, and how fast would its groups train?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..blocks import Block, Chart, Charts, Folded, Points, Prose, Table, number, text
from ..figures import Bar, Figure, bar_figure, laid_out
from ..numerals import MEAN_DIGITS, SPACE, people, percent, quantity, rate, significant, whole

BEFORE = "This run was made before Sunstack weighed what its network carries."
WORKING = (
    "As many of each group's satellites work as in the delays above; an access constellation's all."
)
BIT_PER_KBIT = 1e3
LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))

Tree = Mapping[str, Any]


def capacity(found: Tree) -> Iterator[Block]:
    """Tell what cities get of computers and of each other, the cuts, gateways and training."""
    if not found.get("capacity"):
        yield Prose(text=BEFORE)
        return
    told = found["capacity"]
    yield _to_computers(told)
    yield _between_cities(told)
    if told["cities"].get("cuts"):
        yield Charts(heading="What cuts it", charts=[_cuts(told["cities"])], is_wide=True)
    yield Prose(text=_gateways(told))
    yield from _training(told)
    yield Folded(
        summary="What the capacity rests on", blocks=[Points(items=[WORKING, *told["caveats"]])]
    )


def _to_computers(told: Tree) -> Prose:
    found = told["computers"]
    tokens = told["kbit_per_person"] * BIT_PER_KBIT / told["bits_per_token"]
    asking = (
        f"Were each of the {people(told['people'])} people of the {whole(told['city_count'])} "
        f"largest cities to ask {quantity(tokens, 'tokens', MEAN_DIGITS)} a second of computers in "
        f"orbit, {rate(told['asked_gbit_per_s'])} in all"
    )
    if "unreachable" in found:
        return Prose(text=f"{asking}, nothing would come: {found['unreachable']}.", tone="bad")
    view = found["in_view"]
    return Prose(
        text=f"{asking}, the network would let pass "
        f"{share_of(found['share_ratio'], found['share_at_most_ratio'])} what each city asks: "
        f"{rate(found['gbit_per_s'])}, {large(found['tokens_per_s'])} tokens a "
        f"second. What cuts it: the satellites over {_full(found)}; in view of all cities are "
        f"{whole(view['satellites'])}, of {rate(view['gbit_per_s'])} together."
        f"{_lost(found)}",
        tone="plain" if found["share_ratio"] >= 1.0 else "bad",
    )


def large(number: float) -> str:
    """A number of tokens or parameters."""
    factor, name = next((one for one in LARGE if number >= one[0]), (1.0, ""))
    return quantity(number / factor, name, MEAN_DIGITS)


def _full(found: Tree) -> str:
    """The cities whose satellites are full, the first of them by name."""
    more = found["full_count"] - len(found["full"])
    named = ", ".join(found["full"])
    return f"{named} and {whole(more)} more" if more else named


def _lost(found: Tree) -> str:
    lost = 1.0 - found["reached_fraction"]
    return f" No way leads to {percent(lost)} of what is asked." if lost > 1e-6 else ""


def share_of(least: float, most: float) -> str:
    """A bracket, as shares of what is asked or as multiples where it is more than all."""
    if most > 1.0:
        low, high = (significant(one, MEAN_DIGITS, is_computed=True) for one in (least, most))
        return f"{low} times" if low == high else f"{low} to {high} times"
    low, high = percent(least), percent(most)
    return f"{low} of" if low == high else f"{low} to {high} of"


def _between_cities(told: Tree) -> Prose:
    found = told["cities"]
    where = ""
    if "shell" in found:
        where = (
            f" over the lasers of {found['shell']}, {whole(found['planes'])} planes of "
            f"{whole(found['slots'])} satellites at {whole(found['altitude_km'])} km"
        )
    if "unreachable" in found:
        return Prose(
            text=f"From city to city{where} nothing is carried: {found['unreachable']}.", tone="bad"
        )
    gap = found["share_at_most_ratio"] / found["share_ratio"] - 1.0
    return Prose(
        text=f"Were they to ask as much of each other, every two cities as the product of their "
        f"people, {rate(found['gbit_per_s'])} would be carried{where}: "
        f"{share_of(found['share_ratio'], found['share_at_most_ratio'])} what each pair asks. No "
        f"routing carries more than {rate(found['at_most_gbit_per_s'])}: what was found falls "
        f"short of that proof by {percent(gap)} at most. What cuts it: {found['what_cuts']}."
        f"{_lost(found)}{_blind(found['see_nothing'])}",
        tone="plain" if found["share_ratio"] >= 1.0 else "bad",
    )


def _blind(names: Sequence[str]) -> str:
    if not names:
        return ""
    return f" {names[0]} sees none of its satellites" + (
        f", nor do {whole(len(names) - 1)} more." if names[1:] else "."
    )


# --- cuts -----------------------------------------------------------------------------------------


def _cuts(found: Tree) -> Chart:
    """How full each cut is with what is carried, the fullest first."""
    ranked = sorted(found["cuts"], key=lambda one: float(one["ratio"]))
    bars = [_bar(one, found["share_ratio"], is_first=not place) for place, one in enumerate(ranked)]
    bars.insert(1, _asked(ranked[0]))
    return Chart(
        name="network-cuts",
        title="City to city: how full each cut is",
        description="; ".join(f"{bar.label} {bar.text}" for bar in bars),
        figure=_to_the_full(bar_figure(x_label="% of what the cut lets pass", bars=bars)),
        table=_cut_table(ranked, found["share_ratio"]),
    )


def _to_the_full(figure: Figure) -> Figure:
    """The room for texts beyond a full bar is no part of the scale, unless more is asked."""
    if max(figure["data"][0]["x"]) > 100.0:
        return figure
    return laid_out(figure, xaxis={**figure["layout"]["xaxis"], "tickvals": [0, 25, 50, 75, 100]})


def _bar(cut: Tree, carried_ratio: float, *, is_first: bool) -> Bar:
    full = carried_ratio / cut["ratio"]
    return Bar(
        label=_short(cut["cut"]),
        end=100.0 * full,
        text=f"{significant(100.0 * full, 2)}{SPACE}% of {rate(cut['gbit_per_s'])}",
        colour="series-1" if is_first else "series-0",
        is_marked=is_first,
    )


def _asked(cut: Tree) -> Bar:
    """What would cross the fullest cut were all carried that is asked."""
    full = 1.0 / cut["ratio"]
    return Bar(
        label="asked to cross it",
        end=100.0 * full,
        text=f"{significant(100.0 * full, 2)}{SPACE}%, {rate(cut['asked_gbit_per_s'])}",
        colour="neutral",
    )


def _short(cut: str) -> str:
    """Of cities that share satellites no more than fits beside a bar."""
    return cut.removeprefix("satellites ") if cut.startswith("satellites over") else cut


def _cut_table(cuts: Sequence[Tree], carried_ratio: float) -> Table:
    return Table(
        caption="Cuts between cities: most of every demand that each lets pass",
        columns=[
            text("cut"),
            number("lets pass"),
            number("carried over it"),
            number("asked to cross it"),
            number("lets pass, times what is asked"),
        ],
        rows=[
            [
                one["cut"],
                rate(one["gbit_per_s"]),
                rate(carried_ratio * one["asked_gbit_per_s"]),
                rate(one["asked_gbit_per_s"]),
                significant(one["ratio"], MEAN_DIGITS),
            ]
            for one in cuts
        ],
    )


# --- gateways and training ------------------------------------------------------------------------


def _gateways(told: Tree) -> str:
    found = told["gateways"]
    if "unreachable" in found:
        return f"Gateways send nothing up: {found['unreachable']}."
    seen, every = found["see_a_satellite"], found["gateways"]
    seeing = f"All {whole(every)} gateways see"
    if seen < every:
        seeing = f"Of {whole(every)} gateways {whole(seen)} see"
    return (
        f"{seeing} a satellite and send up {rate(found['gbit_per_s'])} together, a channel of "
        f"{found['radio']} each: a training set of {quantity(told['training_tb'], 'TB')} takes "
        f"{quantity(found['training_set_hours'], 'hours', MEAN_DIGITS)}."
    )


def _training(told: Tree) -> Iterator[Block]:
    """What each group's lasers make of the exchanges of training, or why they make none."""
    size = told["parameters"] * told["bytes_per_parameter"] / 1e9
    made = [one for one in told["training"] if "unreachable" not in one]
    if made:
        yield Prose(
            text=f"To train {large(told['parameters'])} parameters, "
            f"{quantity(size, 'GB', MEAN_DIGITS)} of gradients must be summed over all satellites "
            f"of a fabric: {_span(made, 'all_reduce_s')}{SPACE}s with nothing else on the lasers. "
            f"Switches on the ground would let {_span(made, 'clos_over_bisection')} times as much "
            f"pass between halves of a fabric."
        )
        yield _exchanges(made)
    none = [one for one in told["training"] if "unreachable" in one]
    if none:
        yield Points(
            items=[f"{one['group']} exchanges nothing: {one['unreachable']}." for one in none]
        )


def _span(made: Sequence[Tree], key: str) -> str:
    values = [float(one[key]) for one in made]
    least, most = (significant(one, MEAN_DIGITS) for one in (min(values), max(values)))
    return least if least == most else f"{least} to {most}"


def _exchanges(made: Sequence[Tree]) -> Table:
    columns = (
        text("joined as"),
        number("all-reduce, s"),
        number("all to all, s"),
        number("neighbours, s"),
        number("each to all"),
        number("between halves"),
        number("the ground's over it"),
    )
    return Table(
        caption="Exchanges of training by group, one fabric of each",
        columns=[text("group"), *columns],
        rows=[
            [
                one["group"],
                joined(one),
                significant(one["all_reduce_s"], MEAN_DIGITS),
                significant(one["all_to_all_s"], MEAN_DIGITS),
                significant(one["neighbours_s"], MEAN_DIGITS),
                rate(one["all_to_all_gbit_per_s"]),
                rate(1e3 * one["bisection_tbit_per_s"]),
                significant(one["clos_over_bisection"], MEAN_DIGITS),
            ]
            for one in made
        ],
    )


def joined(one: Tree) -> str:
    """A group's fabric: what it is, how large, and how many like it there are."""
    size = f"{one['slots']}" if one["joining"] == "ring" else f"{one['planes']}×{one['slots']}"
    many = f"{whole(one['fabrics'])} × " if one["fabrics"] > 1 else ""
    return f"{many}{one['joining']} {size}"
