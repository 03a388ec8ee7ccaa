"""Where is each satellite, and in what light?

`elements`: how an orbit turns; `light`: Sun, beta angle, shadow; `frames`: inertial to ground;
`drag`: what air and low thrust do to an orbit; `decay`: how long a dead satellite takes to fall;
`march`: the same orbit and light, step after step, for a whole fleet; `site`: what stands above a
horizon; `sgp4`: catalogued satellites by the theory of their elements.
"""

from .decay import Descent as Descent
from .decay import SolarCycle as SolarCycle
from .decay import altitude_m as altitude_m
from .decay import decay_rate_m_per_s as decay_rate_m_per_s
from .decay import decay_time_s as decay_time_s
from .decay import decay_time_through_cycle_s as decay_time_through_cycle_s
from .decay import descent as descent
from .decay import solar_flux_units as solar_flux_units
from .drag import Atmosphere as Atmosphere
from .drag import density_kg_per_m3 as density_kg_per_m3
from .drag import drag_delta_v_m_per_s as drag_delta_v_m_per_s
from .drag import low_thrust_delta_v_m_per_s as low_thrust_delta_v_m_per_s
from .elements import Rates as Rates
from .elements import Spec as Spec
from .elements import circular_period_s as circular_period_s
from .elements import mean_motion_rad_per_s as mean_motion_rad_per_s
from .elements import node_drift_from_sun_rad_per_s as node_drift_from_sun_rad_per_s
from .elements import position_m as position_m
from .elements import secular_rates as secular_rates
from .elements import shifted as shifted
from .elements import sun_synchronous_inclination_rad as sun_synchronous_inclination_rad
from .frames import earth_fixed_m as earth_fixed_m
from .frames import geodetic as geodetic
from .frames import sidereal_angle_rad as sidereal_angle_rad
from .light import PENUMBRA_CONE_RAD as PENUMBRA_CONE_RAD
from .light import UMBRA_CONE_RAD as UMBRA_CONE_RAD
from .light import Sky as Sky
from .light import Sun as Sun
from .light import beta_rad as beta_rad
from .light import eclipse_fraction as eclipse_fraction
from .light import illumination_fraction as illumination_fraction
from .light import lit_arc_means as lit_arc_means
from .light import node_of_local_time_rad as node_of_local_time_rad
from .light import sky as sky
from .light import sun as sun
from .march import Light as Light
from .march import Place as Place
from .march import Track as Track
from .march import advance as advance
from .march import light_now as light_now
from .march import place as place
from .march import position_ratio as position_ratio
from .march import track as track
from .site import Site as Site
from .site import azimuth_rad as azimuth_rad
from .site import elevation_sine_ratio as elevation_sine_ratio
from .site import site as site
