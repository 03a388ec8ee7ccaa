"""Who reaches whom, how fast, how late?

`lattice`: where the satellites of a shell stand and how long their links are; `sweep`: exact delays
from sources to all of them, with a certificate; `ground`: which of them a place sees; `optical` and
`radio`: what a link carries; `weather`: what the air takes from it; `diversity`: how often one of several
optical ground stations is clear.
"""

from .diversity import CLOUD_LENGTH_M as CLOUD_LENGTH_M
from .diversity import chosen as chosen
from .diversity import counted_fraction as counted_fraction
from .diversity import distances_m as distances_m
from .diversity import effective_count as effective_count
from .diversity import independent_fraction as independent_fraction
from .diversity import mean_correlation_ratio as mean_correlation_ratio
from .diversity import network_fraction as network_fraction
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
from .optical import Terminal as Terminal
from .optical import acquisition_s as acquisition_s
from .optical import beam_waist_rad as beam_waist_rad
from .optical import captured_fraction as captured_fraction
from .optical import divergence_rad as divergence_rad
from .optical import friis_w as friis_w
from .optical import gain_ratio as gain_ratio
from .optical import link_rate_bit_per_s as link_rate_bit_per_s
from .optical import margin_db as margin_db
from .optical import near_field_range_m as near_field_range_m
from .optical import photon_limit_bit_per_s as photon_limit_bit_per_s
from .optical import pointing_fraction as pointing_fraction
from .optical import pointing_outage_fraction as pointing_outage_fraction
from .optical import reach_m as reach_m
from .optical import received_w as received_w
from .optical import repointing_outage_fraction as repointing_outage_fraction
from .optical import scan_step_count as scan_step_count
from .optical import spatial_channel_count as spatial_channel_count
from .optical import spiral_fraction as spiral_fraction
from .optical import spot_radius_m as spot_radius_m
from .optical import wavelength_channel_count as wavelength_channel_count
from .radio import KA_FLUX_W_PER_M2_HZ as KA_FLUX_W_PER_M2_HZ
from .radio import KU_FLUX_W_PER_M2_HZ as KU_FLUX_W_PER_M2_HZ
from .radio import RAIN_K as RAIN_K
from .radio import Channel as Channel
from .radio import Codings as Codings
from .radio import availability_fraction as availability_fraction
from .radio import carrier_to_noise_ratio as carrier_to_noise_ratio
from .radio import channel_margin_db as channel_margin_db
from .radio import channel_rate_bit_per_s as channel_rate_bit_per_s
from .radio import coded_efficiency as coded_efficiency
from .radio import dish_gain_ratio as dish_gain_ratio
from .radio import fleet_excess_db as fleet_excess_db
from .radio import flux_limit_w_per_m2_hz as flux_limit_w_per_m2_hz
from .radio import flux_margin_db as flux_margin_db
from .radio import flux_w_per_m2_hz as flux_w_per_m2_hz
from .radio import free_space_loss_db as free_space_loss_db
from .radio import mean_rate_bit_per_s as mean_rate_bit_per_s
from .radio import shannon_efficiency as shannon_efficiency
from .radio import slant_range_m as slant_range_m
from .sweep import NEVER_S as NEVER_S
from .sweep import UNREACHED_S as UNREACHED_S
from .sweep import Delays as Delays
from .sweep import Links as Links
from .sweep import certificate_s as certificate_s
from .sweep import delays as delays
from .sweep import links as links
from .sweep import without_dead as without_dead
from .weather import LEAST_FRACTION as LEAST_FRACTION
from .weather import MOST_FRACTION as MOST_FRACTION
from .weather import Band as Band
from .weather import Climate as Climate
from .weather import Loss as Loss
from .weather import loss_db as loss_db
