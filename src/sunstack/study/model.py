"""How is a design evaluated many times, its numbers moved?

A `Model` holds all that a worker needs and can be sent to one. Its numbers go through `rebuilt` and
`evaluate` in one compiled function of which only what leads to the objectives is left: what nobody
asks for costs nothing. Rows are padded to one length, so that it is compiled once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.evaluate import evaluate
from sunstack.resolve import Resolved, agreeing, check_whole_lives, rebuilt
from sunstack.system import System

from .condensing import condensed
from .inputs import Input
from .objectives import Objective, objective, read

ROWS = 256
"""Rows evaluated by one call."""
BATCH = 8
"""Rows side by side in vector registers and caches."""
OF_MEANS = frozenset({"company", "economics", "ground", "programme", "satellite_count", "service"})
"""What of an outcome hangs on means of planes and days, and on the worst of them but by sizes."""
AGREES = "agrees"
"""Column that says whether a row's numbers contradict each other nowhere."""
MARGINS = "margins."

Columns = NDArray[np.float64]
_compiling = Lock()


@dataclass(frozen=True, kw_only=True)
class Model:
    """A design whose inputs are moved and whose objectives are read."""

    resolved: Resolved
    system: System
    """Condensed."""
    inputs: tuple[Input, ...]
    objectives: tuple[Objective, ...]
    with_margins: bool = False

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of what `rows` returns: objectives, margins, and whether a row agrees."""
        found = jax.eval_shape(self.of, jnp.zeros(len(self.inputs)))
        return tuple(found)

    def of(self, values_si: Array) -> dict[str, Array]:
        """Evaluate one row of inputs in SI; traced by JAX."""
        moved = dict(zip((one.key for one in self.inputs), values_si, strict=True))
        system = rebuilt(self.resolved, moved, system=self.system)
        outcome = evaluate(system)
        found = {one.text: read(one, outcome, system) for one in self.objectives}
        if self.with_margins:
            found |= {MARGINS + name: held.min() for name, held in outcome.margins.items()}
        return found | {AGREES: agreeing(self.resolved, moved).astype(float)}

    @cached_property
    def _many(self) -> Callable[[Array], dict[str, Array]]:
        compiled: Callable[[Array], dict[str, Array]] = jax.jit(
            lambda rows: jax.lax.map(self.of, rows, batch_size=BATCH)
        )
        return compiled

    @cached_property
    def slopes(self) -> Callable[[Array], tuple[dict[str, Array], dict[str, Array]]]:
        """Numbers of one row and their exact slopes in every input in SI."""

        def both(values_si: Array) -> tuple[dict[str, Array], dict[str, Array]]:
            directions = jnp.eye(len(self.inputs))
            found, pushed = jax.linearize(self.of, values_si)
            return found, jax.vmap(pushed)(directions)

        return jax.jit(both)

    def slope(self, text: str) -> Callable[[Array], tuple[Array, Array]]:
        """Compile one objective of a row and its exact slopes in every input in SI.

        Backwards through the whole chain: as long as some evaluations, however many the inputs.
        """
        return jax.jit(jax.value_and_grad(lambda values_si: self.of(values_si)[text]))

    def rows(self, values: Columns) -> dict[str, Columns]:
        """Evaluate rows of inputs in their own units, shape (rows, inputs)."""
        if not len(values):
            return {name: np.zeros(0) for name in self.columns}
        parts = [self._block(values[start : start + ROWS]) for start in range(0, len(values), ROWS)]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _block(self, values: Columns) -> dict[str, Columns]:
        missing = ROWS - len(values)
        padded = np.concatenate([values, np.repeat(values[-1:], missing, axis=0)])
        rows = self.si(padded)
        if "_ready" not in self.__dict__:
            with _compiling:  # else every thread would compile
                jax.block_until_ready(self._many(rows))
            self.__dict__["_ready"] = True
        found = self._many(rows)
        return {name: np.asarray(column)[: len(values)] for name, column in found.items()}

    def si(self, values: Columns) -> Array:
        """Convert rows of inputs, shape (..., inputs), to SI."""
        at_0, per_unit = self._si_lines
        return jnp.asarray(at_0 + per_unit * values)

    @cached_property
    def _si_lines(self) -> tuple[Columns, Columns]:
        """SI value of nought and of one more unit of each input, shape (inputs,)."""
        at_0, at_1 = (
            np.array([float(one.si(np.array(value))) for one in self.inputs], float)
            for value in (0.0, 1.0)
        )
        return at_0, at_1 - at_0

    @property
    def value(self) -> Columns:
        """The design as it stands, shape (inputs,)."""
        return np.array([one.value for one in self.inputs])

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is compiled: a worker compiles for itself."""
        kept = {"resolved", "system", "inputs", "objectives", "with_margins"}
        return {name: value for name, value in self.__dict__.items() if name in kept}


def model_of(
    resolved: Resolved,
    *,
    inputs: Iterable[Input],
    objectives: Iterable[str | Objective],
    with_margins: bool = False,
) -> Model:
    """Build a model, condensed, with only those language models of which its objectives speak.

    Raises:
        ScenarioError: an objective is none, or a satellite may live beyond the horizon.
    """
    inputs = tuple(inputs)
    highs = {one.key: one.high for one in inputs}
    check_whole_lives(resolved.document, resolved.origins, highs)
    asked = tuple(one if isinstance(one, Objective) else objective(one) for one in objectives)
    parts = tuple(part for one in asked for part in one.parts)
    with_worst_day = with_margins or any(one.path[0] not in OF_MEANS for one in parts)
    model = Model(
        resolved=_sendable(resolved),
        system=_fewer_models(condensed(resolved.system, with_worst_day=with_worst_day), parts),
        inputs=inputs,
        objectives=asked,
        with_margins=with_margins,
    )
    model.columns  # noqa: B018  # reads every objective once, so that a wrong one is refused now
    return model


def _sendable(resolved: Resolved) -> Resolved:
    """The same with plain mappings, which another process can be sent."""
    document = resolved.document
    plain = replace(document, places=dict(document.places), overrides=dict(document.overrides))
    return replace(resolved, document=plain)


def _fewer_models(system: System, asked: tuple[Objective, ...]) -> System:
    """Keep the language models that are named, where each that serves is named by its model."""
    names = system.service.model_names
    served = [one for one in asked if "service" in one.path]
    named = {name for one in served for name in one.names if name in names}
    if not named or any(not named & set(one.names) for one in served):
        return system
    kept = [number for number, name in enumerate(names) if name in named]
    place = np.asarray(kept)
    service = system.service
    few: Mapping[str, Any] = {
        part: jax.tree.map(lambda leaf: leaf[place], getattr(service, part))
        for part in ("models", "layout", "replica_count")
    }
    fewer = replace(service, **few, model_names=tuple(names[number] for number in kept))
    return replace(system, service=fewer)
