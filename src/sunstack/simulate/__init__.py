"""What does every satellite do, minute by minute?

`step` carries a satellite one time step on; `fleet` runs a million of them.
"""

from .fleet import Precision as Precision
from .fleet import Series as Series
from .fleet import Trace as Trace
from .fleet import simulate as simulate
from .fleet import trace as trace
