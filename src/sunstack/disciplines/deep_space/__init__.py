"""How late, how much and when can Earth and Mars talk?

`planets`: where they are, light times and angles to the Sun; `link`: rates, waits and queues.
"""

from .link import MARS_DAY_S as MARS_DAY_S
from .link import Forwarding as Forwarding
from .link import Laser as Laser
from .link import Shown as Shown
from .link import forwarding as forwarding
from .link import longest_wait_s as longest_wait_s
from .link import mean_wait_s as mean_wait_s
from .link import open_fraction as open_fraction
from .link import photon_rate_bit_per_s as photon_rate_bit_per_s
from .link import shown_rate_bit_per_s as shown_rate_bit_per_s
from .link import view_fraction as view_fraction
from .planets import FIRST_JULIAN_DAY as FIRST_JULIAN_DAY
from .planets import LAST_JULIAN_DAY as LAST_JULIAN_DAY
from .planets import Geometry as Geometry
from .planets import Planet as Planet
from .planets import check_covered as check_covered
from .planets import geometry as geometry
from .planets import position_m as position_m
from .planets import synodic_period_s as synodic_period_s
