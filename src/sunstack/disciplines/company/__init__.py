"""What does it do to the company's cash, debt and value per share?

`segments`: what each part of the company earns, spends and writes off, quarter by quarter;
`contracts`: computing power sold for years ahead; `programme`: what an orbital programme spends and
earns, laid on the company's quarters; `cash`: cash, debt, tax, shares and what must be raised;
`value`: what the parts are worth together, and a share; `runway`: for how many quarters the cash
lasts; `merger`: exchange ratios, combined values and offerings. Money is in dollars of its day.
"""

from .cash import Balance as Balance
from .cash import Course as Course
from .cash import Offering as Offering
from .cash import Terms as Terms
from .cash import course as course
from .cash import offering_margin_ratio as offering_margin_ratio
from .contracts import Contracts as Contracts
from .contracts import contract_revenue_usd as contract_revenue_usd
from .merger import Issue as Issue
from .merger import Merger as Merger
from .merger import combined_usd as combined_usd
from .merger import exchange_ratio as exchange_ratio
from .merger import issue as issue
from .merger import issued_count as issued_count
from .merger import merger as merger
from .merger import price_after_split_usd as price_after_split_usd
from .merger import target_price_usd as target_price_usd
from .programme import Placed as Placed
from .programme import Programme as Programme
from .programme import nothing as nothing
from .programme import overlap_fraction as overlap_fraction
from .programme import placed as placed
from .programme import present_value_usd as present_value_usd
from .runway import Runway as Runway
from .runway import quarters_left_count as quarters_left_count
from .runway import runway as runway
from .segments import QUARTER_S as QUARTER_S
from .segments import Flows as Flows
from .segments import Pace as Pace
from .segments import Segments as Segments
from .segments import faded_ratio as faded_ratio
from .segments import flows as flows
from .segments import grown_ratio as grown_ratio
from .segments import written_off_usd as written_off_usd
from .spec import Accounts as Accounts
from .spec import Spec as Spec
from .spec import accounts as accounts
from .value import forward_usd as forward_usd
from .value import parts_usd as parts_usd
