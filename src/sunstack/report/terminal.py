"""How does a run, the catalogue or a validation look on a terminal?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sunstack.units import ZERO_CELSIUS_K, unit_of

from . import (
    blocks,
    terminal_compute,
    terminal_economics,
    terminal_network,
    terminal_studies,
)
from .blocks import Section

if TYPE_CHECKING:
    from sunstack.validation import Result


def show(summary: Mapping[str, Any]) -> None:
    """Print a run: the verdict, a row a group, the caveats."""
    console = Console()
    console.print(
        f"[bold]{escape(summary['name'])}[/bold]  {escape(summary['verdict'])}", highlight=False
    )
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), collapse_padding=True, pad_edge=False)
    headings = ("group", "number", "sunlit %", "kW", "kW last", "°C", "margin %")
    for heading in headings:
        if heading == "group":
            table.add_column(heading, overflow="fold")
        else:
            table.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
    table.add_column("that binds", no_wrap=True, min_width=15)
    for group in summary["groups"]:
        table.add_row(*_group_row(group), style="" if group["closes"] else "red")
    console.print(table)
    console.print(
        "[dim]kW: mean payload power of a satellite, first and last year of life; °C: radiator in "
        "sunlight.[/dim]",
        highlight=False,
    )
    if summary["remedies"]:
        console.print("What would mend each broken limit, taken by itself:")
    for remedy in summary["remedies"]:
        console.print(f"- {escape(remedy)}", highlight=False)
    agreement = summary["agreement"]
    word = "agree within" if agreement["holds"] else "DIFFER by"
    console.print(
        f"Closed form and simulation {word} "
        f"{100 * agreement['largest_relative_difference']:.2f} % "
        f"({summary['simulation']['satellite_steps']:,} satellite-steps).",
        highlight=False,
    )
    if "network" in summary:
        for line in terminal_network.lines(summary["network"]):
            console.print(escape(line), highlight=False)
    for line in terminal_compute.lines(summary):
        console.print(escape(line), highlight=False)
    if "economics" in summary:
        for line in terminal_economics.lines(summary["economics"]):
            console.print(escape(line), highlight=False)
    for line in terminal_studies.lines(summary):
        console.print(escape(line), highlight=False)
    for caveat in summary["caveats"]:
        console.print(f"[dim]- {escape(caveat)}[/dim]", highlight=False)


def _group_row(group: Mapping[str, Any]) -> tuple[str, ...]:
    binding = group["binding_margin"]
    return (
        escape(group["name"]),
        f"{group['satellite_count']:,}",
        f"{100 * group['sunlit_fraction']:.1f}",
        f"{group['payload_power_w'] / 1e3:.4g}",
        f"{group['payload_power_end_w'] / 1e3:.4g}",
        f"{group['radiator_temperature_k'] - ZERO_CELSIUS_K:.1f}",
        f"{100 * group['margins'][binding]:+.1f}",
        binding,
    )


def show_catalogue(tree: Mapping[str, Any]) -> None:
    """Print what `catalogue.listing.tree` returned."""
    console = Console()
    if "values" in tree:
        _show_entry(console, tree)
        return
    for name, held in tree.items():
        if isinstance(held, Mapping) and "title" not in held:
            console.print(f"[bold]{name}[/bold]", highlight=False)
            for inner, title in held.items():
                console.print(f"  {inner:28} {title}", highlight=False)
        else:
            console.print(f"{name:28} {held['date']:12} {held['title']}", highlight=False)


def _show_entry(console: Console, entry: Mapping[str, Any]) -> None:
    console.print(f"[bold]{entry['name']}[/bold]  {entry['title']} ({entry['date']})")
    for text in filter(None, (entry["note"], *_contradictions(entry))):
        console.print(f"  {text}", highlight=False)
    for key, value in (entry["values"] | entry["facts"]).items():
        console.print(f"[bold]{key}[/bold] {_amount(key, value)}", highlight=False)
        origin = f"{value['source']}, {value['date']}, confidence {value['confidence']}"
        console.print(f"    [dim]{origin}{'. ' if value['note'] else ''}{value['note']}[/dim]")
    for group in entry["groups"]:
        console.print("  " + ", ".join(f"{key}: {value}" for key, value in group.items()))
    for name, source in entry["sources"].items():
        line = f"{name}: {source['publisher']}, {source['title']} {source['url']}"
        console.print(f"[dim]{line}[/dim]", highlight=False)


def _amount(key: str, value: Mapping[str, Any]) -> str:
    ends = "" if value["low"] is None else f" ({value['low']:g} to {value['high']:g})"
    return f"{value['value']}{ends} {unit_of(key)}".rstrip()


def _contradictions(entry: Mapping[str, Any]) -> Iterable[str]:
    if entry["contradicts"]:
        yield "contradicts " + ", ".join(entry["contradicts"])


def show_validation(results: Iterable[Result]) -> None:
    """Print a validation: a row a case."""
    table = Table("case", "quantity", "computed", "published", "tolerance", "")
    for one in results:
        word = one.expectation if one.passed else "FAILED"
        table.add_row(
            one.id,
            one.quantity,
            f"{one.computed:.6g}",
            f"{one.published:.6g}",
            f"{one.tolerance:.3g}",
            word,
            style="" if one.passed else "red",
        )
    Console().print(table)


def show_comparison(section: Section) -> None:
    """Print which inputs and key figures of two runs differ."""
    console = Console()
    for block in section.blocks:
        if isinstance(block, blocks.Prose):
            console.print(block.text, highlight=False)
        elif isinstance(block, blocks.Table):
            table = Table(title=block.caption, title_justify="left", box=box.SIMPLE_HEAD)
            for column in block.columns:
                table.add_column(column.heading, justify="right" if column.is_number else "left")
            for row in block.rows:
                table.add_row(*(escape(str(cell)) for cell in row))
            console.print(table)
