"""Which groups can a chart name, when there are more than a reader can tell apart?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MOST_NAMED = 6
"""As many as there are colours and dashes."""

Group = Mapping[str, Any]
"""An entry of `groups` in the summary."""


def plain(name: str) -> str:
    """Write the name of a margin in words."""
    return name.replace("_", " ")


def by_light(groups: Sequence[Group], most: int = MOST_NAMED) -> list[Group]:
    """Return groups spread evenly from the most to the least sunlit, in the order given."""
    ranked = sorted(groups, key=lambda group: float(group["sunlit_fraction"]), reverse=True)
    return _in_order(groups, _spread(ranked, most))


def by_worst_margin(groups: Sequence[Group], most: int = MOST_NAMED) -> list[Group]:
    """Return the groups with the smallest margins, in the order given."""
    ranked = sorted(groups, key=lambda group: float(group["margins"][group["binding_margin"]]))
    return _in_order(groups, ranked[:most])


def by_margin(groups: Sequence[Group], name: str, most: int) -> list[Group]:
    """Return the groups with the smallest margins of one kind, in the order given."""
    ranked = sorted(groups, key=lambda group: float(group["margins"][name]))
    return _in_order(groups, ranked[:most])


def extremes_of_light(groups: Sequence[Group]) -> list[Group]:
    """Return the most and the least sunlit group; one if there is but one."""
    ranked = sorted(groups, key=lambda group: float(group["sunlit_fraction"]), reverse=True)
    return [ranked[0]] if len(ranked) == 1 else [ranked[0], ranked[-1]]


def _spread(ranked: Sequence[Group], most: int) -> list[Group]:
    if len(ranked) <= most:
        return list(ranked)
    return [ranked[round(place * (len(ranked) - 1) / (most - 1))] for place in range(most)]


def _in_order(groups: Sequence[Group], chosen: Sequence[Group]) -> list[Group]:
    names = {group["name"] for group in chosen}
    return [group for group in groups if group["name"] in names]
