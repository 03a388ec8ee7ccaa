"""What do the tasks of cars and robots ask of a network, by the catalogue, in SI?"""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp

from sunstack import catalogue
from sunstack.catalogue import Entry
from sunstack.disciplines import control
from sunstack.errors import CatalogueError
from sunstack.units import to_si

MACHINES = ("car", "robot")


@dataclass(frozen=True, kw_only=True)
class NamedTasks:
    """Classes of tasks of one kind of machine, by name."""

    names: tuple[str, ...]
    titles: tuple[str, ...]
    asked: control.Tasks


def tasks_of(machine: str) -> NamedTasks:
    """Return the tasks of a kind of machine.

    Raises:
        CatalogueError: no such machine, or a task lacks a number.
    """
    if machine not in MACHINES:
        raise CatalogueError(f"machine: {machine!r} is none; write one of {', '.join(MACHINES)}")
    found = [one for one in catalogue.entries("task") if _machine(one) == machine]
    limits = [_range(one, "loop_delay_ms") for one in found]
    return NamedTasks(
        names=tuple(one.name for one in found),
        titles=tuple(one.title for one in found),
        asked=control.Tasks(
            limit_s=jnp.array([limit[1] for limit in limits]),
            low_s=jnp.array([limit[0] for limit in limits]),
            high_s=jnp.array([limit[2] for limit in limits]),
            processing_s=jnp.array([_range(one, "processing_ms")[1] for one in found]),
            delivered_fraction=jnp.array([_range(one, "delivered_fraction")[1] for one in found]),
        ),
    )


def _machine(entry: Entry) -> str:
    found = entry.facts.get("machine")
    if found is None or found.value not in MACHINES:
        raise CatalogueError(f"task/{entry.name}: machine: write one of {', '.join(MACHINES)}")
    return str(found.value)


def _range(entry: Entry, fact: str) -> tuple[float, float, float]:
    """Return low, value and high of a fact in SI; its value three times where it has no range."""
    found = entry.facts.get(fact)
    if found is None or isinstance(found.value, str):
        raise CatalogueError(f"task/{entry.name}: {fact} is missing; write a number")
    value = float(found.value)
    low = value if found.low is None else found.low
    high = value if found.high is None else found.high
    return to_si(fact, low), to_si(fact, value), to_si(fact, high)
