"""On which of a satellite's accelerators, or of several satellites', is a language model served?

On the replica that serves most tokens for each satellite within the bounds; where none aboard holds
one sequence, on layers dealt out over the number of satellites that serves most for each.
What cannot be comes with its margin, and with the unit that comes nearest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from sunstack import serving
from sunstack.disciplines import compute
from sunstack.disciplines.compute import across_satellites
from sunstack.resolve.numbers import scalar
from sunstack.resolve.service import replica_shapes
from sunstack.system import Service

from .rows import Rows, Unit, allowed, best, rows

LONGER_CHAINS = 4
"""Times the satellites that a chain needs at least: so many are tried, to give it more room."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is given besides the service."""

    satellites: int
    link: across_satellites.Link
    power_w: Array
    batches: Array
    """That are tried; the last is the one asked for, if one is."""
    forced: int | None
    """Its place."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A unit, and the batch it serves with."""

    unit: Unit
    found: Rows
    place: int
    """Of the batch; of the smallest where none is allowed."""
    unit_count: int
    """On all satellites; 0 if they are too few."""
    unreachable: dict[str, Any] | None = None
    """What stands against it, its margin and why."""

    @property
    def tokens_per_s(self) -> float:
        """Of one unit; 0 if it cannot be."""
        return 0.0 if self.unreachable else float(self.found.tokens_per_s[self.place])


def choose(service: Service, asked: Asked) -> Choice:
    """Choose the unit."""
    joined = joined_count(service)
    aboard = [_tried(service, asked, shape, 1) for shape in _shapes(service, asked)]
    settled = _settled(aboard, asked)
    if settled is not None:
        return settled
    least = chain_count(_tried(service, asked, (joined, 1), 1))
    layers = int(service.models.layer_count[0])
    most = min(asked.satellites, layers, LONGER_CHAINS * least)
    chains = [_tried(service, asked, (joined, 1), count) for count in range(least, most + 1)]
    settled = _settled(chains, asked)
    return settled or _too_large(_tried(service, asked, (joined, 1), least), asked, least, layers)


def joined_count(service: Service) -> int:
    """Accelerators of a satellite that fast links join."""
    return int(min(float(service.chip_count), float(service.accelerator.domain_count)))


def chain_count(one: Choice) -> int:
    """Satellites that hold a model and one sequence, each with the accelerators of a unit."""
    needed = float(one.found.weight_byte + one.found.sequence_byte)
    room = float(one.found.room_byte + one.found.weight_byte) / float(one.unit.satellite_count)
    return max(math.ceil(needed / room - 1e-9), 1)


def _shapes(service: Service, asked: Asked) -> tuple[tuple[int, int], ...]:
    """Replicas to try: the one already chosen, unless a batch is asked for or it holds nothing."""
    if asked.forced is None and float(service.replica_count[0]) > 0.0:
        layout = service.layout
        return ((int(layout.chip_count[0]), int(layout.attention_replica_count[0])),)
    dense = float(service.models.expert_count[0]) == 0.0
    every = replica_shapes(joined_count(service))
    return tuple((chips, copies) for chips, copies in every if copies == 1 or not dense)


def _tried(service: Service, asked: Asked, shape: tuple[int, int], satellites: int) -> Choice:
    chips, copies = shape
    unit = Unit(
        service=service,
        chip_count=scalar(chips),
        copy_count=scalar(copies),
        satellite_count=scalar(satellites),
        link=asked.link,
    )
    found = rows(unit, power_w=asked.power_w, batch_count=asked.batches)
    place = best(found, bound_s=_bound_s(unit)) if asked.forced is None else asked.forced
    each = int(service.chip_count) // (chips if satellites == 1 else joined_count(service))
    return Choice(
        unit=unit,
        found=found,
        place=0 if place is None else place,
        unit_count=asked.satellites // satellites * each,
    )


def _bound_s(unit: Unit) -> float:
    return float(unit.service.bounds.output_token_s)


def _serves(one: Choice) -> bool:
    return bool(allowed(one.found, bound_s=_bound_s(one.unit))[one.place])


def _settled(tried: Sequence[Choice], asked: Asked) -> Choice | None:
    """Return the best that serves, else the nearest that holds a sequence; None if none does."""
    serve = [one for one in tried if _serves(one)]
    if serve:
        return max(serve, key=lambda one: one.unit_count * one.tokens_per_s)
    hold = [one for one in tried if _spare_byte(one) >= 0.0]
    if hold:
        return _too_slow(min(hold, key=lambda one: float(one.found.token_s[one.place])))
    roomy = [one for one in tried if float(one.found.room_count) >= 1.0]
    return _too_many(max(roomy, key=_spare_byte)) if roomy else None


def _spare_byte(one: Choice) -> float:
    """Memory that a batch leaves."""
    asked = one.found.batch_count[one.place] * one.found.sequence_byte
    return float(one.found.room_byte - asked)


# --- what cannot be -------------------------------------------------------------------------------


def _against(one: Choice, **why: Any) -> Choice:
    return replace(one, unreachable=why)


def _too_slow(one: Choice) -> Choice:
    token_s, bound_s = float(one.found.token_s[one.place]), _bound_s(one.unit)
    batch = float(one.found.batch_count[one.place])
    chips = int(one.unit.chip_count * one.unit.satellite_count)
    return _against(
        one,
        limit="latency",
        margin_ms=1e3 * (bound_s - token_s),
        why=f"on {chips:,} {'accelerator' if chips == 1 else 'accelerators'} a batch of {batch:g} "
        f"takes {1e3 * token_s:.3g} ms a token, the bound is {1e3 * bound_s:g} ms; allow more for "
        "a token, or give more power, fewer tokens or a faster chip",
    )


def _too_many(one: Choice) -> Choice:
    batch = float(one.found.batch_count[one.place])
    lacking = -_spare_byte(one)
    return _against(
        one,
        limit="batch",
        margin_byte=-lacking,
        why=f"keys and values of a batch of {batch:g} lack {lacking:,.0f} bytes "
        f"({lacking / 1e9:.3g} GB) beside the weights; at most "
        f"{math.floor(float(one.found.room_count)):,} sequences find room",
    )


def _too_large(one: Choice, asked: Asked, least: int, layers: int) -> Choice:
    """Tell how many satellites are missing; the unit is told as if they were there."""
    weight_byte, sequence_byte = float(one.found.weight_byte), float(one.found.sequence_byte)
    each_byte = (float(one.found.room_byte) + weight_byte) / float(one.unit.satellite_count)
    dealt = min(asked.satellites, layers)
    joined = int(one.unit.chip_count)
    each = "1 accelerator" if joined == 1 else f"{joined:,} joined accelerators"
    many = f", and its {layers} layers cannot be dealt out so far" if least > layers else ""
    told = _against(
        one,
        limit="memory",
        needed_satellites=least,
        margin_satellites=dealt - least,
        margin_byte=each_byte * dealt - weight_byte - sequence_byte,
        why=f"weights and one sequence take {least:,} satellites of {each}; asked for "
        f"{asked.satellites:,}{many}",
    )
    return replace(told, unit_count=0)


# --- the fewest -----------------------------------------------------------------------------------


@jax.jit
def _rooms_byte(service: Service, chip_counts: Array) -> Array:
    """Room that replicas of some sizes have besides one sequence."""
    model = jax.tree.map(lambda leaf: leaf[0], service.models)
    layout = compute.Layout(
        chip_count=chip_counts, attention_replica_count=jnp.ones_like(chip_counts)
    )
    held_by = serving.replica_of(service, model, layout)
    kept = compute.sequence_byte(held_by, service.requests)
    return compute.key_value_room_byte(held_by) - kept


def fewest_accelerators(service: Service) -> int | None:
    """Return how few joined accelerators hold the model and one sequence; None if none do."""
    counts = jnp.arange(1.0, joined_count(service) + 1.0)
    fit = _rooms_byte(service, counts) >= 0.0
    return int(counts[int(fit.argmax())]) if bool(fit.any()) else None
