"""How do a run's tokens and trainings look on a terminal, in a line each?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .numerals import SPACE, count, quantity, share, tokens

DIGITS = 2
"""Of what rests on estimates."""

Tree = Mapping[str, Any]


def lines(summary: Tree) -> Iterator[str]:
    """Say what the fleet serves by the end, for each kilogram too, and what it trains."""
    for told in (_served(summary.get("service")), _trained(summary.get("training"))):
        if told:
            yield told.replace(SPACE, " ")


def _served(found: Tree | None) -> str:
    """The first language model that is served."""
    serving = [one for one in (found or {}).get("models", ()) if one["lacks"] is None]
    if not serving:
        return ""
    one = serving[0]
    per_kg = one.get("tokens_per_kg")
    mass = (
        f"; {quantity(per_kg['satellite'] / 1e6, 'million', DIGITS)} for each kilogram of a "
        f"satellite, {quantity(per_kg['fleet'] / 1e6, 'million', DIGITS)} for each launched"
        if per_kg
        else ""
    )
    return f"Tokens: {tokens(one['fleet_tokens_per_s'], DIGITS)} a second of {one['name']}{mass}."


def _trained(found: Tree | None) -> str:
    if not found:
        return ""
    one = next(one for one in found["groups"] if one["name"] == found["told_group"])
    if not one["fits"] or one["duration_days"] is None:
        return f"Training: {found['model']} is trained by no group of satellites."
    return (
        f"Training: {found['model']} in {quantity(one['duration_days'], 'days', DIGITS)} on "
        f"{one['satellites']:,} satellites of {one['name']}, {share(one['lasting_fraction'])} of "
        f"the data sheet's operations; {count(found['runs_per_year'])} such runs a year at the "
        "end."
    )
