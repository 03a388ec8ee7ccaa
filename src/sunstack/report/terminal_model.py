"""How does the answer about a language model on chips in orbit look on a terminal?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

WIDEST = 100
PASS_PARTS = {
    "projections": "around attention",
    "attention": "attention",
    "dense_feed_forward": "feed-forward",
    "routed_experts": "experts",
    "shared_expert": "shared expert",
    "output_head": "output",
    "collectives": "sums over chips",
    "overhead": "engine",
    "total": "in all",
}
LIMITS = {
    "power": "power",
    "memory": "memory",
    "latency": "the bound on the time between tokens",
    "machine": "the machine itself",
}

type Tree = Mapping[str, Any]


def show(answer: Tree) -> None:
    """Print what is served, what stops it, and the tables behind it."""
    console = Console()
    console.width = min(console.width, WIDEST)
    console.print(_heading(answer), highlight=False)
    for line in (*_size(answer), *_served(answer), *_across(answer), _sure(answer)):
        console.print(line, highlight=False)
    for table in (_batches(answer), _power(answer), _passes(answer), _roofline(answer)):
        console.print(table)
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {caveat}[/dim]", highlight=False)


def _heading(answer: Tree) -> str:
    many = answer["satellites"]
    told = f"{many:,} satellites" if many > 1 else "a satellite"
    return (
        f"[bold]{answer['title']} on {told} of {answer['chips']:,} accelerators "
        f"({answer['chip']})[/bold]: {answer['engine']}, {answer['precision']}, "
        f"{answer['input_tokens']:,g} tokens in, {answer['output_tokens']:,g} out, "
        f"{_number(answer['power_kw'])} kW each ({_number(answer['satellite_kw'])} kW a satellite)"
    )


# --- sentences ------------------------------------------------------------------------------------


def _size(answer: Tree) -> Iterator[str]:
    size, unit = answer["size"], answer["unit"]
    some = size["active_parameters"] < 0.9 * size["parameters"]
    active = f", {_big(size['active_parameters'])} of them for a token" if some else ""
    accelerators, satellites = size["fewest_accelerators"], size["fewest_satellites"]
    yield (
        f"{_big(size['parameters'])} parameters{active}: {_number(size['weights_gb'])} GB of "
        f"weights (published {_number(size['published_weights_gb'])}), "
        f"{size['byte_per_token'] / 1e3:,.1f} kB kept for a token, context "
        f"{size['context_tokens']:,.0f}. Fewest that hold it: {accelerators:,} "
        f"{_plural('accelerator', accelerators)}, {satellites:,} "
        f"{_plural('satellite', satellites)}."
    )
    if answer["unreachable"] is not None:
        yield f"[red]Cannot be: {answer['unreachable']['why']}.[/red]"
    kind = "Replica" if unit["satellites"] == 1 else f"Chain of {unit['satellites']:,} satellites"
    yield (
        f"{kind}: {unit['accelerators']:,} {_plural('accelerator', unit['accelerators'])} holding "
        f"{_number(unit['weights_gb'])} GB of weights and room for {unit['sequences']:,} "
        f"{_plural('sequence', unit['sequences'])}; {unit['count']:,} in all{_idle(unit)}."
    )


def _idle(unit: Tree) -> str:
    chips, satellites = unit["idle_accelerators_per_satellite"], unit["idle_satellites"]
    spare = f", {chips:,} accelerators of each satellite left over" if chips else ""
    return spare + (f", {satellites:,} satellites without" if satellites else "")


def _served(answer: Tree) -> Iterator[str]:
    most, load = answer["most"], answer["at_load"]
    if load is None:
        return
    tokens = most["tokens_per_s"]
    turns = most["batches_in_turn"]
    batch = f"{most['batch']:,.0f}" + (f" in {turns:,.0f} turns" if turns > 1.0 else "")
    yield (
        f"At most [bold]{_number(tokens['all'])} tokens/s[/bold] "
        f"({_number(tokens['satellite'])} a satellite, {_number(tokens['accelerator'])} an "
        f"accelerator): batch {batch}, {_number(most['token_ms'])} ms a token "
        f"({most['token_margin_ms']:+.1f} to the bound), {_joules(most)}."
    )
    yield _at_load(load)
    if most["first_token_margin_ms"] < 0.0:
        yield (
            f"[red]The first token takes {_number(most['first_token_ms'])} ms without a queue, "
            f"{_number(-most['first_token_margin_ms'])} too long.[/red]"
        )
    yield _stops(answer["stops"])


def _joules(told: Tree) -> str:
    own, whole = told["j_per_token"], told["machine_j_per_token"]
    around = f", {_number(whole)} with the machine around" if whole > 1.001 * own else ""
    return f"{_number(own)} J a token{around}"


def _at_load(load: Tree) -> str:
    asked = (
        f"Asked {_number(load['requests_per_s_per_satellite'])} requests/s of a satellite "
        f"({100.0 * load['load_fraction']:.0f} % of what it can serve): "
    )
    if load["margin_requests_per_s"] < 0.0:
        return (
            f"{asked}{_number(-load['margin_requests_per_s'])} too many, the queue never ends; "
            f"{_number(load['tokens_per_s'])} tokens/s."
        )
    energy = f", {_joules(load)}" if "j_per_token" in load else ""
    return (
        f"{asked}{_number(load['tokens_per_s'])} tokens/s, {load['running']:,.0f} sequences at "
        f"once, {_number(load['token_ms'])} ms a token, {_number(load['first_token_ms'])} ms to "
        f"the first ({load['first_token_margin_ms']:+,.0f} to the bound){energy}."
    )


def _stops(stops: Tree) -> str:
    first = stops["first"]
    more = stops["more_tokens_per_s"].get(first, 0.0)
    gain = f": without it {_number(more)} tokens/s more" if more > 0.0 else ""
    return f"Stopped first by {LIMITS[first]}{gain}."


def _across(answer: Tree) -> Iterator[str]:
    across = answer["across"]
    line, moved = across["pipeline"], across["handover"]
    dealt = across["dealt_experts_ms"]
    experts = "" if dealt is None else f"; only its experts, {_number(dealt)} ms"
    yield (
        f"Lasers of {across['link_gbit_per_s']:g} Gbit/s, {_number(across['link_delay_ms'])} ms: "
        f"every layer shared by {across['satellites']:,} satellites, a step takes "
        f"{_number(across['shared_layers_ms'])} ms more{experts}. Layers dealt out to them: "
        f"{_number(line['token_ms'])} ms a step, {100.0 * line['pace_fraction']:.0f} % of the "
        f"pace with {across['satellites']:,} batches in turn, all of it with "
        f"{line['filling_batches']:,.0f}."
    )
    yield (
        f"Handing an input's keys and values over: {moved['byte'] / 1e6:,.4g} MB, "
        f"{_number(moved['move_ms'])} ms; taking it in again {_number(moved['again_ms'])} ms "
        f"(even at {_number(moved['even_gbit_per_s'])} Gbit/s)."
    )


def _sure(answer: Tree) -> str:
    band = answer["error_band"]
    marks = [band[key] for key in ("family", "generation", "engine", "precision")]
    told = ", ".join(mark for mark in marks if mark != "all") or "all"
    return (
        f"How sure: times between tokens were off by {100.0 * band['median_error_ratio']:.0f} % in "
        f"the median, nine of ten within {100.0 * band['ninetieth_error_ratio']:.0f} % "
        f"({band['row_count']:,} measured: {told})."
    )


# --- tables ---------------------------------------------------------------------------------------


def _batches(answer: Tree) -> Table:
    table = _table("batch", "ms/token", "tokens/s/accel.", "J/token", "GB to spare", "")
    for row in answer["batches"]:
        table.add_row(
            f"{row['batch']:,.0f}",
            _number(row["token_ms"]),
            _number(row["tokens_per_s_per_accelerator"]),
            _number(row["j_per_token"]),
            _number(row["spare_gb"]),
            _verdict(row, answer["most"]["batch"]),
        )
    return table


def _verdict(row: Tree, chosen: float) -> str:
    if not row["fits"]:
        return "does not fit"
    if not row["within_bounds"]:
        return "too slow"
    return "chosen" if row["batch"] == chosen else "fits"


def _power(answer: Tree) -> Table:
    table = _table("kW/accel.", "batch", "ms/token", "tokens/s in all", "J/token")
    for row in answer["power"]:
        table.add_row(
            _number(row["power_kw"]),
            "–" if row["batch"] is None else f"{row['batch']:,.0f}",
            "–" if row["token_ms"] is None else _number(row["token_ms"]),
            _number(row["tokens_per_s"]),
            "–" if row["j_per_token"] is None else _number(row["j_per_token"]),
        )
    return table


def _passes(answer: Tree) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("ms of a pass")
    table.add_column(f"one step, batch {answer['most']['batch']:,.0f}", justify="right")
    table.add_column("one input taken in", justify="right")
    step, taken = answer["passes"]["decode_ms"], answer["passes"]["prefill_ms"]
    for key, told in PASS_PARTS.items():
        if step[key] > 0.0 or taken[key] > 0.0:
            table.add_row(told, _number(step[key]), _number(taken[key]))
    return table


def _roofline(answer: Tree) -> Table:
    table = _table("pass", "FLOP/byte", "TFLOP/s reached", "roof", "%", "below")
    for row in answer["passes"]["roofline"]:
        batch = row["batch"]
        table.add_row(
            "prefill" if batch is None else f"decode {batch:,.0f}",
            _number(row["flop_per_byte"]),
            _number(row["reached_tflop_per_s"]),
            _number(row["roof_tflop_per_s"]),
            f"{100.0 * row['roof_fraction']:.0f}",
            row["below"],
        )
    return table


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _number(value: float) -> str:
    """Three digits, and whole above a thousand."""
    return f"{value:,.0f}" if abs(value) >= 1e3 else f"{value:.3g}"


def _big(count: float) -> str:
    for factor, unit in ((1e12, "T"), (1e9, "B"), (1e6, "M")):
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return f"{count:,.0f}"


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
