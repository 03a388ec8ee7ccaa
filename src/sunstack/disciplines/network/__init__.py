"""Who reaches whom, how fast, how late?

`lattice`: where the satellites of a shell stand and how long their links are; `sweep`: exact delays
from sources to all of them, with a certificate; `ground`: which of them a place sees.

`traffic`: who sends what over which links; `capacity`: how much of it all a shell carries at once,
within a proved gap; `tolls` and `bends`: the ways it takes; `fairness`: what each flow gets when
ways are given; `cuts`: limits seen without search; `collectives`: how long training's exchanges
take.
"""

from .capacity import Throughput as Throughput
from .capacity import bound_ratio as bound_ratio
from .capacity import concurrent as concurrent
from .capacity import tightened as tightened
from .collectives import MESH as MESH
from .collectives import TORUS as TORUS
from .collectives import Fabric as Fabric
from .collectives import Joining as Joining
from .collectives import all_reduce_s as all_reduce_s
from .collectives import all_to_all_bit_per_s as all_to_all_bit_per_s
from .collectives import all_to_all_s as all_to_all_s
from .collectives import bisection_bit_per_s as bisection_bit_per_s
from .collectives import neighbours_s as neighbours_s
from .collectives import ring_all_reduce_s as ring_all_reduce_s
from .cuts import access_ratio as access_ratio
from .cuts import all_ingest_bit_per_s as all_ingest_bit_per_s
from .cuts import belt_bit_per_s as belt_bit_per_s
from .cuts import ingest_bit_per_s as ingest_bit_per_s
from .fairness import Fair as Fair
from .fairness import fair as fair
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
from .sweep import NEVER_S as NEVER_S
from .sweep import UNREACHED_S as UNREACHED_S
from .sweep import Delays as Delays
from .sweep import Links as Links
from .sweep import certificate_s as certificate_s
from .sweep import delays as delays
from .sweep import links as links
from .sweep import without_dead as without_dead
from .traffic import Access as Access
from .traffic import Demand as Demand
from .traffic import Loads as Loads
from .traffic import Mesh as Mesh
from .traffic import capacities as capacities
from .traffic import mesh as mesh
from .traffic import nearest as nearest
