"""Who reaches whom, how fast, how late?

`lattice`: where the satellites of a shell stand and how long their links are; `sweep`: exact delays
from sources to all of them, with a certificate; `stack`: shells above one another, and bridges from
one constellation to another; `mesh`: exact delays across all of them; `ground`: which of them a
place sees.
"""

from .ground import uplink_s as uplink_s
from .ground import view_angle_rad as view_angle_rad
from .ground import visible_count as visible_count
from .lattice import Lattice as Lattice
from .lattice import argument_of_latitude_rad as argument_of_latitude_rad
from .lattice import grazing_altitude_m as grazing_altitude_m
from .lattice import link_length_m as link_length_m
from .lattice import position_m as position_m
from .lattice import renumbered as renumbered
from .lattice import walker as walker
from .mesh import Mesh as Mesh
from .mesh import MeshDelays as MeshDelays
from .mesh import mesh_certificate_s as mesh_certificate_s
from .mesh import mesh_delays as mesh_delays
from .stack import Bridge as Bridge
from .stack import Stack as Stack
from .stack import StackLinks as StackLinks
from .stack import bridge as bridge
from .stack import has_lasers_across as has_lasers_across
from .stack import nearest_in_stack as nearest_in_stack
from .stack import single as single
from .stack import stack_links as stack_links
from .stack import stack_position_m as stack_position_m
from .stack import stacked as stacked
from .sweep import NEVER_S as NEVER_S
from .sweep import UNREACHED_S as UNREACHED_S
from .sweep import Delays as Delays
from .sweep import Links as Links
from .sweep import certificate_s as certificate_s
from .sweep import delays as delays
from .sweep import links as links
from .sweep import without_dead as without_dead
