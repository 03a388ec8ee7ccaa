"""Who reaches whom, how fast, how late?

Space: `lattice`, where the satellites of a shell stand and how long their links are; `sweep`, exact
delays from sources to all of them, with a certificate; `stack`, shells above one another, and
bridges from one constellation to another; `mesh`, exact delays across all of them.
Ground: `sites`, where places are; `ground`, which satellites a place sees; `passes`, for how long;
`attachment`, which it uses; `coverage`, what each latitude gets; `beams`, how much a satellite
carries down; `latency`, how late it all is.
"""

from .attachment import SCHEDULE_S as SCHEDULE_S
from .attachment import Handover as Handover
from .attachment import Handovers as Handovers
from .attachment import Policy as Policy
from .attachment import Reach as Reach
from .attachment import Service as Service
from .attachment import chosen as chosen
from .attachment import dwell_quantile_s as dwell_quantile_s
from .attachment import handovers as handovers
from .attachment import highest_latitude_rad as highest_latitude_rad
from .attachment import reach as reach
from .attachment import service as service
from .beams import Beams as Beams
from .beams import Supply as Supply
from .beams import cell_ceiling_bit_per_s as cell_ceiling_bit_per_s
from .beams import channel_bit_per_s as channel_bit_per_s
from .beams import each_bit_per_s as each_bit_per_s
from .beams import footprint_m2 as footprint_m2
from .beams import hexagon_m2 as hexagon_m2
from .beams import satellite_bit_per_s as satellite_bit_per_s
from .beams import satellites_per_m2 as satellites_per_m2
from .beams import supply as supply
from .beams import time_share_fraction as time_share_fraction
from .coverage import Coverage as Coverage
from .coverage import best_elevation_rad as best_elevation_rad
from .coverage import coverage as coverage
from .coverage import mean_in_view_count as mean_in_view_count
from .coverage import share_between_fraction as share_between_fraction
from .ground import InView as InView
from .ground import arrival_s as arrival_s
from .ground import complete as complete
from .ground import field_of_view_rad as field_of_view_rad
from .ground import held as held
from .ground import in_view as in_view
from .ground import least_elevation_rad as least_elevation_rad
from .ground import nearest as nearest
from .ground import slant_range_m as slant_range_m
from .ground import start_s as start_s
from .ground import uplink_s as uplink_s
from .ground import view_angle_rad as view_angle_rad
from .ground import visible_count as visible_count
from .latency import Latency as Latency
from .latency import Queue as Queue
from .latency import Reached as Reached
from .latency import crossover_m as crossover_m
from .latency import dealing_s as dealing_s
from .latency import excess_over_fibre_s as excess_over_fibre_s
from .latency import fibre_s as fibre_s
from .latency import frames_s as frames_s
from .latency import light_s as light_s
from .latency import nearest_by_fibre_s as nearest_by_fibre_s
from .latency import orbit_s as orbit_s
from .latency import parts as parts
from .latency import queue as queue
from .latency import reached as reached
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
from .passes import Motion as Motion
from .passes import Pass as Pass
from .passes import motion as motion
from .passes import moved as moved
from .passes import passes as passes
from .sites import apart_rad as apart_rad
from .sites import check_places as check_places
from .sites import earth_fixed_m as earth_fixed_m
from .sites import ground_distance_m as ground_distance_m
from .sites import inertial_m as inertial_m
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
