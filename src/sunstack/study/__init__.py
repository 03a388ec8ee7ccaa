"""What does an answer rest on? Many evaluations of one design, its numbers moved.

`montecarlo`: how sure is it; `sweep`: how does it run; `sensitivity`: which number decides it;
`breakeven`: where does it turn; `optimise`: how good can the design be; `ladder`: which levers
bring it there, in which order.
"""

from .backends import Backend as Backend
from .condensing import condensed as condensed
from .montecarlo import Study as Study
from .montecarlo import montecarlo as montecarlo
