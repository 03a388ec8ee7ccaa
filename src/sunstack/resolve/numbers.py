"""How are a scenario's values looked up in SI, as they stand or moved by a study?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from sunstack.units import to_si

from .values import Origin


def scalar(value: float) -> Array:
    """Return a number typed alike from wherever it comes: compiled code is then reused."""
    return jnp.asarray(value, dtype=float)


def firm[Tree](tree: Tree) -> Tree:
    """Return the same numbers, none weakly typed: code compiled for some then does for all."""

    def one(leaf: Any) -> Any:
        weak = getattr(leaf, "weak_type", False)
        return lax.convert_element_type(leaf, leaf.dtype) if weak else leaf

    same: Tree = jax.tree.map(one, tree)
    return same


@dataclass(frozen=True)
class Numbers(Mapping[str, Array]):
    """A key's value in SI; `auto` stands at one until it is sized."""

    found: Mapping[str, Origin]
    moved: Mapping[str, Array] = field(default_factory=dict)
    """Values in SI, perhaps traced by JAX, that take the place of those found."""

    def __getitem__(self, key: str) -> Array:
        if key in self.moved:
            return self.moved[key]
        value = self.found[key].value
        if value == "auto":
            return scalar(to_si(key, 1.0))
        return scalar(to_si(key, float(value)))

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def word(self, key: str) -> str:
        """Return the word a key says."""
        return str(self.found[key].value)
