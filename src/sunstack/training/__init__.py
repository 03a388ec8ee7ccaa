"""What does training a language model take on satellites, and how many of them does it keep busy?

`job`: one job, from what it meets; `layouts`: how a model is best laid out on satellites; `fleet`:
what a fleet's jobs meet, and how many it trains over the years.
"""

from .fleet import Trained, conditions, trained
from .job import STAGES, Conditions, Job, run
from .layouts import METHODS, laid_out

__all__ = [
    "METHODS",
    "STAGES",
    "Conditions",
    "Job",
    "Trained",
    "conditions",
    "laid_out",
    "run",
    "trained",
]
