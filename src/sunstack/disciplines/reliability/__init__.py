"""What fails, when, and what replaces it?

`survival`: buses that fail by age; `payload`: chips and drives with spares; `replacement`: when a
satellite is withdrawn, and how many spares wait; `cohorts`: all of these by age, for a fleet;
`impacts`: holes in the radiator.
"""

from .cohorts import Cohorts as Cohorts
from .cohorts import cohorts as cohorts
from .impacts import Radiator as Radiator
from .impacts import armour_kg as armour_kg
from .impacts import debris_flux_per_m2_per_s as debris_flux_per_m2_per_s
from .impacts import focusing_factor as focusing_factor
from .impacts import holes_per_m2_per_s as holes_per_m2_per_s
from .impacts import holing_diameter_m as holing_diameter_m
from .impacts import interplanetary_flux_per_m2_per_s as interplanetary_flux_per_m2_per_s
from .impacts import meteoroid_flux_per_m2_per_s as meteoroid_flux_per_m2_per_s
from .impacts import radiator_left_fraction as radiator_left_fraction
from .impacts import shielding_factor as shielding_factor
from .payload import Spec as Spec
from .payload import Units as Units
from .payload import at_least_fraction as at_least_fraction
from .payload import capacity_fraction as capacity_fraction
from .payload import capacity_life_s as capacity_life_s
from .payload import chips_fraction as chips_fraction
from .payload import mean_share_fraction as mean_share_fraction
from .payload import store_fraction as store_fraction
from .payload import unit_survival_fraction as unit_survival_fraction
from .replacement import Policy as Policy
from .replacement import RefreshWhenObsolete as RefreshWhenObsolete
from .replacement import ReplaceAtAge as ReplaceAtAge
from .replacement import RunToFailure as RunToFailure
from .replacement import poisson_quantile_count as poisson_quantile_count
from .replacement import spares_per_plane_count as spares_per_plane_count
from .replacement import withdrawn_fraction as withdrawn_fraction
from .replacement import worth_fraction as worth_fraction
from .survival import Bus as Bus
from .survival import ConstantBus as ConstantBus
from .survival import WeibullBus as WeibullBus
from .survival import failing_fraction as failing_fraction
from .survival import hazard_of_annual_fraction_per_s as hazard_of_annual_fraction_per_s
from .survival import hazard_ratio as hazard_ratio
from .survival import observed_failure_per_s as observed_failure_per_s
from .survival import survival_fraction as survival_fraction
from .survival import time_between_failures_s as time_between_failures_s
