"""Does a machine still do its task when its policy is far away?

`link`: how late commands are; `feedback`: policies, also those that look ahead; `margins`: how late
is too late, on paper; `balance`: a robot on its feet; `lane` and `braking`: a car; `success`: what
share of trials succeeds, up to which delay; `tolerance`: which tasks a network serves.
"""

from .balance import Balance as Balance
from .balance import Robot as Robot
from .balance import balanced as balanced
from .balance import divergence_per_s as divergence_per_s
from .balance import largest_push_n_s as largest_push_n_s
from .balance import moved as moved
from .balance import orbital_energy_j_per_kg as orbital_energy_j_per_kg
from .balance import reflex_gains as reflex_gains
from .balance import reflex_rates as reflex_rates
from .braking import Emergency as Emergency
from .braking import Stop as Stop
from .braking import impact_m_per_s as impact_m_per_s
from .braking import stopped as stopped
from .braking import stopping_m as stopping_m
from .feedback import forecast as forecast
from .feedback import foreseen as foreseen
from .feedback import held as held
from .feedback import regulator as regulator
from .lane import Car as Car
from .lane import Drive as Drive
from .lane import curve_gain_m as curve_gain_m
from .lane import driven as driven
from .lane import steering_gains as steering_gains
from .lane import steering_rates as steering_rates
from .link import Link as Link
from .link import delay_count as delay_count
from .link import link_of as link_of
from .link import newest as newest
from .margins import boundary_gains as boundary_gains
from .margins import critical_delay_s as critical_delay_s
from .margins import critical_divergence_per_s as critical_divergence_per_s
from .margins import growth_ratio as growth_ratio
from .margins import inner_gains as inner_gains
from .margins import loop_margin_s as loop_margin_s
from .margins import pendulum_margin_s as pendulum_margin_s
from .success import Share as Share
from .success import over_trials as over_trials
from .success import share as share
from .success import tolerated_s as tolerated_s
from .tolerance import Delays as Delays
from .tolerance import Tasks as Tasks
from .tolerance import Tolerance as Tolerance
from .tolerance import closed_fraction as closed_fraction
from .tolerance import delays as delays
from .tolerance import quantile_s as quantile_s
from .tolerance import served_fraction as served_fraction
from .tolerance import tolerated as tolerated
