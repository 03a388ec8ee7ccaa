"""What could this machine do at most, and how much of it does the kernel get?

Peaks are measured, not read off a data sheet: chains of multiply-adds and of divides on arrays that
stay in the first-level cache, compiled as the kernel is. The best chain length counts.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import timing

from sunstack.simulate.step import Tally, count, step

VECTOR = {"xla_cpu_prefer_vector_width": 512}
LENGTH = 512
LINKS = 10_000_000_000
"""Of one timed chain, over all elements: a tenth of a second or more, since the system counts the
time of threads in steps of a few milliseconds."""
DIVIDES = LINKS // 5


def description() -> str:
    """The processor in general words."""
    flags = Path("/proc/cpuinfo")
    text = flags.read_text(encoding="utf-8") if flags.is_file() else ""
    width = "AVX-512" if "avx512f" in text else "AVX2" if "avx2" in text else "vectors unknown"
    return f"{os.cpu_count()} cores, {platform.machine()}, {width}"


def load_average() -> float:
    """Processes wanting a core over the last minute."""
    return os.getloadavg()[0]


def multiply_add_rate(precision: str) -> float:
    """Floating-point operations per core-second, a multiply-add counted as two."""
    chains = [_chain(lambda x, a, b: x * a + b, n, LINKS, precision) for n in (8, 12, 16)]
    return 2.0 * _best_rate(chains)


def divide_rate(precision: str) -> float:
    """Divides per core-second."""
    # The addition costs nothing beside the divide, and keeps the compiler from cancelling pairs.
    return _best_rate(
        [_chain(lambda x, a, b: a / (x + b), n, DIVIDES, precision) for n in (1, 2, 4)]
    )


def _best_rate(chains: list[timing.Rival]) -> float:
    measured = timing.in_turn(dict(enumerate(chains)), rounds=3)
    return max(one.best_rate for one in measured.values())


def _chain(
    link: Callable[[Any, Any, Any], Any], links: int, work: int, precision: str
) -> timing.Rival:
    turns = work // (links * LENGTH)

    @partial(jax.jit, compiler_options=VECTOR)
    def chain(x: jax.Array, a: jax.Array, b: jax.Array) -> jax.Array:
        def turn(_: int, x: jax.Array) -> jax.Array:
            for _ in range(links):
                x = link(x, a, b)
            return x

        end: jax.Array = jax.lax.fori_loop(0, turns, turn, x)
        return end

    numbers = [jnp.asarray(value, precision) for value in (0.999, 1e-3)]
    start = jnp.ones(LENGTH, precision)
    return timing.Rival(run=lambda: jax.block_until_ready(chain(start, *numbers)), work=float(work))


def operations_per_step(arguments: Any) -> tuple[float, int]:
    """Floating-point operations and divides of one satellite-step, as written, not as compiled."""
    design, fixed, state, _, counted = arguments
    now = jax.tree.map(lambda leaf: leaf[0], counted)

    def one(state: Any, tally: Any, now: Any) -> Any:
        later, reading = step(design, fixed, state, now)
        return later, count(fixed, tally, later, reading, now)

    tally = Tally(**{item.name: state.stored_j for item in fields(Tally)})
    satellites = len(state.stored_j)
    cost: Any = jax.jit(one).lower(state, tally, now).cost_analysis()
    divides = _divides(jax.make_jaxpr(one)(state, tally, now).jaxpr, satellites)
    return float(cost["flops"]) / satellites, divides


def _divides(jaxpr: Any, satellites: int) -> int:
    """Divides whose divisor is an array; others become products with a reciprocal."""
    found = 0
    for equation in jaxpr.eqns:
        # Functions that were compiled on their own stand as one equation that holds theirs.
        inner = [value.jaxpr for value in equation.params.values() if hasattr(value, "jaxpr")]
        found += sum(_divides(one, satellites) for one in inner)
        if equation.primitive.name == "div" and equation.invars[1].aval.shape == (satellites,):
            found += 1
    return found
