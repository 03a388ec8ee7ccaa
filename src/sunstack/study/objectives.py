"""Which number of an outcome does a study look at?

An objective is the dotted name of any leaf of `Outcome`, or of `System` behind `system.`:

    first_year.payload_power_w              mean over satellites
    margins.radiator_heat                   the least of all groups
    programme.spent_usd:sum@10              over the months of ten years
    programme.years.working_count[group 1]  at the horizon, of one group
    service.fleet_tokens_per_s[grok-2]@5    five years after the programme's start
    training.first.told.duration_s          of a run, by satellites in their first year
    training.runs_per_year_count@5          five years after the programme's start
    economics.vintage.chip_usd_per_s@5      of what is launched in that calendar year
    economics.vintage.chip_usd_per_s@5 / ground.chip_usd_per_s@5    one over another

In brackets stand a group, a language model, a class of those who ask, or a place in the array;
behind `:` how months are joined (`last`, `mean`, `least`, `most`, `sum`), behind `@` the year up to
which they count, or that of launch. Groups left over are joined by what they are: margins by the
least, what a fleet has or does by the sum, what a satellite is or does by the mean over satellites.

What is trained lies on satellites as the design does that is looked at: moved numbers that no
longer fit have a negative `training.first.margin_fraction` and no runs. A sweep lays it out anew.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import jax.numpy as jnp
from jax import Array

from sunstack.accounts import calendar_year_count
from sunstack.errors import ScenarioError
from sunstack.evaluate import Outcome
from sunstack.operations import group_sum
from sunstack.system import System
from sunstack.units import YEAR_S

JOINED: dict[str, Callable[[Array], Array]] = {
    "last": lambda values: values[-1],
    "mean": lambda values: values.mean(axis=0),
    "least": lambda values: values.min(axis=0),
    "most": lambda values: values.max(axis=0),
    "sum": lambda values: values.sum(axis=0),
}
TRAINED = "training"
"""Part of an outcome that numbers of the scenario's `training` move, and no other."""
BY_YEAR = ("economics", "ground")
"""Parts of an outcome with figures by calendar year of launch or purchase."""
OF_THE_FLEET = ("programme", "service.fleet", "satellite_count", "training.runs")
MONTHS = 12
OVER = " / "
_FORM = re.compile(
    r"(?P<path>[\w.]+)(?P<names>(\[[^\]]+\])*)(:(?P<joined>\w+))?(@(?P<year>\d+(\.\d+)?))?"
)


@dataclass(frozen=True, kw_only=True)
class Objective:
    """A leaf of an outcome, and how it becomes one number."""

    text: str
    path: tuple[str, ...]
    names: tuple[str, ...]
    joined: str
    year: float | None
    over: Objective | None = None
    """What it is divided by."""

    @property
    def parts(self) -> tuple[Objective, ...]:
        """The leaves it is made of."""
        return (self,) if self.over is None else (self, self.over)


def objective(text: str) -> Objective:
    """Take an objective apart.

    Raises:
        ScenarioError: it is none.
    """
    above, ratio, below = text.partition(OVER)
    if ratio:
        return replace(_of_leaf(above), text=text.strip(), over=_of_leaf(below))
    return _of_leaf(text)


def _of_leaf(text: str) -> Objective:
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise ScenarioError(
            f"objective {text!r}: cannot be read; write a dotted name, as "
            "first_year.payload_power_w, service.fleet_tokens_per_s[grok-2]:mean@5"
        )
    joined = match["joined"] or "last"
    if joined not in JOINED:
        raise ScenarioError(
            f"objective {text!r}: {joined} joins nothing; write one of {', '.join(JOINED)}"
        )
    return Objective(
        text=text.strip(),
        path=tuple(match["path"].split(".")),
        names=tuple(re.findall(r"\[([^\]]+)\]", match["names"])),
        joined=joined,
        year=float(match["year"]) if match["year"] else None,
    )


def read(one: Objective, outcome: Outcome, system: System) -> Array:
    """Return the number, traced by JAX.

    Raises:
        ScenarioError: the outcome has no such leaf, or more than one number is left of it.
    """
    value = _read_leaf(one, outcome, system)
    return value if one.over is None else value / _read_leaf(one.over, outcome, system)


def _read_leaf(one: Objective, outcome: Outcome, system: System) -> Array:
    within, path = (system, one.path[1:]) if one.path[0] == "system" else (outcome, one.path)
    if is_of_training(one) and not system.training.model_name:
        raise ScenarioError(
            f"objective {one.text}: nothing is trained; name an accelerator that is known under "
            "payload.chip"
        )
    value = jnp.asarray(_leaf(one, within, path), dtype=float)
    for name in one.names:
        value = _picked(one, value, name, system)
    by_year = one.year is not None and _is_by_year(one, value, system)
    value = _of_year(one, value, system) if by_year else _over_months(one, value, system)
    if value.ndim and value.shape[-1] == len(system.group_names):
        value = _over_groups(one, value, system)
    if value.ndim:
        raise ScenarioError(
            f"objective {one.text}: leaves numbers of shape {value.shape}; name one in brackets"
            + _named(system)
        )
    return value


def is_of_training(one: Objective) -> bool:
    """Whether it looks at what is trained."""
    return any(TRAINED in part.path[:2] for part in one.parts)


def is_margin(one: Objective) -> bool:
    """Whether it must not be negative."""
    return one.path[0] == "margins" and one.over is None


def _leaf(one: Objective, within: Any, path: tuple[str, ...]) -> Any:
    for number, name in enumerate(path):
        known = _names(within)
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
            before = ".".join(one.path[: len(one.path) - len(path) + number]) or "an outcome"
            raise ScenarioError(f"objective {one.text}: {before} has no {name}; {hint}")
        within = within[name] if isinstance(within, Mapping) else getattr(within, name)
    if _names(within):
        raise ScenarioError(
            f"objective {one.text}: is no number; write one of its parts: "
            f"{', '.join(_names(within))}"
        )
    if not hasattr(within, "dtype"):
        raise ScenarioError(f"objective {one.text}: is no number of this design")
    return within


def _names(within: Any) -> list[str]:
    if isinstance(within, Mapping):
        return list(within)
    if is_dataclass(within):
        reckoned = [name for name, one in vars(type(within)).items() if isinstance(one, property)]
        return [one.name for one in fields(within)] + reckoned
    return list(getattr(within, "_fields", ()))


def _picked(one: Objective, value: Array, name: str, system: System) -> Array:
    """Pick a group, a model or a class by its name, or a place by its number."""
    axes = (
        (system.service.model_names, False),
        (system.asking.class_names, False),
        (system.group_names, True),
    )
    for names, is_last in axes:
        places = [axis for axis, length in enumerate(value.shape) if length == len(names)]
        if name in names and places:
            return jnp.take(value, names.index(name), axis=places[-1 if is_last else 0])
    if name.isdigit() and value.ndim and int(name) < value.shape[0]:
        return value[int(name)]
    raise ScenarioError(f"objective {one.text}: has no {name}" + _named(system))


def _named(system: System) -> str:
    return (
        f"; groups: {', '.join(system.group_names)}; language models: "
        f"{', '.join(system.service.model_names) or 'none'}"
    )


def _is_by_year(one: Objective, value: Array, system: System) -> bool:
    count = calendar_year_count(system.upkeep.month_count)
    return one.path[0] in BY_YEAR and value.ndim > 0 and value.shape[-1] == count


def _of_year(one: Objective, value: Array, system: System) -> Array:
    """Of what is told by calendar year, the one that is so many years after the start."""
    assert one.year is not None
    place = jnp.floor(system.economics.elapsed_in_year_s / YEAR_S + one.year).astype(int)
    return jnp.take(value, jnp.clip(place, 0, value.shape[-1] - 1), axis=-1)


def _over_months(one: Objective, value: Array, system: System) -> Array:
    months = system.upkeep.month_count
    places = [axis for axis, length in enumerate(value.shape) if length == months]
    if not places:
        if one.year is not None:
            raise ScenarioError(f"objective {one.text}: does not run over years; leave out the @")
        return value
    until = months if one.year is None else round(one.year * MONTHS)
    if not 1 <= until <= months:
        raise ScenarioError(
            f"objective {one.text}: the horizon is {months / MONTHS:g} years; write a year up to it"
        )
    return JOINED[one.joined](jnp.moveaxis(value, places[0], 0)[:until])


def _over_groups(one: Objective, value: Array, system: System) -> Array:
    if one.path[0] == "margins":
        return value.min(axis=-1)
    if ".".join(one.path).startswith(OF_THE_FLEET):
        return value.sum(axis=-1)
    weight = group_sum(system, system.orbits.satellite_count)
    return (value * weight).sum(axis=-1) / weight.sum()
