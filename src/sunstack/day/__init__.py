"""Who is answered through a day of the whole world's demand, by which satellites?

`following` follows a day; `supply`, what satellites give over each cell; `fleet`, which of them are
there; `asking`, who asks and sees what; `routing`, what flows where.
"""

from .following import LOADS as LOADS
from .following import POLICIES as POLICIES
from .following import Day as Day
from .following import Routed as Routed
from .following import day as day
from .supply import LIGHTS as LIGHTS
