"""How fast does a chip in orbit serve a language model, on how many satellites, and what stops it?

`question`: what is asked, and its ranges; `rows`: what a unit serves at each batch; `choice`: which
unit; `told`: what is said of it; `tables`: batches, power, passes and lasers; `answer`: all of it.
"""

from .answer import model_of
from .question import Question

__all__ = ["Question", "model_of"]
