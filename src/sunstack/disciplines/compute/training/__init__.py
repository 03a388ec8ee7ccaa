"""What does it take to train a language model on satellites joined by lasers?

- `step`: how long does a step take, and what limits it?
- `memory`: does what it keeps fit?
- `rounds`: what do workers need that train alone for many steps before they exchange?
- `interruptions`: which share of time is spent on work that lasts?
- `rows`: how do copies lie in rows of satellites, and how long does a sum over them take there?
- `cost`: how long does a training take, at what energy and cost, in orbit or on the ground?
"""

from . import cost, interruptions, memory, rounds, rows, step
from .cost import Site, Supply, Training, powered, task_of, train, train_apart
from .interruptions import Interruptions, Outages, Spares
from .rounds import Rounds, ScalingLaw
from .rows import Grid
from .step import Layout, Links, Practice, Step, Task

__all__ = [
    "Grid",
    "Interruptions",
    "Layout",
    "Links",
    "Outages",
    "Practice",
    "Rounds",
    "ScalingLaw",
    "Site",
    "Spares",
    "Step",
    "Supply",
    "Task",
    "Training",
    "cost",
    "interruptions",
    "memory",
    "powered",
    "rounds",
    "rows",
    "step",
    "task_of",
    "train",
    "train_apart",
]
