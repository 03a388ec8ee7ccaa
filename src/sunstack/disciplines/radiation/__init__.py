"""What dose does a chip take, which upsets does that make, where, and what helps against it?

`environment`: doses and fluxes of an orbit, and how long a limit lasts; `upsets`: what they do to a
chip, and mitigation; `service`: what both leave of a payload's work.
"""

from .environment import MODEL_FACTOR as MODEL_FACTOR
from .environment import Axes as Axes
from .environment import Environment as Environment
from .environment import Orbit as Orbit
from .environment import anomaly_time_fraction as anomaly_time_fraction
from .environment import cell_fluence_per_m2_s as cell_fluence_per_m2_s
from .environment import dose_gy_per_s as dose_gy_per_s
from .environment import dose_margin_ratio as dose_margin_ratio
from .environment import electron_flux_per_m2_s as electron_flux_per_m2_s
from .environment import event_dose_gy as event_dose_gy
from .environment import highest_altitude_m as highest_altitude_m
from .environment import inside_margin_ratio as inside_margin_ratio
from .environment import life_dose_gy as life_dose_gy
from .environment import life_s as life_s
from .environment import proton_flux_per_m2_s as proton_flux_per_m2_s
from .environment import reach_rad as reach_rad
from .environment import shielding_kg_per_m2 as shielding_kg_per_m2
from .environment import stopped_energy_j as stopped_energy_j
from .service import Spec as Spec
from .service import chip_upsets as chip_upsets
from .service import known_fraction as known_fraction
from .service import measured_fraction as measured_fraction
from .service import started_fraction as started_fraction
from .service import undisturbed_fraction as undisturbed_fraction
from .service import within_limit_fraction as within_limit_fraction
from .upsets import SCALING_HIGH_RATIO as SCALING_HIGH_RATIO
from .upsets import SCALING_LOW_RATIO as SCALING_LOW_RATIO
from .upsets import Chip as Chip
from .upsets import Measure as Measure
from .upsets import Upsets as Upsets
from .upsets import cross_section_m2 as cross_section_m2
from .upsets import mitigated as mitigated
from .upsets import pause as pause
from .upsets import proton_fluence_per_m2 as proton_fluence_per_m2
from .upsets import scaled as scaled
from .upsets import stopping_upset_per_s as stopping_upset_per_s
from .upsets import upsets_by_dose as upsets_by_dose
from .upsets import upsets_by_flux as upsets_by_flux
