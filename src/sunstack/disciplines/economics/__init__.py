"""What does a unit of compute cost, in orbit or on the ground?

`finance`: present value, annuities, levelised cost, tax, what a part is still worth; `learning`:
what the n-th of a kind costs; `satellite`: capital by part; `running`: operators, ground stations,
licences; `spec`: all that is fixed in orbit; `ground`: a data centre on the ground; `carbon`: what
launch emits. Money is US dollars of 2026 wherever no other year is named; amounts of other years
are converted by `money_of_other_year_usd` where they come in.
"""

from .carbon import launch_carbon_ratio as launch_carbon_ratio
from .carbon import launched_power_carbon_kg_per_j as launched_power_carbon_kg_per_j
from .finance import annuity_factor as annuity_factor
from .finance import capital_recovery_fraction as capital_recovery_fraction
from .finance import depreciated_fraction as depreciated_fraction
from .finance import discount_ratio as discount_ratio
from .finance import levelised_usd as levelised_usd
from .finance import money_of_other_year_usd as money_of_other_year_usd
from .finance import per_delivered_usd as per_delivered_usd
from .finance import present_value_usd as present_value_usd
from .finance import residual_fraction as residual_fraction
from .finance import taxed_capital_factor as taxed_capital_factor
from .ground import Capital as Capital
from .ground import Cost as Cost
from .ground import Ground as Ground
from .ground import Machines as Machines
from .ground import Yearly as Yearly
from .ground import ground_cost as ground_cost
from .ground import levelised_growth_factor as levelised_growth_factor
from .ground import waiting_ratio as waiting_ratio
from .learning import learned_ratio as learned_ratio
from .learning import lot_mean_ratio as lot_mean_ratio
from .learning import scaled_ratio as scaled_ratio
from .running import ITEMS as ITEMS
from .running import Running as Running
from .running import added_count as added_count
from .running import items_usd as items_usd
from .running import operations_usd_per_s as operations_usd_per_s
from .running import running_usd as running_usd
from .satellite import PARTS as PARTS
from .satellite import Amounts as Amounts
from .satellite import Prices as Prices
from .satellite import capital_by_part_usd as capital_by_part_usd
from .satellite import capital_usd as capital_usd
from .satellite import chip_usd as chip_usd
from .satellite import chips_usd as chips_usd
from .satellite import learned_from_book_ratio as learned_from_book_ratio
from .satellite import parts_usd as parts_usd
from .satellite import without_chips_usd as without_chips_usd
from .spec import Finance as Finance
from .spec import Market as Market
from .spec import Spec as Spec
from .spec import capital_factor as capital_factor
from .spec import compute_price_usd_per_flop as compute_price_usd_per_flop
