"""How many flights, when, at what price, and how does a satellite get to its place?

`packing`: how many satellites one flight carries; `cadence`: how many flights there are and when;
`delivery`: which groups they fill, and how many keep them filled; `price`: what a kilogram costs;
`transfer`: from the orbit of release to the satellite's own, and down again; `spec`: a rocket with
all of these. A fleet's months are put together above, where failures and replacements are known.
"""

from .cadence import Cadence as Cadence
from .cadence import cadence_cap_per_s as cadence_cap_per_s
from .cadence import cadence_per_s as cadence_per_s
from .cadence import flights_until_count as flights_until_count
from .delivery import allot_count as allot_count
from .delivery import flights_to_fill_count as flights_to_fill_count
from .delivery import sustaining_flights_per_s as sustaining_flights_per_s
from .packing import Packing as Packing
from .packing import Rocket as Rocket
from .packing import flights_for_mass_count as flights_for_mass_count
from .packing import packing as packing
from .price import Learning as Learning
from .price import Reuse as Reuse
from .price import launched_mass_at_price_kg as launched_mass_at_price_kg
from .price import launched_power_price_usd_per_j as launched_power_price_usd_per_j
from .price import learned_price_usd_per_kg as learned_price_usd_per_kg
from .price import price_with_margin_usd_per_kg as price_with_margin_usd_per_kg
from .price import propellant_cost_usd_per_kg as propellant_cost_usd_per_kg
from .price import reuse_cost_usd_per_kg as reuse_cost_usd_per_kg
from .spec import Spec as Spec
from .spec import price_usd_per_kg as price_usd_per_kg
from .transfer import Raising as Raising
from .transfer import hall_thrust_n as hall_thrust_n
from .transfer import plane_spreading_s as plane_spreading_s
from .transfer import propellant_kg as propellant_kg
from .transfer import raising as raising
