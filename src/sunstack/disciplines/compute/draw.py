"""What does an accelerator draw at its work, and how fast does it work on less?

A pass takes t, moves bytes that take t_m of it at the memory's full rate, and keeps the arithmetic
busy for t_a of it. Of the span S from idle to peak power, at a clock r of the highest,

    P(r) = P_idle + S (k_m t_m + k_a t_a r* r^1.4) / t(r)        t(r) = t + t_a (r* / r - 1)

which is P_idle + c_m · (share of bandwidth) + c_a · (busy share of arithmetic) · r^2.4. The chip
itself picks r*: the highest clock if that draws no more than the peak, else the clock that draws
the peak; t, t_m and t_a are what is measured at it. On less power P = P(r) gives the clock, and
t / t(r) the pace. From the lowest clock down the chip pauses between passes, its mean between idle
and P(r_low). So decode, which waits for memory, loses little until a cliff; prefill loses early.

Six numbers are fitted by least squares to seven figures: 300 and 600 W that H100 (77 to 700 W) draw
in decode at batches of 1 and 128, whose shares of time (memory 0.65 and 0.54, arithmetic 0.003 and
0.20) are the roofline's for Llama 3.1 8B; and the pace of RTX 3090 of 350 W in decode on 250, 150
and 100 W and in prefill on 250 and 150 W. Beside this law they give those cards' idle power, 89 W,
and their shares in decode, 0.20 and 0.15; in prefill 0.2 and 0.95 are taken. The powers are met
within 1 W, the paces within 0.05. Held back were decode on 300 and 200 W and prefill on 300 and
200 W, met within 0.05 of the pace, and prefill on 100 W, 0.08 low.

Assumes: arithmetic that hides behind nothing, so that a slower clock costs its whole time; power of
arithmetic as f V² with V ~ f^0.7, which gives the 2.4; one law for all chips, in shares of a span.
Leaves out: the memory's own clock; the chip's heat; links between chips; tiles filled up in vain.
Reference: ML.ENERGY Benchmark v3.0 (H100), by way of the vLLM semantic router's power model;
llmgarage.ai, power limit sweep on six RTX 3090, February 2026; Ma et al., arXiv 2605.11999 (H200
between 137 and 300 W in decode, no cap reached).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from .accelerator import Accelerator

HALVINGS = 40
"""Of the span of clocks; what they leave, 1e-12, one step of Newton's mends."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Timing:
    """One pass as one accelerator sees it when its power is not held down; may be arrays."""

    pass_s: Array
    memory_s: Array
    """Its bytes, at the memory's full rate."""
    arithmetic_s: Array
    """While the arithmetic is busy, at the rate it does reach; not more than the pass."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Law:
    """How power follows work; scalars, the two shares of the span from idle to peak power."""

    memory_ratio: Array
    """At all of the bandwidth."""
    arithmetic_ratio: Array
    """Arithmetic all busy at the highest clock; above 1, as no chip then holds that clock."""
    clock_exponent_factor: Array
    lowest_clock_ratio: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Pace:
    """How an accelerator works on given power; shape of the inputs."""

    clock_ratio: Array
    """Of the highest."""
    duty_fraction: Array
    """Share of time it is not paused; under 1 only at the lowest clock, but for rounding."""
    pace_ratio: Array
    """Passes a second, of those when power is not held down."""
    draw_w: Array
    """Mean, while there is work."""
    margin_w: Array
    """Power given less what it would draw by itself; negative where it is held down."""
    idle_margin_w: Array
    """Power given less idle power; negative where it cannot even stay on."""


def measured() -> Law:
    """Return the law as fitted, see above."""
    return Law(
        memory_ratio=jnp.asarray(0.535),
        arithmetic_ratio=jnp.asarray(2.75),
        clock_exponent_factor=jnp.asarray(2.4),
        lowest_clock_ratio=jnp.asarray(0.513),
    )


def own_clock_ratio(law: Law, work: Timing) -> Array:
    """Clock that a chip picks itself: the highest whose power is not above its peak."""
    spare = work.pass_s - law.memory_ratio * work.memory_s
    busy = law.arithmetic_ratio * work.arithmetic_s
    some = busy > 0.0
    held = jnp.maximum(spare, 0.0) / jnp.where(some, busy, 1.0)
    held = jnp.where(some & (held < 1.0), held, 1.0)
    # where memory alone draws the peak, the root has no slope
    clock = jnp.maximum(held, 1e-9) ** (1.0 / law.clock_exponent_factor)
    return jnp.maximum(clock, law.lowest_clock_ratio)


def pass_s(law: Law, work: Timing, *, own_ratio: ArrayLike, clock_ratio: ArrayLike) -> Array:
    """Time of a pass at a clock, given the clock at which it was measured."""
    slower = jnp.asarray(own_ratio) / jnp.maximum(clock_ratio, law.lowest_clock_ratio)
    return work.pass_s + work.arithmetic_s * (slower - 1.0)


def draw_w(
    accelerator: Accelerator,
    law: Law,
    work: Timing,
    *,
    own_ratio: ArrayLike,
    clock_ratio: ArrayLike,
) -> Array:
    """Mean power over a pass at a clock; it rises with the clock, to the peak at most.

    Only memory and arithmetic all busy at once would draw more, at the lowest clock: outside of
    what was measured.
    """
    clock = jnp.maximum(clock_ratio, law.lowest_clock_ratio)
    reckoning = jnp.asarray(own_ratio) * clock ** (law.clock_exponent_factor - 1.0)
    moving_s = law.memory_ratio * work.memory_s
    reckoning_s = law.arithmetic_ratio * work.arithmetic_s * reckoning
    time_s = pass_s(law, work, own_ratio=own_ratio, clock_ratio=clock)
    span_w = accelerator.peak_power_w - accelerator.idle_power_w
    shares = jnp.minimum((moving_s + reckoning_s) / time_s, 1.0)
    return accelerator.idle_power_w + span_w * shares


def pass_j(
    accelerator: Accelerator,
    law: Law,
    work: Timing,
    *,
    own_ratio: ArrayLike,
    clock_ratio: ArrayLike,
) -> Array:
    """Energy of a pass at a clock, what it takes to stay on included."""
    drawn_w = draw_w(accelerator, law, work, own_ratio=own_ratio, clock_ratio=clock_ratio)
    return drawn_w * pass_s(law, work, own_ratio=own_ratio, clock_ratio=clock_ratio)


def held_clock_ratio(
    accelerator: Accelerator, law: Law, work: Timing, *, power_w: ArrayLike
) -> Array:
    """Clock that draws the power given, between the lowest and the chip's own.

    Halved down without a slope, then moved by one step of Newton's, which carries the slope of
    every input (the implicit function's).
    """
    own = own_clock_ratio(law, work)
    power = jnp.asarray(power_w)

    def drawn(clock_ratio: Array) -> Array:
        return draw_w(accelerator, law, work, own_ratio=own, clock_ratio=clock_ratio)

    def halve(_: int, ends_ratio: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends_ratio
        middle = 0.5 * (low + high)
        above = drawn(middle) > power
        return jnp.where(above, low, middle), jnp.where(above, middle, high)

    shape = jnp.broadcast_shapes(own.shape, power.shape, jnp.shape(work.pass_s))
    ends = (jnp.broadcast_to(law.lowest_clock_ratio, shape), jnp.broadcast_to(own, shape))
    low, high = lax.fori_loop(0, HALVINGS, halve, jax.tree.map(lax.stop_gradient, ends))
    near = lax.stop_gradient(0.5 * (low + high))
    step = 1e-4 * near
    slope = lax.stop_gradient((drawn(near + step) - drawn(near - step)) / (2.0 * step))
    some = slope > 0.0
    moved = near - jnp.where(some, (drawn(near) - power) / jnp.where(some, slope, 1.0), 0.0)
    return jnp.clip(moved, *ends)


def throughput_under_power(
    accelerator: Accelerator, law: Law, work: Timing, *, power_w: ArrayLike
) -> Pace:
    """How fast an accelerator works on given power, and what it then draws."""
    power, idle_w = jnp.asarray(power_w), accelerator.idle_power_w
    own = own_clock_ratio(law, work)
    clock = held_clock_ratio(accelerator, law, work, power_w=power)
    working_w = draw_w(accelerator, law, work, own_ratio=own, clock_ratio=clock)
    some = working_w > idle_w
    duty = jnp.clip((power - idle_w) / jnp.where(some, working_w - idle_w, 1.0), 0.0, 1.0)
    return Pace(
        clock_ratio=clock,
        duty_fraction=duty,
        pace_ratio=duty * work.pass_s / pass_s(law, work, own_ratio=own, clock_ratio=clock),
        draw_w=idle_w + duty * (working_w - idle_w),
        margin_w=power - draw_w(accelerator, law, work, own_ratio=own, clock_ratio=own),
        idle_margin_w=power - idle_w,
    )
