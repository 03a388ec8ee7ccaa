"""What does a fleet cost, in total, by year of launch, and for each unit of what it delivers?

`delivered`: energy, chips' time, operations and tokens, of the fleet by month and of one satellite
by age; `bases`: cost over what is delivered; `years`: all of it for a system.
"""

from .bases import Bases, bases
from .delivered import Delivered, by_month, full_power_w
from .years import Accounts, accounts, amounts_of, calendar_year_count, written_off_usd

__all__ = [
    "Accounts",
    "Bases",
    "Delivered",
    "accounts",
    "amounts_of",
    "bases",
    "by_month",
    "calendar_year_count",
    "full_power_w",
    "written_off_usd",
]
