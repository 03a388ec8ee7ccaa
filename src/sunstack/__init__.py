"""What does an orbital data centre do, from sunlight to tokens? The public names.

    document = sunstack.load("scenarios/ai1.yaml", ["payload.power_kw=100"])
    outcome = sunstack.evaluate(sunstack.resolve(document).system)

Names load when first used, so that the command line answers before JAX is in memory.
Sunstack computes in double precision: importing it switches JAX to 64 bits.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sunstack.errors import SunstackError
    from sunstack.evaluate import Outcome, evaluate
    from sunstack.resolve import Resolved, resolve
    from sunstack.results import Results, read, write
    from sunstack.run import run
    from sunstack.scenario import Document, load, loads
    from sunstack.simulate import Series, simulate
    from sunstack.system import System

__version__ = "0.1.0"

__all__ = [
    "Document",
    "Outcome",
    "Resolved",
    "Results",
    "Series",
    "SunstackError",
    "System",
    "evaluate",
    "load",
    "loads",
    "read",
    "resolve",
    "run",
    "simulate",
    "write",
]

_HOMES = {
    "Document": "scenario",
    "Outcome": "evaluate",
    "Resolved": "resolve",
    "Results": "results",
    "Series": "simulate",
    "SunstackError": "errors",
    "System": "system",
    "evaluate": "evaluate",
    "load": "scenario",
    "loads": "scenario",
    "read": "results",
    "resolve": "resolve",
    "run": "run",
    "simulate": "simulate",
    "write": "results",
}

if "jax" in sys.modules:
    sys.modules["jax"].config.update("jax_enable_x64", True)
else:
    os.environ["JAX_ENABLE_X64"] = "1"


class _Package(ModuleType):
    """The package with its public names looked up when asked for.

    A property outranks the module of the same name (`sunstack.evaluate`) that the import system
    puts beside it; the empty setter lets it try.
    """


def _public(name: str) -> property:
    def look_up(_: ModuleType) -> Any:
        return getattr(import_module(f"sunstack.{_HOMES[name]}"), name)

    return property(look_up, lambda package, module: None)


for _name in _HOMES:
    setattr(_Package, _name, _public(_name))
sys.modules[__name__].__class__ = _Package
