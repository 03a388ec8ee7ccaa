"""Who asks for what, where on Earth, and by when?

`grid`, cells of equal area; `spread`, terminals of countries over them; `rates`, requests and
tokens of each cell, class and hour; `growth`, how many there will be; `lengths`, how long prompts
and answers are; `arrivals`, when requests come, evenly or in bursts; `tracks`, single terminals
that move and ask; `deadlines`, how many answers come too late.
"""

from .arrivals import Bursts as Bursts
from .arrivals import burst_count as burst_count
from .arrivals import bursts_of as bursts_of
from .arrivals import dispersion_ratio as dispersion_ratio
from .arrivals import gamma_times_s as gamma_times_s
from .arrivals import mean_per_s as mean_per_s
from .arrivals import poisson_count as poisson_count
from .deadlines import Delays as Delays
from .deadlines import Misses as Misses
from .deadlines import deadline_miss_fraction as deadline_miss_fraction
from .deadlines import misses as misses
from .grid import AUTHALIC_RADIUS_M as AUTHALIC_RADIUS_M
from .grid import Grid as Grid
from .grid import cell_area_m2 as cell_area_m2
from .grid import cell_at as cell_at
from .grid import equal_area_grid as equal_area_grid
from .grid import outline_rad as outline_rad
from .grid import towards_ratio as towards_ratio
from .growth import grown_count as grown_count
from .lengths import deviation_of_quantile_ratio as deviation_of_quantile_ratio
from .lengths import deviation_ratio as deviation_ratio
from .lengths import exceeding_fraction as exceeding_fraction
from .lengths import mean_count as mean_count
from .lengths import sample_count as sample_count
from .rates import Demand as Demand
from .rates import Spec as Spec
from .rates import activity_at_fraction as activity_at_fraction
from .rates import by_region as by_region
from .rates import demand as demand
from .rates import grown as grown
from .rates import in_the_world as in_the_world
from .rates import mean_lengths_count as mean_lengths_count
from .rates import peak_to_mean_ratio as peak_to_mean_ratio
from .rates import tokens as tokens
from .rates import tolerant as tolerant
from .spread import spread_count as spread_count
from .tracks import Tracks as Tracks
from .tracks import tracks as tracks
