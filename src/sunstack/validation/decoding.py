"""How far are predictions off on machines that only decode, for hundreds of requests a chip?

Every row of `catalogue/calibration/decoding.csv` is a pass with a copy of the attention on every
chip and whole experts dealt out over all; no constant is fitted to any of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import jax
import jax.numpy as jnp
import numpy as np

from sunstack.catalogue import calibration_tables as tables
from sunstack.disciplines.compute import roofline
from sunstack.disciplines.compute.precision import PRECISIONS
from sunstack.disciplines.compute.roofline import Machine
from sunstack.disciplines.compute.work import Layout
from sunstack.resolve.calibration import calibration, engines
from sunstack.resolve.chips import accelerator, language_model

from .silicon import Errors, Numbers, by_mark, stacked, table

_decode_s = jax.jit(roofline.decode_s, static_argnames="precision")

OPENING = """\
## Machines that only decode

{total} measured times between output tokens of machines with a copy of the attention on every chip
and whole experts dealt out over all: DeepSeek-R1 on 4 to 32 chips of Hopper and Blackwell, runs of
InferenceX from the same package, up to a thousand requests a chip. No constant is fitted to them.
Groups of fewer than {least} rows are left out."""

SPANS = ((0.0, 32.0), (32.0, 128.0), (128.0, np.inf))
"""Of sequences of one chip."""
LEAST_ROWS = 5
"""Of a group of which errors are told."""


def predicted_s() -> Numbers:
    """Predict the passes of all rows."""
    rows, found = tables.decoding(), np.zeros(len(tables.decoding().id))
    known = [calibration(name) for name in engines()]
    every = jax.tree.map(lambda *leaves: jnp.stack(leaves), *known)
    for name in sorted(set(rows.precision)):
        places = np.flatnonzero(np.array(rows.precision) == name)
        chips = jnp.asarray(rows.chip_count[places])
        engine = np.array([engines().index(rows.engine[place]) for place in places])
        machine = Machine(
            accelerator=stacked(rows.chip, places, accelerator),
            calibration=jax.tree.map(lambda leaf, engine=engine: leaf[engine], every),
            layout=Layout(chip_count=chips, attention_replica_count=chips),
        )
        found[places] = _decode_s(
            stacked(rows.model, places, language_model),
            machine,
            precision=PRECISIONS[name],
            batch_count=jnp.asarray(rows.batch_count[places]),
            context_token_count=jnp.asarray(
                rows.input_token_count[places] + 0.5 * rows.output_token_count[places]
            ),
        )
    return found


def errors_by_engine_and_load() -> tuple[Errors, ...]:
    """Tell the errors of each engine, by how many sequences a chip has."""
    rows = tables.decoding()
    ratio = predicted_s() / rows.token_interval_s
    each = rows.batch_count / rows.chip_count
    marks = [f"{name}, {_span(one)}" for name, one in zip(rows.engine, each, strict=True)]
    return tuple(_in_order(marks, ratio))


def _in_order(marks: list[str], ratio: Numbers) -> Iterator[Errors]:
    named = {one.name: one for one in by_mark(marks, ratio, LEAST_ROWS)}
    spans = [_span(low) for low, _ in SPANS]
    for engine in engines():
        yield from (named[mark] for span in spans if (mark := f"{engine}, {span}") in named)


def _span(each: float) -> str:
    low, high = next(span for span in SPANS if span[0] <= each < span[1])
    return f"{low:.0f} a chip and more" if np.isinf(high) else f"{low:.0f} to {high:.0f} a chip"


def section() -> str:
    """Write the page's section."""
    opening = OPENING.format(total=len(tables.decoding().id), least=LEAST_ROWS)
    return f"{opening}\n\n{table('engine, sequences', errors_by_engine_and_load())}"
