"""What do the terminals of the world ask for, hour by hour and year by year, in SI?"""

from __future__ import annotations

from functools import cache

import jax.numpy as jnp
import numpy as np

from sunstack.disciplines import demand
from sunstack.system import Asking
from sunstack.units import YEAR_S

from .demand import terminals, years


def asking(word: str, *, first_year: float) -> Asking:
    """Build what is asked for, counted from the scenario's epoch.

    Args:
        word: `world`, or `none` where nobody asks.
        first_year: of the epoch, 2028.2.
    """
    names, known, tokens, requests = _asked()
    classes = len(names) if word == "world" else 0
    return Asking(
        elapsed_s=jnp.asarray((known - first_year) * YEAR_S),
        answer_tokens_per_s=jnp.asarray(tokens[:classes]),
        request_per_s=jnp.asarray(requests[:classes]),
        class_names=names[:classes],
    )


@cache
def _asked() -> tuple[tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]:
    """Of what may be answered from orbit: names, years' ends, (classes, years, hours) twice."""
    first, last = years()
    known = np.arange(first, last + 0.5)
    found = [terminals(float(year)) for year in known]
    borne = [demand.demand(demand.tolerant(one.spec), one.grid) for one in found]
    asked = [demand.in_the_world(one) for one in borne]
    tokens = np.stack([np.asarray(one.answer_tokens_per_s) for one in asked], axis=1)
    requests = np.stack([np.asarray(one.request_per_s) for one in asked], axis=1)
    # A year means its end.
    return found[0].name, known + 1.0, tokens, requests
