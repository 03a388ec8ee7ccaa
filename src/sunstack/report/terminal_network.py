"""How does a run's network look on a terminal, in two lines?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .numerals import SPACE, delay, share, significant, whole

Tree = Mapping[str, Any]


def lines(found: Tree | None) -> Iterator[str]:
    """Say how soon people reach a computer, whether fibre is sooner, and how far meshes reach."""
    if found is None:
        yield "Network: no group makes a mesh of lasers."
        return
    yield _reached(found).replace(SPACE, " ")
    if found["groups"]:
        yield _meshed(found["groups"])


def _reached(found: Tree) -> str:
    nearest = found["nearest"]
    if nearest is None:
        return f"Network: none of {whole(found['place_count'])} cities reaches a computer in orbit."
    trip, fibre = nearest["round_trip_ms"], nearest["fibre_ms"]
    return (
        f"Network: median round trip {delay(trip['p50'])}, by fibre {delay(fibre['p50'])}; "
        f"orbit sooner for {share(nearest['sooner_than_fibre_fraction'])}."
    )


def _meshed(groups: list[Tree]) -> str:
    farthest = max(groups, key=lambda group: float(group["hop_mean_count"]))
    where = "" if len(groups) == 1 else f" in {farthest['name']}"
    return (
        f"Mesh: {significant(farthest['hop_mean_count'], 2)} hops in the mean{where}, "
        f"{whole(farthest['hop_most_count'])} at most."
    )
