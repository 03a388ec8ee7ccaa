"""What do commands share that are written apart from the command line itself?"""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from sunstack.errors import ScenarioError

Scenario = Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a key of the scenario; repeatable."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no table.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def print_json(tree: Any) -> None:
    """Print one JSON document on standard output."""
    try:
        told = json.dumps(tree, indent=2, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise ScenarioError(
            "the answer holds a number beyond all bounds; write smaller ones in the question"
        ) from error
    typer.echo(told)
