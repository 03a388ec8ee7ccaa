"""Who reaches whom, how fast, how late?

`lattice`: where the satellites of a shell stand and how long their links are; `motif`: which lasers
each carries; `sweep`, on `rings`: exact delays from sources to all of them, with a certificate;
`ground`: which of them a place sees.
"""

from .ground import uplink_s as uplink_s
from .ground import view_angle_rad as view_angle_rad
from .ground import visible_count as visible_count
from .lattice import Lattice as Lattice
from .lattice import argument_of_latitude_rad as argument_of_latitude_rad
from .lattice import grazing_altitude_m as grazing_altitude_m
from .lattice import link_length_m as link_length_m
from .lattice import longest_link_m as longest_link_m
from .lattice import position_m as position_m
from .lattice import renumbered as renumbered
from .lattice import walker as walker
from .motif import GRID as GRID
from .motif import LEAST_GRAZING_M as LEAST_GRAZING_M
from .motif import Lasers as Lasers
from .motif import Offset as Offset
from .motif import Reach as Reach
from .motif import hops as hops
from .motif import lasers as lasers
from .motif import plain as plain
from .motif import reach as reach
from .motif import reached_mean_s as reached_mean_s
from .motif import reached_most_s as reached_most_s
from .motif import unreached_count as unreached_count
from .rings import NEVER_S as NEVER_S
from .sweep import LIGHT_M_PER_S as LIGHT_M_PER_S
from .sweep import UNREACHED_S as UNREACHED_S
from .sweep import Delays as Delays
from .sweep import Links as Links
from .sweep import certificate_s as certificate_s
from .sweep import delays as delays
from .sweep import links as links
from .sweep import without_dead as without_dead
