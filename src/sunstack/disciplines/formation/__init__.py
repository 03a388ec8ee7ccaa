"""How do satellites fly as one cluster, and what can they send each other?

`lattice`: where they stand; `hill`: how one moves about another; `motion` and `course`: the cluster
flown round an oblate Earth; `spacing`: distances; `drift` and `keeping`: what parts them and what
holding them takes; `sight`: who sees whom; `bandwidth`: what one half can send the other.
"""

from .bandwidth import clos_bisection_bit_per_s as clos_bisection_bit_per_s
from .bandwidth import mesh_bisection_bit_per_s as mesh_bisection_bit_per_s
from .bandwidth import mesh_pairs as mesh_pairs
from .bandwidth import torus_bisection_bit_per_s as torus_bisection_bit_per_s
from .course import SAMPLES_PER_ORBIT as SAMPLES_PER_ORBIT
from .course import Course as Course
from .course import Orbit as Orbit
from .course import Start as Start
from .course import course as course
from .course import inertial as inertial
from .course import mean_motion_rad_per_s as mean_motion_rad_per_s
from .course import relative as relative
from .course import start as start
from .drift import drift_m as drift_m
from .drift import predicted_drift_m as predicted_drift_m
from .drift import searched_trim_ratio as searched_trim_ratio
from .drift import trim_ratio as trim_ratio
from .drift import trimmed as trimmed
from .drift import yearly_impulse_m_per_s as yearly_impulse_m_per_s
from .hill import Motion as Motion
from .hill import coast as coast
from .hill import drift_m_per_s as drift_m_per_s
from .hill import stopping_impulse_m_per_s as stopping_impulse_m_per_s
from .keeping import drag_force_n as drag_force_n
from .keeping import impulse_m_per_s as impulse_m_per_s
from .keeping import light_force_n as light_force_n
from .keeping import parted_m as parted_m
from .keeping import time_to_cross_s as time_to_cross_s
from .lattice import DIAGONAL as DIAGONAL
from .lattice import DIRECT as DIRECT
from .lattice import Lattice as Lattice
from .lattice import neighbours as neighbours
from .lattice import of_count as of_count
from .lattice import relative_motion as relative_motion
from .lattice import separation_m as separation_m
from .lattice import within as within
from .motion import STEPS_PER_ORBIT as STEPS_PER_ORBIT
from .motion import flown as flown
from .sight import barred_fraction as barred_fraction
from .sight import lattice_barred_fraction as lattice_barred_fraction
from .sight import pointing_rad_per_s as pointing_rad_per_s
from .spacing import Distances as Distances
from .spacing import between as between
from .spacing import envelope_m as envelope_m
from .spacing import nearest_m as nearest_m
from .spacing import of_all_pairs as of_all_pairs
from .spacing import of_neighbours as of_neighbours
