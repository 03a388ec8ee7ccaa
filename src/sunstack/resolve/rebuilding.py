"""How does a resolved design move with its numbers, without being resolved anew?

`rebuilt` is a pure function of values in SI, under any of JAX's transformations: only the Specs
that follow from numbers are built anew, and parts written `auto` are sized anew. Planes, words,
language models and who is joined to whom stay as they were resolved, and so does the layout of what
is trained on satellites, though another may do better by the moved numbers.

Leaves out: numbers that decide that layout, or how much is computed (the horizon, orbits and their
groups, places, days simulated); `unmovable` names them, and a sweep resolves them one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from jax import Array

from sunstack import operations, sizing
from sunstack.errors import ScenarioError
from sunstack.system import System

from .company import moved_company
from .connection import moved_connection
from .consistency import agree
from .design import Resolved
from .economics import idle_price, money
from .launching import mean_inclination_rad
from .numbers import Numbers
from .service import moved_service
from .specs import specs
from .training import LAID_OUT, moved_training
from .upkeep import moved_upkeep
from .values import READ_ONLY_IF

FIXED = (
    "company.horizon_years",
    "company.start_years",
    "fleet.horizon_years",
    "fleet.schedule_draw_count",
    "network.place_count",
)
"""Numbers that decide how much is computed."""
FIXED_SECTIONS = ("simulation.",)


def unmovable(resolved: Resolved, key: str) -> str | None:
    """Say why `rebuilt` cannot move a key, or nothing if it can."""
    if key not in resolved.origins:
        return "it is no number of a design that is resolved"
    if key in LAID_OUT:
        return "it decides how what is trained lies on satellites, when a scenario is resolved"
    if key in FIXED or key.startswith(FIXED_SECTIONS):
        return "it decides how much is computed"
    value = resolved.origins[key].value
    if isinstance(value, str) and value != "auto":
        return f"it says a word ({value})"
    if key == idle_price(resolved.origins):
        return "it prices what the payload does not carry"
    other, word = READ_ONLY_IF.get(key, ("", ""))
    if other and resolved.origins[other].value != word:
        return f"it changes nothing while {other} is {resolved.origins[other].value}"
    return None


def check_movable(resolved: Resolved, keys: Iterable[str]) -> None:
    """Refuse keys that `rebuilt` cannot move.

    Raises:
        ScenarioError: lists them, each with its reason.
    """
    why = {key: reason for key in keys if (reason := unmovable(resolved, key))}
    if why:
        listed = "\n".join(f"{key}: cannot be moved: {reason}" for key, reason in why.items())
        raise ScenarioError(f"{listed}\nwrite other keys, or `sunstack sweep` over these")


def rebuilt(
    resolved: Resolved, values: Mapping[str, Array], *, system: System | None = None
) -> System:
    """Move a design's numbers.

    Args:
        resolved: the design.
        values: new numbers in SI, by key.
        system: planes that stand for the design's own (see `condensing`).

    Raises:
        ScenarioError: a key cannot be moved.
    """
    check_movable(resolved, values)
    number = Numbers(resolved.origins, dict(values))
    planes = resolved.planes
    inclination_rad = mean_inclination_rad(planes.inclination_rad, planes.group)
    moved = replace(system or resolved.system, **specs(number, inclination_rad=inclination_rad))
    if moved.whole is not None:
        moved = replace(moved, seen=operations.seen_in_years_and_life(moved))
    offered = moved_service(number, moved)
    moved = replace(
        moved,
        connection=moved_connection(number, moved),
        service=offered,
        economics=money(
            number,
            words=number,
            service=offered,
            elapsed_in_year_s=moved.economics.elapsed_in_year_s,
        ),
        company=moved_company(number, moved),
        training=moved_training(number, moved),
    )
    auto = frozenset(key for key, origin in resolved.origins.items() if origin.kind == "sized")
    moved = sizing.sized(
        moved, auto=auto - set(values), margin_fraction=number["sizing.margin_fraction"]
    )
    return replace(moved, upkeep=moved_upkeep(number, moved))


def agreeing(resolved: Resolved, values: Mapping[str, Array]) -> Array:
    """Whether moved numbers contradict each other nowhere."""
    return agree(Numbers(resolved.origins, dict(values)))
