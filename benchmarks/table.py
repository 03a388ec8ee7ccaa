"""What was measured, against which target, and how does it read?"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the table."""

    part: str
    what: str
    measured: str
    target: str = ""
    met: bool | None = None
    remark: str = ""


@dataclass
class Report:
    """What was found: lines to read, and the numbers behind them."""

    rows: list[Row] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)

    def add(self, part: str, what: str, measured: str, **more: Any) -> None:
        """Add a line."""
        self.rows.append(Row(part=part, what=what, measured=measured, **more))


def show(report: Report) -> None:
    """Print the table."""
    around = report.numbers["machine"]
    packages = ", ".join(f"{name} {number}" for name, number in around["packages"].items())
    print(f"Sunstack benchmarks: {around['processor']}; Python {around['python']}, {packages}")
    print(f"Processor time, medians of alternating rounds; load {around['load_average']:.1f}")
    table = Table("", "measured", "target", "", "remark", show_edge=False)
    part = ""
    for row in report.rows:
        if row.part != part:
            table.add_section()
            table.add_row(f"[bold]{row.part}")
            part = row.part
        judged = {True: "met", False: "[bold red]MISSED", None: ""}[row.met]
        table.add_row(f"  {row.what}", row.measured, row.target, judged, row.remark)
    Console(width=None if sys.stdout.isatty() else 160).print(table)
