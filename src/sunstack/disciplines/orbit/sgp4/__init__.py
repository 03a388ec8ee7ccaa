"""Where are catalogued satellites, by the theory that their elements were fitted with?

`setup`: constants from elements; `motion`: place and speed at a time; `stream`: a whole catalogue
at many times; `rotation`: sines and cosines side by side. All in TEME, all near the Earth: elements
with periods from 225 minutes on need another theory (`sunstack.element_sets` sends them there).
"""

from .motion import ECCENTRICITY_LADDER as ECCENTRICITY_LADDER
from .motion import MEANING as MEANING
from .motion import Axes as Axes
from .motion import Teme as Teme
from .motion import kepler_step_bounds_rad as kepler_step_bounds_rad
from .motion import ladder_bound_ratio as ladder_bound_ratio
from .motion import propagate as propagate
from .setup import DEEP_SPACE_S as DEEP_SPACE_S
from .setup import WGS72 as WGS72
from .setup import WGS84 as WGS84
from .setup import Constants as Constants
from .setup import Gravity as Gravity
from .setup import MeanElements as MeanElements
from .setup import constants as constants
from .setup import eccentricity_bound_ratio as eccentricity_bound_ratio
from .setup import period_s as period_s
from .stream import Ephemeris as Ephemeris
from .stream import ephemeris as ephemeris
from .stream import reduced as reduced
