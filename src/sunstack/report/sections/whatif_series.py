"""Which of a surrogate's objectives are one quantity by year, in orbit and on the ground?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sunstack.study.objectives import objective
from sunstack.summary.economics import BASES, LABELS

ORBIT, GROUND = "orbit", "ground"
OVER = " / "
"""Between an objective and what it is divided by."""
TOKENS, TOKENS_COUNTED = "token_usd", 1e6
SHORT: Mapping[str, str] = {
    "chip_usd_per_s": "accelerator's hour",
    "compute_usd_per_flop": "PFLOP/s and day",
    "energy_usd_per_j": "kW and year, with chips",
    "energy_without_chips_usd_per_j": "kW and year, without chips",
}
"""What a slider's answer is for, in few words."""

Tree = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Series:
    """A price by calendar year, on either side."""

    source: str
    """As the objectives name it."""
    label: str
    short: str
    units: float
    """How many of the objectives' units its own has."""
    sides: dict[str, dict[int, int]] = field(default_factory=lambda: {ORBIT: {}, GROUND: {}})
    """Of orbit and of the ground: place of the objective of each calendar year."""
    ratios: dict[int, int] = field(default_factory=dict)
    """Likewise of orbit over the ground, where that is an objective itself."""

    @property
    def years(self) -> list[int]:
        """Years in which both sides are known."""
        return sorted(set(self.sides[ORBIT]) & set(self.sides[GROUND]))

    def written(self) -> dict[str, Any]:
        """As JSON, for the page's program."""
        return {
            "label": self.label,
            "short": self.short,
            "units": self.units,
            "years": self.years,
            **{side: [self.sides[side][year] for year in self.years] for side in self.sides},
            "ratio": [self.ratios.get(year) for year in self.years],
        }


def series_of(tree: Tree) -> list[Series]:
    """Return what is known on both sides: prices of accelerators first, of tokens last."""
    found: dict[tuple[str, str], Series] = {}
    for place, one in enumerate(tree["objectives"]):
        above, _, below = one["objective"].partition(OVER)
        asked = objective(above)
        side = {("economics", "vintage"): ORBIT, (GROUND,): GROUND}.get(asked.path[:-1])
        model = asked.names[0] if asked.names else ""
        series = _named(asked.path[-1], model)
        if side is None or one["year"] is None or series is None:
            continue
        known = found.setdefault((series.source, model), series)
        if not below:
            known.sides[side][one["year"]] = place
        elif below == above.replace("economics.vintage", GROUND, 1):
            known.ratios[one["year"]] = place
    order = [*SHORT, TOKENS]
    kept = [one for one in found.values() if one.years]
    return sorted(kept, key=lambda one: order.index(one.source))


def _named(source: str, model: str) -> Series | None:
    if source == TOKENS and model:
        label = f"million tokens of {model}"
        return Series(source=source, label=label, short=label, units=TOKENS_COUNTED)
    if source not in SHORT or model:
        return None
    basis, units = next((basis, units) for basis, (of, units) in BASES.items() if of == source)
    return Series(source=source, label=LABELS[basis], short=SHORT[source], units=units)
